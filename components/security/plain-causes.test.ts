import { describe, expect, test } from "vitest";
import type { Instance } from "@/lib/client/index.ts";
import { plainCauses } from "./plain-causes.ts";
import type { IssuedCertificate } from "./use-identities.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");

function instance(id: string, more: Partial<Instance> = {}): Instance {
  return {
    id,
    service: id.split("-")[0] ?? "",
    version: "1.0.0",
    address: "127.0.0.1",
    port: 9000,
    node: "node-a",
    kind: "static",
    ttlMs: 0,
    registeredAt: "2026-01-01T00:00:00Z",
    health: "ready",
    ejectedUntil: null,
    history: [],
    expiresInMs: null,
    outbound: { address: "127.0.0.1", port: 1 },
    ...more,
  };
}

function certificate(subject: string): IssuedCertificate {
  const known = {
    identity: "",
    serial: "",
    notBefore: "",
    proxy: "node-a",
    connected: true,
    fingerprint: "",
    rootFingerprint: "",
    overdue: false,
  };
  return { ...known, instance: subject, notAfter: "2026-01-01T13:00:00Z" };
}

describe("why an edge is in plain text", () => {
  test("names what each end lacks, the callee first", () => {
    const causes = plainCauses({
      from: "cart",
      callers: [instance("cart-1")],
      callees: [instance("pay-1", { outbound: null }), instance("pay-2")],
      certificates: [certificate("pay-2")],
      nowMs: NOW,
    });
    expect(causes).toEqual([
      { end: "callee", subject: "pay 1.0.0 127.0.0.1:9000", reason: "no-proxy", node: "node-a" },
      { end: "caller", subject: "cart 1.0.0 127.0.0.1:9000", reason: "no-certificate", node: "node-a" },
    ]);
  });

  test("of traffic from outside looks at the ingress' own certificate", () => {
    const ends = { from: "ingress", callers: [], callees: [instance("pay-2")], nowMs: NOW };
    expect(plainCauses({ ...ends, certificates: [certificate("pay-2")] })).toMatchObject([
      { subject: "ingress", reason: "no-certificate" },
    ]);
    expect(plainCauses({ ...ends, certificates: [certificate("pay-2"), certificate("ingress")] })).toEqual([]);
  });
});
