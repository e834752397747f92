/** What policies are for, as people sort them. */
export const POLICY_KINDS = ["alert", "failover", "recovery", "prevention", "troubleshooting", "automation"] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

export const SEVERITIES = ["info", "warning", "critical"] as const;

export type Severity = (typeof SEVERITIES)[number];

/**
 * What sets a policy off. A metric expression beyond a bound for `forMs`, over when it was within it for `resolveForMs`; a change or a health event of kind `event`
 * (`release.*` for all that begin so), of one `subject` where given, over when none came for `resolveForMs`; a time of day (`schedule`: five cron fields, UTC);
 * a change that gives a version more weight, of one service where given (`growth`: what it has to keep to).
 */
export type PolicyTrigger =
  | {
      readonly metric: string;
      readonly above?: number;
      readonly below?: number;
      readonly forMs: number;
      readonly resolveForMs?: number;
    }
  | { readonly event: string; readonly subject?: string; readonly resolveForMs?: number }
  | { readonly schedule: string }
  | { readonly growth: GrowthLimit; readonly service?: string };

/** What a change has to keep to that gives a version more weight. A metric with wildcards is asked of the service and version that grows. */
export type GrowthLimit =
  | { readonly maxStepBp: number }
  | { readonly minReady: number }
  | { readonly metric: string; readonly above?: number; readonly below?: number };

/** Holds a policy back: a metric expression that has to be within its bounds, or a limit of how often it may act. */
export interface PolicyGuard {
  readonly metric?: string;
  readonly above?: number;
  readonly below?: number;
  /** From one action to the next at least, per subject. */
  readonly cooldownMs?: number;
  /** Actions in an hour at most, over all subjects. */
  readonly maxPerHour?: number;
}

/** What a policy does. Names that are left out are those of what set it off. */
export type PolicyAction =
  | { readonly kind: "alert"; readonly severity: Severity; readonly summary?: string }
  | { readonly kind: "shift"; readonly service?: string; readonly weights: Readonly<Record<string, number>> }
  /** The weight of one version goes to the service's other live versions that have ready instances, in proportion. */
  | { readonly kind: "drain"; readonly service?: string; readonly version?: string }
  /** The weights as they were before a policy moved them. */
  | { readonly kind: "restore"; readonly service?: string }
  | { readonly kind: "rollback"; readonly service?: string }
  | { readonly kind: "pause"; readonly service?: string }
  | { readonly kind: "restart"; readonly service?: string; readonly instance?: string }
  | { readonly kind: "scale"; readonly service?: string; readonly version?: string; readonly replicas?: number; readonly by?: number }
  | { readonly kind: "eject"; readonly instance?: string; readonly forMs: number }
  /** Takes back what `eject` did, before its time. */
  | { readonly kind: "readmit"; readonly instance?: string }
  | { readonly kind: "notify"; readonly channels: readonly string[] }
  /** The change is refused; only with the trigger `growth`. */
  | { readonly kind: "refuse" };

/** A rule as somebody writes it: trigger → guard → actions. */
export interface PolicyInput {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly enabled: boolean;
  readonly trigger: PolicyTrigger;
  readonly guard?: PolicyGuard;
  readonly actions: readonly PolicyAction[];
}

/** A rule: trigger → guard → actions. */
export interface Policy extends PolicyInput {
  readonly id: string;
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
  /** As the policy was called when it fired. */
  readonly policyName: string;
  /** What it is about: `payments`, `payments@2.1.0`, an instance, a proxy. Alerts of one policy and subject are one. */
  readonly subject: string;
  /** The service that it is about; null where it is about none. */
  readonly service: string | null;
  readonly severity: Severity;
  readonly state: "firing" | "resolved";
  readonly summary: string;
  /** The figure that set it off, and its bound; null where an event did. */
  readonly value: number | null;
  readonly bound: number | null;
  /** When what set it off began. */
  readonly since: string;
  readonly firedAt: string;
  readonly resolvedAt: string | null;
  readonly acknowledged: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** Nobody is notified until then; null: notified. */
  readonly silencedUntil: string | null;
  /** Channels that the policy names; empty: those that are told of alerts. */
  readonly channels: readonly string[];
}

/** How many alerts that were resolved a mesh remembers. */
export const ALERTS_RESOLVED_MAX = 512;
