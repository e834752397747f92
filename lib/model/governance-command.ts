import type { Command } from "./command.ts";
import type { ApprovalRequest, Governance, Lifecycle, LifecycleStage } from "./governance.ts";
import type { ServiceName, Version } from "./names.ts";

/** What people and the engine ask of lifecycles, freezes and approvals. */
export type GovernanceCommand =
  | {
      readonly kind: "lifecycle.set";
      readonly service: ServiceName;
      readonly version: Version;
      /** The service's rev; null where the engine moves it by itself. */
      readonly rev: number | null;
      readonly stage: LifecycleStage;
      /** When it is to move there; at once where left out, and what is scheduled stays while the stage does; null: nothing is scheduled. */
      readonly at?: string | null;
      /** When the version stops to be served; null: it has no such date. As it is where left out. */
      readonly sunset?: string | null;
      readonly cause: Lifecycle["cause"];
    }
  | {
      readonly kind: "freeze.set";
      readonly id: string;
      /** 0: it must not exist yet. */
      readonly rev: number;
      readonly name: string;
      readonly from: string;
      readonly until: string;
      readonly weekly: boolean;
      readonly services: readonly string[];
    }
  | { readonly kind: "freeze.remove"; readonly id: string; readonly rev: number }
  /** Asks a second person to agree to `command`, which `request` became. */
  | { readonly kind: "approval.request"; readonly command: Command; readonly request: ApprovalRequest; readonly expiresInMs?: number }
  /** `void`: the engine's own, and the requester's way to withdraw it. */
  | { readonly kind: "approval.decide"; readonly id: string; readonly verdict: "approved" | "rejected" | "void" }
  | { readonly kind: "governance.set"; readonly rev: number; readonly secondPersonFrom: Governance["secondPersonFrom"] };
