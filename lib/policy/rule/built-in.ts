import type { PolicyInput } from "../../model/index.ts";

/** A policy that comes with Interlock. */
export interface BuiltInPolicy extends PolicyInput {
  readonly id: string;
}

const MINUTE_MS = 60_000;

/**
 * Interlock's own policies. What tells is on; what moves traffic or refuses changes is off until somebody switches it on. Burn rates are those of a target of
 * 99.9% in thirty days: 14.4 spends two percent of its budget in an hour, 6 five percent in six hours; the longer window has to show enough requests too.
 */
export const BUILT_IN_POLICIES: readonly BuiltInPolicy[] = [
  alert(
    "errors",
    "High error rate",
    "warning",
    { metric: "error-rate(*)", above: 0.05, forMs: 30_000 },
    { metric: "requests(*, 1m)", above: 50 },
  ),
  alert(
    "latency",
    "Latency regression",
    "warning",
    { metric: "p90(*) / p90(*, 1m)", above: 3, forMs: 15_000 },
    { metric: "requests(*, 1m)", above: 100 },
  ),
  alert("slow", "Slow answers", "warning", { metric: "p99(*)", above: 2_000, forMs: MINUTE_MS }, { metric: "requests(*, 1m)", above: 100 }),
  alert("no-ready", "No ready instance", "critical", { metric: "ready(*@*)", below: 1, forMs: 20_000 }, { metric: "live(*@*)", above: 0 }),
  alert("flapping", "Instance flapping", "warning", { metric: "flaps(*)", above: 4, forMs: 0, resolveForMs: 2 * MINUTE_MS }),
  alert("panic", "Panic mode", "critical", { metric: "panic(*)", above: 0, forMs: 5_000 }),
  alert("proxy-lost", "Proxy disconnected", "critical", { metric: "proxies-lost", above: 0, forMs: 15_000 }),
  alert("proxy-behind", "Configuration not taken", "warning", { metric: "proxies-behind", above: 0, forMs: 15_000 }),
  alert("certificate", "Certificate near its end", "warning", { metric: "certificate-left(*)", below: 0.2, forMs: 10_000 }),
  alert("data", "Data folder near its limit", "warning", { metric: "data-used", above: 0.9, forMs: MINUTE_MS }),
  alert(
    "burn-fast",
    "Error budget burns fast",
    "critical",
    { metric: "burn(*, 99.9%, 5m)", above: 14.4, forMs: 0 },
    { metric: "burn(*, 99.9%, 1h) * requests(*, 1h) / (requests(*, 1h) + 1000)", above: 14.4 },
  ),
  alert(
    "burn-slow",
    "Error budget burns slowly",
    "warning",
    { metric: "burn(*, 99.9%, 30m)", above: 6, forMs: 0 },
    { metric: "burn(*, 99.9%, 6h) * requests(*, 6h) / (requests(*, 6h) + 10000)", above: 6 },
  ),
  alert("deprecated", "Deprecated version still called", "info", { metric: "deprecated-rps(*@*)", above: 0, forMs: MINUTE_MS }),
  alert("release-stuck", "Release does not move", "warning", { metric: "release-minutes(*)", above: 60, forMs: 0 }),
  {
    id: "built-in-readmit",
    name: "Re-admit after health",
    kind: "recovery",
    enabled: true,
    trigger: { event: "instance-healthy" },
    guard: { cooldownMs: 30_000 },
    actions: [{ kind: "readmit" }],
  },
  {
    id: "built-in-drain",
    name: "Leave a version without instances",
    kind: "failover",
    enabled: false,
    trigger: { metric: "ready(*@*)", below: 1, forMs: 30_000 },
    guard: { metric: "live(*@*)", above: 0, cooldownMs: 120_000, maxPerHour: 12 },
    actions: [{ kind: "drain" }, { kind: "alert", severity: "critical" }],
  },
  {
    id: "built-in-restore",
    name: "Restore weights after a failover",
    kind: "recovery",
    enabled: false,
    trigger: { metric: "drained(*@*) * ready(*@*)", above: 0, forMs: 30_000 },
    guard: { cooldownMs: 120_000, maxPerHour: 12 },
    actions: [{ kind: "restore" }],
  },
  {
    id: "built-in-rollback",
    name: "Roll back on errors",
    kind: "automation",
    enabled: false,
    trigger: { metric: "error-rate(*)", above: 0.2, forMs: 30_000 },
    guard: { metric: "requests(*, 1m)", above: 100, cooldownMs: 600_000, maxPerHour: 6 },
    actions: [{ kind: "rollback" }, { kind: "alert", severity: "critical" }],
  },
  {
    id: "built-in-restart",
    name: "Restart what fails its checks",
    kind: "recovery",
    enabled: false,
    trigger: { event: "instance-unhealthy" },
    guard: { cooldownMs: 60_000, maxPerHour: 30 },
    actions: [{ kind: "restart" }],
  },
  prevention("step", "Small steps", { maxStepBp: 2_500 }),
  prevention("min-ready", "Two ready instances before growth", { minReady: 2 }),
  prevention("burn", "No growth while the error budget burns", { metric: "burn(*@*, 99.9%, 5m)", above: 14.4 }),
];

function alert(
  id: string,
  name: string,
  severity: "info" | "warning" | "critical",
  trigger: PolicyInput["trigger"],
  guard?: PolicyInput["guard"],
): BuiltInPolicy {
  const rule = { id: `built-in-${id}`, name, kind: "alert", enabled: true, trigger, actions: [{ kind: "alert", severity }] } as const;
  return guard === undefined ? rule : { ...rule, guard };
}

function prevention(
  id: string,
  name: string,
  growth: Extract<PolicyInput["trigger"], { readonly growth: unknown }>["growth"],
): BuiltInPolicy {
  return { id: `built-in-${id}`, name, kind: "prevention", enabled: false, trigger: { growth }, actions: [{ kind: "refuse" }] };
}
