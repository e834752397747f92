import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

describe("a message that the other side will not have", () => {
  test("is given up after a few tries, which is said, and keeps back nothing", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err({ said: "It answered 400: invalid_blocks", isRefused: true }));
    const poison = bench.lifecycle("web@1.0.0");
    await bench.pass(20_000);
    expect(bench.ids("pager")).toEqual([poison, poison, poison, poison]);
    expect(bench.news).toMatchObject([{ kind: "notification-lost", sentence: expect.stringContaining(poison) }]);
    expect(bench.notifier.standing("pager")).toMatchObject({ pending: 0, failing: false, lastError: { sentence: expect.any(String) } });
    bench.answers.delete("pager");
    const next = bench.lifecycle("web@2.0.0");
    await bench.pass(1_000);
    expect(bench.ids("pager").at(-1)).toBe(next);
  });

  test("for some recipients only goes to these alone later, holds up no other, and says whom it never reaches", async () => {
    bench.setChannel("mail");
    const said = "It answered 250.";
    bench.answers.set("mail", err({ said, left: ["b@x.example", "c@x.example"], lost: "It refuses d@x.example (550)." }));
    const first = bench.lifecycle("web@1.0.0");
    await bench.pass(10);
    bench.answers.delete("mail");
    const second = bench.lifecycle("web@2.0.0");
    await bench.pass(10);
    bench.answers.set("mail", err({ said, left: [], lost: "It refuses c@x.example (550)." }));
    await bench.pass(2_000);
    expect(bench.sent.map(({ left, notification }) => [notification.id, left])).toEqual([
      [first, null],
      [second, null],
      [first, ["b@x.example", "c@x.example"]],
    ]);
    expect(bench.news.map(({ kind, sentence }) => [kind, /[cd]@x/.exec(sentence)?.[0]])).toEqual([
      ["notification-lost", "d@x"],
      ["notification-lost", "c@x"],
    ]);
    expect(bench.notifier.standing("mail").pending).toBe(0);
  });
});

test("a pause that the other side asks for is kept, up to a quarter of an hour", async () => {
  bench.setChannel("pager");
  bench.answers.set("pager", err({ said: "It answered 429.", afterMs: 86_400_000 }));
  bench.lifecycle("web@1.0.0");
  await bench.pass(100);
  await bench.pass(890_000);
  expect(bench.sent).toHaveLength(1);
  bench.answers.delete("pager");
  await bench.pass(30_000);
  expect(bench.notifier.standing("pager").pending).toBe(0);
});

describe("what waits is tried at once", () => {
  const failFor = async (ms: number) => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 404."));
    bench.lifecycle("web@1.0.0");
    await bench.pass(ms);
    bench.answers.delete("pager");
    return bench.sent.length;
  };

  test("when the address or the secret of its channel is set right", async () => {
    const tried = await failFor(10_800_000);
    bench.setChannel("pager", { topics: ["alerts"] });
    await bench.pass(10);
    expect(bench.sent).toHaveLength(tried);
    bench.setChannel("pager", { target: { kind: "webhook", url: "https://right.example.com/" } });
    await bench.pass(10);
    expect(bench.sent.slice(tried).map(({ channel }) => channel)).toEqual(["right"]);
  });

  test("when a test of the channel arrives", async () => {
    const tried = await failFor(10_800_000);
    const channel = bench.state.channels.get("pager");
    if (channel !== undefined) await bench.notifier.test(channel, "anna");
    await bench.pass(10);
    expect(bench.sent.slice(tried).map(({ notification }) => notification.kind)).toEqual(["test", "lifecycle.set"]);
    expect(bench.notifier.standing("pager").pending).toBe(0);
  });
});

test("a channel that comes back after days is not sent what waited, which is said once", async () => {
  bench.setChannel("pager");
  bench.answers.set("pager", err("It answered 503."));
  const old = bench.lifecycle("web@1.0.0");
  bench.lifecycle("web@2.0.0");
  await bench.pass(5_000);
  bench.setChannel("pager", { enabled: false });
  bench.answers.delete("pager");
  const tried = bench.sent.length;
  await bench.pass(2 * 86_400_000);
  bench.setChannel("pager");
  const fresh = bench.lifecycle("web@3.0.0");
  await bench.pass(1_000);
  expect(bench.ids("pager").slice(tried)).toEqual([fresh]);
  expect(bench.news).toMatchObject([{ kind: "notification-lost", sentence: expect.stringContaining(`2 messages are older`) }]);
  expect(bench.news[0]?.sentence).toContain(old);
});

test("that a channel fails and takes messages again is said once each, over restarts and over messages that were given up", async () => {
  bench.setChannel("pager");
  bench.answers.set("pager", err("It answered 503."));
  bench.lifecycle("web@1.0.0");
  await bench.pass(120_000);
  bench.crash();
  await bench.pass(900_000);
  bench.crash();
  bench.answers.delete("pager");
  await bench.pass(1_800_000);
  expect(bench.news.map(({ kind }) => kind)).toEqual(["notification-failing", "notification-recovered"]);
});

test("a message that arrived is not sent again because that cannot be written down, and the channel shows why it stands", async () => {
  bench.setChannel("pager");
  await bench.pass(50);
  const { done } = bench.outbox;
  bench.outbox.done = () => {
    throw new Error("database or disk is full");
  };
  const told = [bench.lifecycle("web@1.0.0")];
  await bench.pass(600_000);
  told.push(bench.lifecycle("web@2.0.0"));
  await bench.pass(10);
  expect(bench.ids("pager")).toEqual(told.slice(0, 1));
  expect(bench.notifier.standing("pager")).toMatchObject({
    failing: true,
    lastError: { sentence: expect.stringContaining("disk is full") },
  });
  expect(bench.faults.length).toBeLessThan(12);
  bench.faults.length = 0;
  bench.outbox.done = done;
  await bench.pass(900_000);
  expect(bench.ids("pager")).toEqual(told);
  expect(bench.notifier.standing("pager")).toMatchObject({ failing: false, lastError: null, pending: 0 });
});
