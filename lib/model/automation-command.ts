import type { PolicyInput, Severity } from "./policy.ts";

/** What people and the engine ask of policies and alerts. */
export type AutomationCommand =
  | {
      readonly kind: "automation.set";
      /** Null: a new one, under an id of its own. */
      readonly id: string | null;
      /** Null: it must not exist yet. */
      readonly rev: number | null;
      readonly policy: PolicyInput;
    }
  | { readonly kind: "automation.remove"; readonly id: string; readonly rev: number }
  /** The engine's own. An alert of the policy about the subject that fires already stays as it is. */
  | {
      readonly kind: "alert.fire";
      readonly policy: string;
      readonly subject: string;
      readonly service: string | null;
      readonly severity: Severity;
      readonly summary: string;
      readonly value: number | null;
      readonly bound: number | null;
      readonly since: string;
      readonly channels: readonly string[];
    }
  /** The engine's own, and for people: what fires again fires anew. */
  | { readonly kind: "alert.resolve"; readonly alert: string }
  | { readonly kind: "alert.ack"; readonly alert: string }
  /** Nobody is told until then; null: from now on again. */
  | { readonly kind: "alert.silence"; readonly alert: string; readonly until: string | null };
