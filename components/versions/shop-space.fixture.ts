import type { Service } from "@/lib/client/index.ts";
import { knownSpace } from "./known-space.ts";

const NOW = "2026-11-21T03:12:00.000Z";

interface ListedVersion {
  readonly requirements?: Readonly<Record<string, string>>;
  readonly live?: boolean;
  readonly ready?: number;
}

/** A service as the API lists it. */
export function listedService(name: string, versions: Readonly<Record<string, ListedVersion>>): Service {
  const weights = Object.fromEntries(Object.entries(versions).flatMap(([version, { live }]) => (live === true ? [[version, 10_000]] : [])));
  return {
    name,
    hosts: [],
    rev: 1,
    registeredAt: NOW,
    weights,
    rules: 0,
    versions: Object.entries(versions).map(([version, { live = false, ready = 1, requirements = {} }]) => ({
      service: name,
      version,
      rev: 1,
      requirements,
      openRequirements: [],
      registeredAt: NOW,
      registeredBy: "test",
      lifecycle: { stage: "registered", since: "2026-01-01T00:00:00.000Z", by: "anna", cause: "operator" },
      weightBp: live ? 10_000 : 0,
      live,
      instances: ready,
      ready,
    })),
  };
}

/** The corner of the shop where versions hold each other: checkout calls payments, payments calls fraud. */
export const SHOP: readonly Service[] = [
  listedService("checkout", {
    "1.4.0": { requirements: { payments: "^2.1.0" }, live: true },
    "2.0.0": { requirements: { payments: ">=2.3.0 <4.0.0" } },
  }),
  listedService("payments", {
    "2.1.0": { requirements: { fraud: "^0.8.0" }, ready: 0 },
    "2.3.0": { requirements: { fraud: ">=0.9.0 <1.0.0" }, live: true },
    "3.0.0": {},
  }),
  listedService("fraud", { "0.9.0": { live: true }, "0.10.0": {} }),
];

/** What the browser makes of it. */
export function shopSpace(onlyReady = false) {
  return knownSpace({ mesh: { services: SHOP, facts: [] }, calls: [], nowIso: NOW, onlyReady });
}
