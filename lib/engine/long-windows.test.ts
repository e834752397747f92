import { expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { LongWindows } from "./long-windows.ts";

const HOUR_MS = 3_600_000;
const LOOK_MS = 2_000;

/** Services whose sums take a millisecond each to read; `read` names those that were, in order. */
function slowStore(services: number) {
  const clock = createFakeClock();
  const read: string[] = [];
  const series = ({ calleeService }: { readonly calleeService: string }) => {
    clock.advance(1);
    read.push(calleeService);
    return [
      { requests: 60, failed: 1 },
      { requests: 40, failed: 1 },
    ];
  };
  const windows = new LongWindows({ clock, telemetry: { series: series as never } });
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  const look = (windowMs = HOUR_MS) => {
    const counted = windows.look();
    const known = names.filter((service) => counted({ kind: "service", service }, windowMs) !== null);
    clock.advance(LOOK_MS);
    return known.length;
  };
  return { clock, read, look, windows };
}

test("a sum is all of its bins, and is not read again within a twentieth of its window", () => {
  const { read, windows } = slowStore(0);
  const web = { kind: "service", service: "web" } as const;
  expect(windows.look()(web, HOUR_MS)).toEqual({ requests: 100, failed: 2 });
  expect(windows.look()(web, HOUR_MS)).toEqual({ requests: 100, failed: 2 });
  expect(read).toEqual(["web"]);
  expect(windows.look()({ kind: "mesh" }, HOUR_MS)).toBeNull();
});

test("one look reads no more than its time allows, and the next go on from there until all are known", () => {
  const { look, read } = slowStore(100);
  expect(look()).toBe(25);
  expect(read).toHaveLength(25);
  expect(look()).toBe(50);
  look();
  expect(look()).toBe(100);
  expect(new Set(read).size).toBe(100);
});

test("where all cannot be read as often as wanted, each is read again all the same", () => {
  const { look, read } = slowStore(1_000);
  while (look() < 1_000);
  read.length = 0;
  for (let round = 0; round < 200; round++) look();
  expect(new Set(read).size).toBe(1_000);
});
