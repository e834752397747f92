import { canonicalJson } from "@/lib/std/index.ts";
import type { Policy } from "./policy-values.ts";

export type PresetGroup = "outlierDetection" | "circuitBreakers" | "retries" | "timeouts";

/** Settings that go well together, by the group that they replace; `default` sets nothing. */
export const PRESETS = {
  outlierDetection: {
    sensitive: { consecutive5xx: 3, consecutiveGatewayFailures: 3, baseEjectionMs: 15_000 },
    default: {},
    tolerant: { consecutive5xx: 20, consecutiveGatewayFailures: 10, maxEjectionPercent: 30 },
    off: { consecutive5xx: 0, consecutiveGatewayFailures: 0 },
  },
  circuitBreakers: {
    tight: { maxConnections: 128, maxPending: 64, maxRequests: 128 },
    default: {},
    wide: { maxConnections: 10_000, maxPending: 10_000, maxRequests: 10_000, maxRetries: 100 },
  },
  retries: { none: { attempts: 0 }, default: {}, persistent: { attempts: 2, codes: [502, 503, 504] } },
  timeouts: { fast: { requestMs: 2_000, perTryMs: 1_000 }, default: {}, long: { requestMs: 60_000 } },
} as const satisfies { readonly [Group in PresetGroup]: Readonly<Record<string, unknown>> };

export type PresetName = { [Group in PresetGroup]: keyof (typeof PRESETS)[Group] }[PresetGroup];

/** The presets of a group in the order in which they are offered. */
export function presetsOf(group: PresetGroup): readonly (readonly [PresetName, Readonly<Record<string, unknown>>])[] {
  return Object.entries(PRESETS[group]) as unknown as readonly (readonly [PresetName, Readonly<Record<string, unknown>>])[];
}

/** The preset that a policy's group is; null for settings of its own. */
export function presetIn(group: PresetGroup, policy: Policy): PresetName | null {
  const text = canonicalJson(policy[group] ?? {});
  return presetsOf(group).find(([, settings]) => canonicalJson(settings) === text)?.[0] ?? null;
}
