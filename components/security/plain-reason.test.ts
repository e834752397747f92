import { expect, test } from "vitest";
import { plainReason } from "./plain-reason.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const outbound = { address: "127.0.0.1", port: 1 };
const held = { instance: "pay-1", notAfter: "2026-01-01T12:30:00Z" };

test.each([
  ["an instance without a node has no proxy beside it", { id: "pay-1", outbound: null }, [held], "no-node"],
  ["a node whose proxy is away says so", { id: "pay-1", node: "node-a", outbound: null }, [held], "no-proxy"],
  ["a proxy without a certificate for it is the next reason", { id: "pay-2", node: "node-a", outbound }, [held], "no-certificate"],
  [
    "a certificate that ended counts no more",
    { id: "pay-1", node: "node-a", outbound },
    [{ ...held, notAfter: "2026-01-01T12:00:00Z" }],
    "expired",
  ],
  ["one that is valid is enough", { id: "pay-1", node: "node-a", outbound }, [{ ...held, notAfter: "2026-01-01T11:00:00Z" }, held], null],
] as const)("%s", (_, instance, certificates, reason) => {
  expect(plainReason(instance, certificates, NOW)).toBe(reason);
});
