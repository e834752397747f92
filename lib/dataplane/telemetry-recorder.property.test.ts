import fc from "fast-check";
import { expect, test } from "vitest";
import type { EdgeDelta, TelemetryBatch } from "../model/index.ts";
import { countOf } from "../telemetry/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { type EdgeCounters, TelemetryRecorder } from "./telemetry-recorder.ts";

type Step =
  | { readonly kind: "request"; readonly edge: number; readonly statusClass: number; readonly us: number }
  | { readonly kind: "begin"; readonly edge: number }
  | { readonly kind: "finish" }
  | { readonly kind: "close" }
  | { readonly kind: "acknowledge"; readonly late: boolean };

const CALLER = { service: "ingress", version: null };

test("every request is in exactly one batch, whatever is closed, acknowledged, lost or repeated in between", () => {
  fc.assert(
    fc.property(fc.array(step(), { maxLength: 200 }), (steps) => {
      const recorder = new TelemetryRecorder({ proxyId: "p", bootId: "b" }, createFakeClock());
      const engine = new Map<number, TelemetryBatch>();
      const under: EdgeCounters[] = [];
      let counted = 0;
      let us = 0;
      const flags = { denied: 0, failovers: 0, encrypted: 0, answered: 0, answerFailures: 0 };
      const take = (batch: TelemetryBatch) => {
        expect(engine.get(batch.seq) ?? batch).toEqual(batch);
        engine.set(batch.seq, batch);
      };
      const edge = (index: number) => recorder.edge(CALLER, { service: `s${index}`, version: "1.0.0" }, 1);
      const end = (counters: EdgeCounters, statusClass: number, durationUs: number) => {
        const [denied, failedOver, encrypted] = [statusClass === 4, durationUs % 2 === 1, durationUs % 3 > 0];
        const ended = { statusClass, failed: statusClass === 5, retries: 0, bytesIn: 1, bytesOut: 2, durationUs };
        const answered = durationUs % 5 > 0;
        counters.end({ ...ended, denied, failedOver, encrypted, answered });
        counted++;
        flags.denied += Number(denied);
        flags.failovers += Number(failedOver);
        flags.encrypted += Number(encrypted);
        flags.answered += Number(answered);
        flags.answerFailures += Number(answered && statusClass === 5);
        us += statusClass > 0 ? durationUs : 0;
      };
      const run = (given: Step): void => {
        switch (given.kind) {
          case "request":
            edge(given.edge).begin();
            end(edge(given.edge), given.statusClass, given.us);
            break;
          case "begin":
            edge(given.edge).begin();
            under.push(edge(given.edge));
            break;
          case "finish":
            for (const counters of under.splice(0, 1)) end(counters, 2, 10);
            break;
          case "close":
            take(recorder.closeBatch());
            break;
          case "acknowledge":
            recorder.acknowledge("b", (recorder.inFlight?.seq ?? 0) - (given.late ? 1 : 0));
            recorder.acknowledge("another boot", recorder.inFlight?.seq ?? 0);
        }
      };
      for (const each of steps) run(each);
      // The engine comes back: what waits, then everything that was left.
      take(recorder.closeBatch());
      recorder.acknowledge("b", recorder.inFlight?.seq ?? 0);
      take(recorder.closeBatch());

      const edges: readonly EdgeDelta[] = [...engine.values()].flatMap((batch) => batch.edges);
      const sum = (of: (edge: EdgeDelta) => number) => edges.reduce((total, edge) => total + of(edge), 0);
      expect(sum((edge) => edge.statusClasses.reduce((total, count) => total + count, edge.aborted))).toBe(counted);
      expect(sum((edge) => countOf(edge.latency) + edge.aborted)).toBe(counted);
      expect(sum((edge) => edge.latencyUsSum)).toBe(us);
      expect(sum((edge) => edge.bytesOut)).toBe(2 * counted);
      const { answered, answerFailures, denied, encrypted, failovers } = flags;
      expect([sum((edge) => edge.answered ?? 0), sum((edge) => edge.answerFailures ?? 0)]).toEqual([answered, answerFailures]);
      expect([sum((edge) => edge.denied), sum((edge) => edge.failovers), sum((edge) => edge.encrypted)]).toEqual([
        denied,
        failovers,
        encrypted,
      ]);
      expect([...engine.keys()]).toEqual(Array.from({ length: engine.size }, (_, index) => index + 1));
    }),
  );
});

test("counters that a request still holds are never forgotten, however long it takes", () => {
  const recorder = new TelemetryRecorder({ proxyId: "p", bootId: "b" }, createFakeClock());
  const held = recorder.edge(CALLER, { service: "slow", version: "1.0.0" }, 1);
  const quiet = recorder.edge(CALLER, { service: "quiet", version: "1.0.0" }, 1);
  held.begin();
  for (let seq = 1; seq <= 500; seq++) {
    recorder.closeBatch();
    recorder.acknowledge("b", seq);
  }
  held.end({ statusClass: 2, failed: false, retries: 0, bytesIn: 0, bytesOut: 0, durationUs: 1 });
  expect([held.forgotten, quiet.forgotten]).toEqual([false, true]);
  expect(recorder.closeBatch().edges.map(({ callee }) => callee.service)).toEqual(["slow"]);
});

function step(): fc.Arbitrary<Step> {
  const edge = fc.nat(3);
  return fc.oneof(
    fc.record({ kind: fc.constant("request" as const), edge, statusClass: fc.nat(5), us: fc.nat(1_000_000) }),
    fc.record({ kind: fc.constant("begin" as const), edge }),
    fc.record({ kind: fc.constant("finish" as const) }),
    fc.record({ kind: fc.constant("close" as const) }),
    fc.record({ kind: fc.constant("acknowledge" as const), late: fc.boolean() }),
  );
}
