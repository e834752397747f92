/** What a proxy can decide about instances of a service. */
export const INSTANCE_HEALTH_KINDS = [
  "instance-ejected",
  "instance-returned",
  "instance-unhealthy",
  "instance-healthy",
  "breaker-open",
  "breaker-closed",
  "failover",
  "failover-ended",
  "panic",
  "panic-ended",
  "shedding",
  "shedding-ended",
] as const;

/** Something that a proxy decided about instances of a service; shown on the screen with its reason. */
export interface InstanceHealthEvent {
  readonly kind: (typeof INSTANCE_HEALTH_KINDS)[number];
  /** Wall clock of the proxy, ms. */
  readonly atMs: number;
  readonly service: string;
  readonly version: string | null;
  readonly instance: string | null;
  /** Why, in one sentence for people. */
  readonly reason: string;
  /** When it ends by itself, ms; null when that is not known. */
  readonly untilMs: number | null;
}
