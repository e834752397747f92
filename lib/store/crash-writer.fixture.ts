/**
 * The victim of `event-store-crashes.fixture.ts`: appends without end and writes each seq to standard output once it is acknowledged, until it is killed.
 */
import { writeSync } from "node:fs";
import { systemClock } from "../system/index.ts";
import { openEventStore } from "./index.ts";
import { testChange } from "./test-change.fixture.ts";

const opened = openEventStore(process.argv[2] as string, systemClock);
if (!opened.ok) {
  writeSync(2, opened.error.detail);
  process.exit(1);
}
const store = opened.value;
for (;;) {
  const key = `key-${store.lastSeq + 1}`;
  store.recall(key, "hash");
  const change = store.append((place) => testChange(place, ["payments"], "x".repeat((place.seq * 37) % 3_000)), {
    key,
    requestHash: "hash",
  });
  writeSync(1, `${change.seq}\n`);
  if (change.seq % 10 === 0) store.saveStateSnapshot(change.seq, JSON.stringify({ seq: change.seq }));
  store.remember(key, { status: 200, headers: {}, body: String(change.seq) });
}
