/** What policies are for, as people sort them. */
export const POLICY_KINDS = ["alert", "failover", "recovery", "prevention", "troubleshooting", "automation"] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

/**
 * What sets a policy off. A metric expression beyond a bound for `forMs`; a change or a health event of kind `event`, of one `subject` where given; a time of day
 * (`schedule`: five cron fields, UTC).
 */
export type PolicyTrigger =
  | { readonly metric: string; readonly above?: number; readonly below?: number; readonly forMs: number }
  | { readonly event: string; readonly subject?: string }
  | { readonly schedule: string };

/** Holds a policy back: a metric expression that has to be within its bounds, or a limit of how often it may act. */
export interface PolicyGuard {
  readonly metric?: string;
  readonly above?: number;
  readonly below?: number;
  /** From one action to the next at least. */
  readonly cooldownMs?: number;
  /** Actions in an hour at most. */
  readonly maxPerHour?: number;
}

/** What a policy does. Names that are left out are those of what set it off. */
export type PolicyAction =
  | { readonly kind: "alert"; readonly severity: "info" | "warning" | "critical"; readonly summary?: string }
  | { readonly kind: "shift"; readonly service?: string; readonly weights: Readonly<Record<string, number>> }
  | { readonly kind: "rollback"; readonly service?: string }
  | { readonly kind: "pause"; readonly service?: string }
  | { readonly kind: "restart"; readonly service?: string; readonly instance?: string }
  | { readonly kind: "scale"; readonly service?: string; readonly version?: string; readonly replicas?: number; readonly by?: number }
  | { readonly kind: "eject"; readonly instance?: string; readonly forMs: number }
  | { readonly kind: "notify"; readonly channels: readonly string[] };

/** A rule: trigger → guard → actions. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly kind: PolicyKind;
  readonly enabled: boolean;
  readonly trigger: PolicyTrigger;
  readonly guard?: PolicyGuard;
  readonly actions: readonly PolicyAction[];
  readonly rev: number;
  /** Interlock's own set, which can be switched off and changed, not removed. */
  readonly builtIn: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** An alert that fires or has fired. What is pending is not recorded: it lives with the figures. */
export interface Alert {
  readonly id: string;
  readonly policy: string;
  /** What it is about: `payments`, `payments@2.1.0`, an instance, a proxy. Alerts of one policy and subject are one. */
  readonly subject: string;
  readonly severity: "info" | "warning" | "critical";
  readonly state: "firing" | "resolved";
  readonly summary: string;
  /** The figure that set it off, and its bound; null where an event did. */
  readonly value: number | null;
  readonly bound: number | null;
  readonly firedAt: string;
  readonly resolvedAt: string | null;
  readonly acknowledged: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** Nobody is notified until then; null: notified. */
  readonly silencedUntil: string | null;
}

/** How many alerts that were resolved a mesh remembers. */
export const ALERTS_RESOLVED_MAX = 512;
