import type { Instance } from "@/lib/client/index.ts";

const SHARE_MIN = 0.1;

/**
 * How far an instance has warmed up, as the share of its weight that it gets (0 to 1); null where it gets all of it. It warms up after it was registered and
 * after it came back from an ejection, as the proxies reckon it: with its age, from a tenth on.
 */
export function slowStartShare(
  instance: Pick<Instance, "registeredAt" | "history" | "health">,
  slowStartMs: number,
  nowMs: number,
): number | null {
  if (slowStartMs <= 0 || instance.health !== "ready") return null;
  const returned = instance.history.find(({ kind }) => kind === "instance-returned")?.at;
  const sinceMs = Math.max(Date.parse(instance.registeredAt), returned === undefined ? 0 : Date.parse(returned));
  const ageMs = Math.max(0, nowMs - sinceMs);
  return ageMs >= slowStartMs ? null : Math.max(SHARE_MIN, ageMs / slowStartMs);
}
