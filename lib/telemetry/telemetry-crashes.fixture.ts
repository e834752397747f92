import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createXorshift, randomBelow } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { openTelemetryStore } from "./index.ts";

const TAKER = join(import.meta.dirname, "crash-taker.fixture.ts");

/** `kills` of a process that takes batches, one after the other on the same folder. */
export function testTelemetryCrashes(kills: number): void {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "interlock-telemetry-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test(
    `${kills} kills at random moments, each followed by a repeat of the last batch: every batch counts exactly once`,
    async () => {
      const random = createXorshift(11);
      let acknowledged = 0;
      for (let round = 0; round < kills; round++) {
        const repeated = Math.max(1, acknowledged);
        const taken = await takeAndKill(dir, repeated, 2 + randomBelow(random, 40));
        // The repeat is recognised; the one after it may have been taken just before the kill, unacknowledged.
        expect(taken[0]).toEqual({ seq: repeated, isNew: acknowledged === 0 });
        expect(taken.slice(2).every(({ isNew }) => isNew)).toBe(true);
        acknowledged = taken.at(-1)?.seq as number;
      }
      const { requests, failed, inSeries } = opened(dir, Date.UTC(2026, 0, 1) + (acknowledged + 2) * 500);
      // `failed` counts batches: one each. The last may have been taken without being acknowledged.
      expect([acknowledged, acknowledged + 1]).toContain(failed);
      let expected = 0;
      for (let seq = 1; seq <= failed; seq++) expected += (seq % 7) + 1;
      expect(requests).toBe(expected);
      expect(inSeries).toBe(expected);
    },
    kills * 5_000,
  );
}

interface Taken {
  readonly seq: number;
  readonly isNew: boolean;
}

/** Sends batches from `first` on and kills the taker once it has acknowledged `count`; returns what it acknowledged. */
async function takeAndKill(dir: string, first: number, count: number): Promise<Taken[]> {
  const child = spawn(process.execPath, [TAKER, dir, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > count) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(child.signalCode).toBe("SIGKILL");
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => ({ seq: Number(line.split(" ")[0]), isNew: line.endsWith("true") }));
}

function opened(dir: string, wallMs: number): { readonly requests: number; readonly failed: number; readonly inSeries: number } {
  const result = openTelemetryStore({ dir, clock: createFakeClock({ wallMs }), onLimit: () => {} });
  if (!result.ok) throw new Error(result.error.detail);
  const [total] = result.value.totals();
  const bins = result.value.series({ calleeService: "payments" }, Date.UTC(2026, 0, 1) - 300_000, wallMs + 60_000, 300_000);
  result.value.close();
  return { requests: total?.requests ?? 0, failed: total?.failed ?? 0, inSeries: bins.reduce((sum, { requests }) => sum + requests, 0) };
}
