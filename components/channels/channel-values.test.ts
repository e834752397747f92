import { expect, test } from "vitest";
import { bodyOf, channelCommand, shownBody, valuesOf } from "./channel-values.ts";
import { type Channel, channelState } from "./channel-view.ts";

const STANDING: Channel["standing"] = { deliveredAt: null, pending: 0, tries: 0, nextTryAt: null, lastError: null, failing: false };

const CHANNEL: Channel = {
  name: "mail",
  rev: 7,
  target: {
    kind: "smtp",
    host: "mail.example.com",
    port: 465,
    from: "a@b.example",
    to: ["c@d.example", "e@f.example"],
    user: "mesh",
    hasSecret: true,
  },
  topics: ["alerts"],
  minSeverity: "critical",
  enabled: true,
  updatedAt: "2026-01-01T00:00:00.000Z",
  updatedBy: "anna",
  standing: STANDING,
};

test("a channel that is opened and saved untouched stays as it is, its secret too", () => {
  const { hasSecret: _, ...target } = CHANNEL.target;
  expect(bodyOf(valuesOf(CHANNEL), true)).toEqual({ target, topics: ["alerts"], minSeverity: "critical", enabled: true });
});

test("a secret is sent where it was typed, taken away where that was asked for, and never shown in a command", () => {
  const values = { ...valuesOf(null), name: "pager", url: " https://x.example/ ", secret: "s3cret-s3cret" };
  expect(bodyOf(values, true)).toMatchObject({ target: { kind: "webhook", url: "https://x.example/" }, secret: "s3cret-s3cret" });
  expect(bodyOf({ ...values, dropsSecret: true }, true).secret).toBeNull();
  expect(channelCommand({ ...values, dropsSecret: true })).toContain("--no-secret");
  const slack = { ...values, kind: "slack" as const, slackUrl: "https://hooks.slack.com/services/T/B/x" };
  expect(bodyOf(slack, true)).toEqual({
    target: { kind: "slack", url: slack.slackUrl },
    topics: expect.any(Array),
    minSeverity: "warning",
    enabled: true,
  });
  for (const shown of [shownBody(values, true), shownBody(slack, true), channelCommand(values), channelCommand(slack)]) {
    expect(JSON.stringify(shown)).not.toMatch(/s3cret|services/);
  }
});

test("the command line says the same", () => {
  expect(channelCommand(valuesOf(CHANNEL))).toBe(
    "interlock channels set mail --smtp mail.example.com:465 --from a@b.example --to c@d.example,e@f.example --user mesh --topics alerts --min-severity critical",
  );
  expect(channelCommand({ ...valuesOf(null), name: "ops", kind: "slack", slackUrl: "https://x.example" })).toContain(
    "--slack --secret-file <file>",
  );
});

test("the worst that is known of a channel is its state", () => {
  expect(channelState({ enabled: false, standing: { ...STANDING, failing: true } })).toBe("off");
  expect(channelState({ enabled: true, standing: { ...STANDING, failing: true, tries: 9 } })).toBe("failing");
  expect(channelState({ enabled: true, standing: { ...STANDING, tries: 1 } })).toBe("trying");
  expect(channelState({ enabled: true, standing: STANDING })).toBe("on");
});
