/**
 * The victim of `telemetry-crashes.fixture.ts`: takes batches without end, beginning with the seq it is given, and writes for each its seq and whether it was
 * new to standard output, until it is killed. Its clock moves half a second per batch, so that folds come often.
 */
import { writeSync } from "node:fs";
import { createFakeClock } from "../testing/index.ts";
import { openTelemetryStore } from "./index.ts";
import { testBatch, testEdge } from "./test-batch.fixture.ts";

const [dir, first] = process.argv.slice(2) as [string, string];
const clock = createFakeClock({ wallMs: Date.UTC(2026, 0, 1) + Number(first) * 500 });
const opened = openTelemetryStore({ dir, clock, onLimit: (sentence) => writeSync(2, sentence) });
if (!opened.ok) {
  writeSync(2, opened.error.detail);
  process.exit(1);
}
for (let seq = Number(first); ; seq++) {
  const isNew = opened.value.accept(testBatch({ seq, atMs: clock.wallMs() }, [testEdge({ epoch: 1 }, { ok: seq % 7, failed: 1 })]));
  writeSync(1, `${seq} ${isNew}\n`);
  clock.advance(500);
}
