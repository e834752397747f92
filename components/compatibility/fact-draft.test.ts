import { expect, test } from "vitest";
import { type FactDraft, factBody, factCommand } from "./fact-draft.ts";

const DRAFT: FactDraft = {
  consumer: { service: "checkout", version: "1.4.0" },
  provider: { service: "payments", version: "3.0.0" },
  verdict: "incompatible",
  constraint: "api",
  reason: " double charge ",
  expiry: "none",
};

test("a word without an end has none in the request", () => {
  expect(factBody(DRAFT, 0)).toEqual({
    consumer: DRAFT.consumer,
    provider: DRAFT.provider,
    verdict: "incompatible",
    constraint: "api",
    reason: "double charge",
  });
});

test.each([
  ["1h", "1970-01-01T01:00:00.000Z"],
  ["24h", "1970-01-02T00:00:00.000Z"],
  ["7d", "1970-01-08T00:00:00.000Z"],
] as const)("one for %s ends that much after now", (expiry, expiresAt) => {
  expect(factBody({ ...DRAFT, expiry }, 0)).toMatchObject({ expiresAt });
});

test("the command line says the same, its reason quoted", () => {
  expect(factCommand(DRAFT).cli).toBe("interlock evidence veto checkout@1.4.0 payments@3.0.0 --reason 'double charge'");
  expect(factCommand({ ...DRAFT, verdict: "compatible", constraint: "event", expiry: "7d", reason: "" }).cli).toBe(
    "interlock evidence allow checkout@1.4.0 payments@3.0.0 --constraint event --until 7d --reason …",
  );
});
