import { beforeEach, describe, expect, test } from "vitest";
import type { Channel } from "../../model/index.ts";
import { decideChannelSet, newSecret } from "./channels.ts";
import { DecideMesh } from "./decide-mesh.fixture.ts";

let mesh: DecideMesh;
beforeEach(() => {
  mesh = new DecideMesh();
});

const WEBHOOK = { kind: "webhook", url: "https://hooks.example.com/interlock" };
const SLACK = { kind: "slack", url: "https://hooks.slack.com/services/T0/B0/x" };
const MAIL = { kind: "smtp", host: "mail.example.com", port: 587, from: "mesh@example.com", to: ["ops@example.com"] };
const SIGNED_IN = { ...MAIL, user: "mesh" };
const SETTINGS = { kind: "channel.set", name: "pager", rev: 0, topics: ["alerts", "releases"], minSeverity: "warning", enabled: true };

function channel(): Channel {
  const found = mesh.state.channels.get("pager");
  if (found === undefined) throw new Error("no channel");
  return found;
}

const again = (more: object) => ({ ...SETTINGS, rev: channel().rev, ...more }) as never;
const paths = (plain: object) => mesh.refusal({ ...SETTINGS, ...plain } as never).problems.map(({ code, path }) => `${code} ${path}`);

describe("a secret", () => {
  test("is in no change: only a reference that was never used before is", () => {
    const change = mesh.must({ ...SETTINGS, target: WEBHOOK, secret: "s3cret-s3cret" } as never);
    expect(JSON.stringify(change)).not.toContain("s3cret");
    expect(channel().target).toEqual({ ...WEBHOOK, secretRef: "pager.1" });
    mesh.must(again({ target: WEBHOOK, secret: "s3cret-s3cret" }));
    expect(channel().target).toEqual({ ...WEBHOOK, secretRef: "pager.2" });
  });

  test("is all of a Slack address but its host", () => {
    const change = mesh.must({ ...SETTINGS, target: SLACK } as never);
    expect(JSON.stringify(change)).not.toContain("/services/");
    expect(channel().target).toEqual({ kind: "slack", host: "hooks.slack.com", secretRef: "pager.1" });
    mesh.must(again({ target: { kind: "slack" }, topics: ["alerts"] }));
    expect(channel().target).toMatchObject({ secretRef: "pager.1" });
  });

  test("is handed over to be kept exactly when a change refers to it for the first time", () => {
    const command = { ...SETTINGS, target: WEBHOOK, secret: "s3cret-s3cret" } as never;
    const context = mesh.context();
    mesh.must(command);
    expect(newSecret(command, context, mesh.state)).toEqual({ ref: "pager.1", secret: "s3cret-s3cret" });
    expect(newSecret(again({ target: WEBHOOK }), mesh.context(), mesh.state)).toBeNull();
  });

  test("stays where it is left out, goes where it is null", () => {
    mesh.must({ ...SETTINGS, target: WEBHOOK, secret: "s3cret-s3cret" } as never);
    mesh.must(again({ target: { ...WEBHOOK, url: "https://hooks.example.com/other" } }));
    expect(channel().target).toMatchObject({ secretRef: "pager.1" });
    mesh.must(again({ target: WEBHOOK, secret: null }));
    expect(channel().target).toEqual(WEBHOOK);
  });

  test("never goes along to another server: it has to be given again, so that no password is drawn out", () => {
    mesh.must({ ...SETTINGS, target: SIGNED_IN, secret: "s3cret-s3cret" } as never);
    for (const target of [
      { ...SIGNED_IN, host: "mail.evil.example" },
      { ...SIGNED_IN, port: 2525 },
      { ...SIGNED_IN, user: "other" },
    ])
      expect(mesh.refusal(again({ target })).code).toBe("channel.secret");
    mesh.must(again({ target: { ...SIGNED_IN, to: ["anna@example.com"] } }));
    expect(channel().target).toMatchObject({ secretRef: "pager.1" });
    mesh.must(again({ target: { ...SIGNED_IN, host: "mail2.example.com" }, secret: "an0ther-secret" }));
    expect(channel().target).toMatchObject({ secretRef: "pager.3" });
  });

  test("goes with its kind: a signed webhook becomes mail without a password, and back, without asking", () => {
    mesh.must({ ...SETTINGS, target: WEBHOOK, secret: "s3cret-s3cret" } as never);
    mesh.must(again({ target: MAIL }));
    expect(channel().target).toEqual(MAIL);
    mesh.must(again({ target: SIGNED_IN, secret: "short" }));
    mesh.must(again({ target: WEBHOOK }));
    expect(channel().target).toEqual(WEBHOOK);
  });

  test("of a mail server is there where a user is, and as long as the server has it", () => {
    expect(paths({ target: SIGNED_IN })).toEqual(["channel.invalid secret"]);
    expect(paths({ target: SIGNED_IN, secret: null })).toEqual(["channel.invalid secret"]);
    expect(paths({ target: SIGNED_IN, secret: "" })).toEqual(["channel.invalid secret"]);
    mesh.must({ ...SETTINGS, target: SIGNED_IN, secret: "four" } as never);
    expect(mesh.refusal(again({ target: SIGNED_IN, secret: null })).code).toBe("channel.invalid");
  });
});

describe("what makes no sense is refused with its field, all at once", () => {
  test("in an address", () => {
    expect(paths({ target: { ...WEBHOOK, url: "nonsense" } })).toEqual(["channel.invalid target.url"]);
    expect(paths({ target: { ...WEBHOOK, url: "http://hooks.example.com/" } })).toEqual(["channel.address target.url"]);
    expect(mesh.refusal({ ...SETTINGS, target: { ...WEBHOOK, url: "http://hooks.example.com/" } } as never).problems[0]?.fix).toContain(
      "INTERLOCK_NOTIFY_ALLOW",
    );
    expect(paths({ target: { kind: "slack" } })).toEqual(["channel.invalid target.url"]);
  });

  test("in a mail server and its mailboxes", () => {
    expect(paths({ target: { ...MAIL, port: 0, from: "ops", to: [] } })).toEqual([
      "channel.invalid target.port",
      "channel.invalid target.from",
      "channel.invalid target.to",
    ]);
    expect(paths({ target: { ...MAIL, to: ["a@b\r\nBcc: x@y"], user: "a\nb" }, secret: "four" })).toEqual([
      "channel.invalid target.to.0",
      "channel.invalid target.user",
    ]);
  });

  test("in the rest", () => {
    expect(paths({ name: "No", target: WEBHOOK, topics: [], minSeverity: "bad", secret: "short" })).toEqual([
      "name.invalid name",
      "channel.invalid topics",
      "channel.invalid minSeverity",
      "channel.invalid secret",
    ]);
    expect(paths({ target: WEBHOOK, topics: ["alerts", "gossip"] })).toEqual(["channel.invalid topics.1"]);
  });

  test("in how many there are", () => {
    for (let count = 0; count < 32; count++) mesh.must({ ...SETTINGS, name: `c${count}`, target: WEBHOOK } as never);
    expect(paths({ target: WEBHOOK })).toEqual(["channel.too-many name"]);
  });
});

test("a rev that was seen is the only one that fits, also after a removal and its undo", () => {
  mesh.must({ ...SETTINGS, target: WEBHOOK } as never);
  expect(mesh.refusal({ ...SETTINGS, target: MAIL } as never)).toMatchObject({ code: "precondition.failed", current: { rev: 1 } });
  const removed = mesh.must({ kind: "channel.remove", name: "pager", rev: 1 });
  expect(mesh.refusal({ kind: "channel.remove", name: "pager", rev: 1 })).toMatchObject({ code: "channel.unknown" });
  mesh.must({ ...SETTINGS, target: MAIL } as never);
  expect(mesh.refusal({ ...SETTINGS, rev: 1, target: WEBHOOK } as never)).toMatchObject({
    code: "precondition.failed",
    current: { rev: 3 },
  });
  mesh.must({ kind: "channel.remove", name: "pager", rev: 3 });
  mesh.must({ kind: "undo", change: `chg-${mesh.state.seq}` });
  expect(channel()).toMatchObject({ rev: 4, target: { kind: "smtp" } });
  mesh.must(again({ target: WEBHOOK }));
  expect(channel().rev).toBe(6);
  expect(removed.undoable).toBe(true);
});

test("a channel that a policy names is not removed, which names the policy, and says so when it is turned off", () => {
  mesh.must({ ...SETTINGS, target: WEBHOOK } as never);
  const policy = {
    name: "dead",
    kind: "alert",
    enabled: true,
    trigger: { metric: "instances(payments)", above: 0, forMs: 0, resolveForMs: 0 },
    actions: [
      { kind: "alert", severity: "critical", summary: "none" },
      { kind: "notify", channels: ["pager"] },
    ],
  };
  mesh.must({ kind: "service.register", service: "payments", hosts: [] } as never);
  mesh.must({ kind: "automation.set", id: null, rev: 0, policy } as never);
  const refused = mesh.refusal({ kind: "channel.remove", name: "pager", rev: channel().rev });
  expect(refused).toMatchObject({ code: "channel.in-use", detail: "dead tells pager by name." });
  const off = decideChannelSet(mesh.context(), again({ target: WEBHOOK, enabled: false }));
  expect(off).toMatchObject({ ok: true, value: { notes: [expect.stringContaining("dead tells pager by name")] } });
});

test("the making of a channel is not undone while a policy names it", () => {
  const made = mesh.must({ ...SETTINGS, target: WEBHOOK } as never);
  const actions = [
    { kind: "alert", severity: "critical", summary: "none" },
    { kind: "notify", channels: ["pager"] },
  ];
  const trigger = { metric: "instances(payments)", above: 0, forMs: 0, resolveForMs: 0 };
  mesh.must({ kind: "service.register", service: "payments", hosts: [] } as never);
  const policy = mesh.must({
    kind: "automation.set",
    id: null,
    rev: 0,
    policy: { name: "dead", kind: "alert", enabled: true, trigger, actions },
  } as never);
  expect(mesh.refusal({ kind: "undo", change: made.id })).toMatchObject({
    code: "channel.in-use",
    detail: "dead tells pager by name.",
    problems: [{ path: "id" }],
  });
  mesh.must({ kind: "undo", change: policy.id }, { kind: "undo", change: made.id });
  expect(mesh.state.channels.size).toBe(0);
});

test("a channel with a user and no password, of before that was refused, can be turned off and set otherwise, not on", () => {
  mesh.must({ ...SETTINGS, target: MAIL } as never);
  const old = { ...channel(), target: { ...MAIL, user: "mesh" } } as Channel;
  mesh.state = { ...mesh.state, channels: new Map(mesh.state.channels).set("pager", old) };
  mesh.must(again({ target: { ...SIGNED_IN, to: ["night@example.com"] }, topics: ["alerts"] }));
  expect(mesh.refusal(again({ target: { ...SIGNED_IN, user: "other" } })).problems).toMatchObject([{ path: "secret" }]);
  mesh.must(again({ target: SIGNED_IN, enabled: false }));
  expect(channel()).toMatchObject({ enabled: false, target: { user: "mesh" } });
  expect(mesh.refusal(again({ target: SIGNED_IN })).problems).toMatchObject([{ path: "secret", code: "channel.invalid" }]);
  mesh.must(again({ target: SIGNED_IN, secret: "s3cret-s3cret" }));
  expect(channel().enabled).toBe(true);
});

test("the same again is no change", () => {
  mesh.must({ ...SETTINGS, target: WEBHOOK } as never);
  const same = mesh.run(again({ target: WEBHOOK, topics: ["releases", "alerts"] }));
  expect(same).toMatchObject({ ok: true, value: null });
});
