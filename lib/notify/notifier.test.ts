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

const until = (ms: number) => new Date(bench.clock.wallMs() + ms).toISOString();

/** An alert is silenced after it fired. */
function silence(id: string, silencedUntil: string): void {
  const alert = bench.state.alerts.get(id);
  if (alert !== undefined) bench.state = { ...bench.state, alerts: new Map(bench.state.alerts).set(id, { ...alert, silencedUntil }) };
}

describe("delivery", () => {
  test("tells each channel of the transitions after its making, in order, once each, and of no other change", async () => {
    bench.lifecycle("web@1.0.0");
    bench.setChannel("pager");
    await bench.pass(100);
    const first = bench.lifecycle("web@2.0.0");
    bench.append({ kind: "split.set" });
    const second = bench.lifecycle("web@1.0.0");
    await bench.pass(100);
    expect(bench.ids("pager")).toEqual([first, second]);
    expect(bench.sent[0]?.notification).toMatchObject({
      id: first,
      topic: "lifecycle",
      kind: "lifecycle.set",
      subject: "web@2.0.0",
      sentence: "web 2.0.0 is stable.",
      author: "anna",
      links: [{ url: "http://127.0.0.1:3000/services/web" }, { url: `http://127.0.0.1:3000/activity?change=${first}` }],
    });
    expect(bench.notifier.standing("pager")).toMatchObject({ pending: 0, lastError: null, deliveredAt: expect.stringMatching(/^2026-/) });
  });

  test("is tried again with growing pauses until it arrives, and nothing overtakes it", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 503."));
    const first = bench.lifecycle("web@1.0.0");
    const second = bench.lifecycle("web@2.0.0");
    await bench.pass(20_000);
    const tries = bench.ids("pager").length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(8);
    expect(new Set(bench.ids("pager"))).toEqual(new Set([first]));
    expect(bench.notifier.standing("pager")).toMatchObject({ pending: 2, tries, lastError: { sentence: "It answered 503." } });
    bench.answers.delete("pager");
    await bench.pass(60_000);
    expect(bench.ids("pager").slice(tries)).toEqual([first, second]);
    expect(bench.notifier.standing("pager")).toMatchObject({ pending: 0, lastError: null, failing: false });
  });

  test("to a receiver that is dead, or never answers, holds up no other", async () => {
    bench.setChannel("dead");
    bench.setChannel("mute");
    bench.setChannel("pager");
    bench.answers.set("dead", err("connect ECONNREFUSED."));
    bench.answers.set("mute", "never");
    const told = [bench.lifecycle("web@1.0.0"), bench.lifecycle("web@2.0.0")];
    await bench.pass(500);
    expect(bench.ids("pager")).toEqual(told);
    expect(bench.notifier.standing("mute").pending).toBe(2);
  });

  test("counts a channel as failing after five tries, says so once, and says when it takes messages again", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 404."));
    bench.lifecycle("web@1.0.0");
    await bench.pass(120_000);
    expect(bench.news).toMatchObject([
      { channel: "pager", kind: "notification-failing", sentence: expect.stringContaining("It answered 404.") },
    ]);
    expect(bench.notifier.standing("pager").failing).toBe(true);
    bench.answers.delete("pager");
    await bench.pass(900_000);
    expect(bench.news.map(({ kind }) => kind)).toEqual(["notification-failing", "notification-recovered"]);
  });

  test("gives a message up after a day of tries, says which, and goes on with the next", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 404."));
    const lost = bench.lifecycle("web@1.0.0");
    for (let hour = 0; hour < 25; hour++) await bench.pass(3_600_000);
    expect(bench.news.filter(({ kind }) => kind === "notification-lost")).toMatchObject([{ sentence: expect.stringContaining(lost) }]);
    expect(bench.notifier.standing("pager").pending).toBe(0);
    bench.answers.delete("pager");
    const next = bench.lifecycle("web@2.0.0");
    await bench.pass(1_000);
    expect(bench.ids("pager").at(-1)).toBe(next);
  });

  test("keeps no more than 500 messages: the rest waits in the log, and none of it is lost", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 503."));
    const told = Array.from({ length: 1_100 }, (_, index) => bench.lifecycle(`web@1.0.${index}`));
    await bench.pass(100);
    expect(bench.notifier.standing("pager").pending).toBe(500);
    bench.notifier.note({ topic: "workloads", kind: "lease-expired", subject: "web-1", sentence: "web-1 is gone.", at: "", path: "/" });
    expect(bench.full).toEqual([expect.stringContaining("500 messages wait for pager already")]);
    bench.answers.delete("pager");
    const tried = bench.sent.length;
    await bench.pass(120_000);
    expect(bench.ids("pager").slice(tried)).toEqual(told);
  });

  test("stops while a channel is off, and what was to be told before goes out when it is on again", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 503."));
    const before = bench.lifecycle("web@1.0.0");
    await bench.pass(100);
    bench.answers.delete("pager");
    bench.setChannel("pager", { enabled: false });
    bench.lifecycle("web@2.0.0");
    await bench.pass(60_000);
    const tried = bench.sent.length;
    bench.setChannel("pager");
    await bench.pass(1_000);
    expect(bench.ids("pager").slice(tried)).toEqual([before]);
  });

  test("ends with the channel, and a new one of the same name knows nothing of it", async () => {
    bench.setChannel("pager");
    bench.answers.set("pager", err("It answered 503."));
    bench.lifecycle("web@1.0.0");
    await bench.pass(100);
    bench.state = { ...bench.state, channels: new Map() };
    bench.append({ kind: "channel.remove" });
    await bench.pass(60_000);
    const tried = bench.sent.length;
    bench.answers.delete("pager");
    bench.setChannel("pager");
    const after = bench.lifecycle("web@2.0.0");
    await bench.pass(60_000);
    expect(bench.ids("pager").slice(tried)).toEqual([after]);
  });
});

test("a channel that is removed and made anew before anybody looks is sent nothing that was meant for the one before", async () => {
  bench.setChannel("pager");
  bench.answers.set("pager", err("It answered 503."));
  bench.lifecycle("web@1.0.0");
  await bench.pass(100);
  bench.answers.delete("pager");
  bench.lifecycle("web@2.0.0");
  bench.append({ kind: "channel.remove", events: [{ kind: "channel-set", id: "pager", value: null }] });
  bench.setChannel("pager", { target: { kind: "webhook", url: "https://other.example.com/" } });
  const fresh = bench.lifecycle("web@3.0.0");
  await bench.pass(60_000);
  expect(bench.ids("other")).toEqual([fresh]);
});

test("the use of an approval is told under the name of who uses it, with who agreed", async () => {
  bench.setChannel("pager");
  const value = { state: "used", requestedBy: "anna", decidedBy: "ben", summary: "payments to 3.0.0" } as never;
  bench.append({ kind: "approval.use" as never, author: "anna", events: [{ kind: "approval-set", id: "apr-1", value }] });
  await bench.pass(100);
  expect(bench.sent[0]?.notification.sentence).toBe("anna: used, approved by ben: payments to 3.0.0");
});

describe("a crash", () => {
  test("loses nothing: what was not looked at, what waited and what was under way is told, under the same ids", async () => {
    bench.setChannel("pager");
    await bench.pass(100);
    bench.answers.set("pager", "never");
    const told = [bench.lifecycle("web@1.0.0"), bench.lifecycle("web@2.0.0")];
    await bench.pass(100);
    told.push(bench.lifecycle("web@3.0.0"));
    bench.answers.delete("pager");
    bench.crash();
    told.push(bench.lifecycle("web@4.0.0"));
    await bench.pass(2_000);
    expect(bench.ids("pager")).toEqual([told[0], ...told]);
    expect(bench.sent[1]?.notification).toEqual(bench.sent[0]?.notification);
    bench.crash();
    await bench.pass(2_000);
    expect(bench.ids("pager")).toHaveLength(5);
  });

  test("before the first look at a new channel loses nothing of what came after it", async () => {
    bench.setChannel("pager");
    const told = bench.lifecycle("web@1.0.0");
    bench.crash();
    await bench.pass(100);
    expect(bench.ids("pager")).toEqual([told]);
  });

  test("keeps what is in no log", async () => {
    bench.setChannel("pager");
    await bench.pass(100);
    const note = {
      topic: "workloads",
      kind: "lease-expired",
      subject: "web-1",
      sentence: "web-1 is gone.",
      at: "2026-01-01T00:00:00.000Z",
      path: "/services/web",
    } as const;
    bench.notifier.note(note);
    bench.crash();
    await bench.pass(12_000);
    expect(bench.ids("pager")).toEqual(["evt-1"]);
  });
});

describe("alerts", () => {
  test("of one policy within ten seconds are one message under the id of the first; their ends are another", async () => {
    bench.setChannel("pager");
    const first = bench.alert("payments");
    await bench.pass(4_000);
    bench.alert("checkout");
    bench.alert("disk", "firing", { policy: "disk" });
    await bench.pass(5_000);
    expect(bench.sent).toEqual([]);
    await bench.pass(6_000);
    expect(bench.sent.map(({ notification }) => [notification.id, notification.items?.length])).toEqual([
      [first, 2],
      ["chg-4", 1],
    ]);
    expect(bench.sent[0]?.notification).toMatchObject({
      kind: "alert.fire",
      subject: "payments, checkout",
      sentence: "2 alerts fire: Critical: payments fails. Critical: checkout fails.",
      items: [{ alert: { id: "payments", state: "firing", value: 0.2, bound: 0.1 } }, { id: "chg-3" }],
    });
    bench.alert("payments", "resolved");
    bench.alert("checkout", "resolved");
    await bench.pass(11_000);
    expect(bench.sent.at(-1)?.notification).toMatchObject({
      kind: "alert.resolve",
      sentence: "2 alerts are over: Resolved: payments fails. Resolved: checkout fails.",
    });
  });

  test("that come later than that are told by themselves", async () => {
    bench.setChannel("pager");
    const told = [bench.alert("payments")];
    await bench.pass(11_000);
    told.push(bench.alert("checkout"));
    await bench.pass(11_000);
    expect(bench.ids("pager")).toEqual(told);
  });

  test("that are silenced are not told, nor while they wait to be sent, and what is over by the end of the silence never", async () => {
    bench.setChannel("pager");
    const silencedUntil = until(60_000);
    bench.alert("quiet", "firing", { silencedUntil });
    const loud = bench.alert("loud");
    await bench.pass(11_000);
    expect(bench.sent.map(({ notification }) => [notification.id, notification.items?.map(({ subject }) => subject)])).toEqual([
      [loud, ["loud"]],
    ]);
    bench.alert("quiet", "resolved", { silencedUntil });
    bench.alert("late", "firing", { policy: "late" });
    silence("late", silencedUntil);
    await bench.pass(11_000);
    bench.alert("late", "resolved", { policy: "late", silencedUntil });
    await bench.pass(120_000);
    expect(bench.sent).toHaveLength(1);
    expect(bench.notifier.standing("pager").pending).toBe(0);
  });

  test("that still fire when their silence ends are told then, under the ids of their changes, and so are their ends", async () => {
    bench.setChannel("pager");
    const one = bench.alert("one", "firing", { silencedUntil: until(60_000) });
    bench.alert("two", "firing", { silencedUntil: until(60_000) });
    await bench.pass(30_000);
    bench.crash();
    await bench.pass(20_000);
    expect(bench.sent).toEqual([]);
    await bench.pass(40_000);
    expect(bench.sent.map(({ notification }) => [notification.id, notification.sentence])).toEqual([
      [one, "2 alerts fire: Critical: one fails. Critical: two fails."],
    ]);
    const over = bench.alert("one", "resolved");
    await bench.pass(11_000);
    expect(bench.ids("pager").at(-1)).toBe(over);
  });

  test("that were told and are over while they are silenced are told to be over, also where the channel asks for graver ones by then", async () => {
    bench.setChannel("pager");
    bench.alert("one", "firing", { severity: "warning" });
    await bench.pass(11_000);
    bench.setChannel("pager", { minSeverity: "critical" });
    const over = bench.alert("one", "resolved", { severity: "warning", silencedUntil: until(600_000) });
    bench.alert("never-told", "resolved");
    await bench.pass(11_000);
    expect(bench.ids("pager").slice(1)).toEqual([over]);
  });

  test("that come and go and come again are told in that order", async () => {
    bench.setChannel("pager");
    bench.alert("first");
    await bench.pass(2_000);
    bench.alert("first", "resolved");
    await bench.pass(2_000);
    bench.alert("again", "firing", { subject: "first" });
    await bench.pass(60_000);
    expect(bench.sent.map(({ notification }) => notification.kind)).toEqual(["alert.fire", "alert.resolve", "alert.fire"]);
  });

  test("below the severity that a channel asks for, and topics that it does not ask for, are not told", async () => {
    bench.setChannel("grave", { minSeverity: "critical", topics: ["alerts"] });
    bench.alert("slow", "firing", { severity: "warning" });
    const grave = bench.alert("dead");
    bench.lifecycle("web@1.0.0");
    await bench.pass(11_000);
    expect(bench.ids("grave")).toEqual([grave]);
    expect(bench.sent[0]?.notification.items).toHaveLength(1);
  });
});

test("an alert whose policy names channels goes to these alone, whatever they are told of otherwise", async () => {
  bench.setChannel("grave", { topics: ["releases"], minSeverity: "critical" });
  bench.setChannel("other");
  const named = bench.alert("cart", "firing", { severity: "info", channels: ["grave"] });
  await bench.pass(11_000);
  expect(bench.ids("grave")).toEqual([named]);
  expect(bench.ids("other")).toEqual([]);
});

test("an alert whose policy names channels that are gone or off goes to those that are told of alerts", async () => {
  bench.setChannel("off", { enabled: false });
  bench.setChannel("other");
  bench.setChannel("grave", { topics: ["releases"] });
  const told = bench.alert("cart", "firing", { channels: ["gone", "off"] });
  await bench.pass(11_000);
  expect(bench.sent.map(({ channel, notification }) => [channel, notification.id])).toEqual([["other", told]]);
});

test("a message that would be too long goes without before and after", async () => {
  bench.setChannel("pager");
  const long = "x".repeat(100_000);
  const value = { service: "web", version: "1.0.0", stage: "stable", since: "", by: "", cause: "operator" } as never;
  bench.append({ kind: "lifecycle.set", before: long, after: long, events: [{ kind: "lifecycle-set", id: "web@1.0.0", value }] });
  await bench.pass(100);
  expect(bench.sent[0]?.notification).toMatchObject({ before: null, after: null, sentence: "web 1.0.0 is stable." });
});
