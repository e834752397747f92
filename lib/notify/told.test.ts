import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { err } from "../std/index.ts";
import { NotifyBench } from "./notify-bench.fixture.ts";

let bench: NotifyBench;
beforeEach(() => {
  bench = new NotifyBench();
});
afterEach(() => {
  bench.remove();
  expect(bench.faults).toEqual([]);
});

const told = (channel: string) =>
  bench.sent
    .filter((sent) => sent.channel === channel)
    .flatMap(({ notification }) => notification.items?.map(({ sentence }) => sentence) ?? [notification.sentence]);

/** The store as it was before it knew what each channel was told. */
function downgrade(): void {
  bench.outbox.close();
  const database = new DatabaseSync(join(bench.dir, "notifications.sqlite"));
  database.exec(`
    DROP TABLE told; DROP TABLE silenced;
    ALTER TABLE channels DROP COLUMN failing; ALTER TABLE channels DROP COLUMN knows_told; ALTER TABLE outbox DROP COLUMN recipients;
    PRAGMA user_version = 1;`);
  database.close();
}

describe("after an upgrade", () => {
  test("the end of what fired before it is told to those that were told of it, and to no other", async () => {
    bench.setChannel("pager");
    bench.setChannel("grave", { minSeverity: "critical" });
    for (const id of ["one", "two", "three"]) bench.alert(id, "firing", { severity: "warning" });
    await bench.pass(11_000);
    bench.alert("two", "resolved", { severity: "warning" });
    await bench.pass(100);
    downgrade();
    bench.alert("three", "resolved", { severity: "warning" });
    bench.crash();
    bench.setChannel("late");
    await bench.pass(11_000);
    bench.alert("one", "resolved", { severity: "warning" });
    await bench.pass(11_000);
    expect(told("pager").slice(3)).toEqual(["Resolved: two fails.", "Resolved: three fails.", "Resolved: one fails."]);
    expect(told("grave")).toEqual([]);
    expect(told("late")).toEqual([]);
  });

  test("that is made up for once: what a channel was not told after it is not told to be over", async () => {
    bench.setChannel("pager");
    await bench.pass(100);
    downgrade();
    bench.crash();
    bench.alert("quiet", "firing", { silencedUntil: new Date(bench.clock.wallMs() + 600_000).toISOString() });
    await bench.pass(11_000);
    bench.crash();
    bench.alert("quiet", "resolved");
    await bench.pass(11_000);
    expect(bench.sent).toEqual([]);
  });
});

describe("a channel that was off when an alert ended", () => {
  test("is told so once it is on, after what it was not told before, and of nothing else that was meanwhile", async () => {
    bench.setChannel("pager");
    bench.alert("told");
    await bench.pass(11_000);
    bench.answers.set("pager", err("It answered 503."));
    bench.alert("waits", "firing", { policy: "other" });
    await bench.pass(100);
    bench.setChannel("pager", { enabled: false });
    bench.answers.delete("pager");
    bench.alert("meanwhile");
    for (const id of ["told", "waits", "meanwhile"]) bench.alert(id, "resolved");
    await bench.pass(60_000);
    bench.setChannel("pager");
    await bench.pass(11_000);
    expect(told("pager")).toEqual(["Critical: told fails.", "Critical: waits fails.", "Resolved: told fails.", "Resolved: waits fails."]);
    expect(bench.outbox.isTold("pager", "told")).toBe(false);
  });

  test("is not told after a day, and then it is as if it had never been told of it", async () => {
    bench.setChannel("pager");
    bench.alert("told");
    await bench.pass(11_000);
    bench.setChannel("pager", { enabled: false });
    bench.alert("told", "resolved");
    await bench.pass(2 * 86_400_000);
    bench.setChannel("pager");
    await bench.pass(11_000);
    expect(told("pager")).toEqual(["Critical: told fails."]);
    expect(bench.news).toMatchObject([{ kind: "notification-lost", sentence: expect.stringContaining("Resolved: told fails.") }]);
    expect(bench.outbox.isTold("pager", "told")).toBe(false);
  });
});

test("what is silenced is not read again until its silence ends", async () => {
  bench.setChannel("pager");
  bench.alert("quiet", "firing", { silencedUntil: new Date(bench.clock.wallMs() + 60_000).toISOString() });
  await bench.pass(11_000);
  const parse = vi.spyOn(JSON, "parse");
  const read = () => parse.mock.calls.filter(([text]) => String(text).includes("quiet fails")).length;
  await bench.pass(30_000);
  bench.lifecycle("web@1.0.0");
  await bench.pass(1_000);
  expect(read()).toBe(0);
  await bench.pass(40_000);
  expect(read()).toBeGreaterThan(0);
  parse.mockRestore();
  expect(told("pager")).toEqual(["web 1.0.0 is stable.", "Critical: quiet fails."]);
});
