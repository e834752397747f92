import type { ChangeAuthor, Command, MeshState, Plan, Refusal, RollbackClosure, ServiceName, Version, VersionRef } from "../model/index.ts";
import type { CancelTimer, Clock, Result } from "../std/index.ts";
import type { DecideContext } from "./decide/context.ts";
import { checkWay } from "./decide/plan-check.ts";
import { PlanExecutor } from "./plan-executor.ts";
import { type PlanView, planView } from "./views/plans.ts";
import type { SplitView } from "./views.ts";

/** Plans as people look at them; the plans themselves are in the state. */
export interface PlanFace {
  /** A plan, of the state or of a dry run, with how it stands now. */
  show(plan: Plan): PlanView;
  /** What a plan under way waits for; null where it waits for nothing. */
  waitsFor(plan: Plan): string | null;
  /** What else must move when a service is rolled back, in order. */
  closure(service: ServiceName, to?: Version): Promise<Result<RollbackClosure, Refusal>>;
}

export interface PlanDeskParts {
  readonly clock: Clock;
  readonly state: () => MeshState;
  readonly context: () => DecideContext;
  readonly closure: PlanFace["closure"];
  readonly split: (service: ServiceName) => SplitView | undefined;
  readonly ready: (ref: VersionRef) => number;
  readonly requestsTo: (ref: VersionRef) => number;
  readonly execute: (command: Command, author: ChangeAuthor) => Promise<Result<unknown, Refusal>>;
  readonly watch: (listener: () => void) => CancelTimer;
  readonly onFault: (error: unknown) => void;
}

/** Walks the plan under way, and shows plans. */
export interface PlanDesk extends PlanFace {
  close(): void;
}

export function createPlanDesk({ closure, context, watch, ...parts }: PlanDeskParts): PlanDesk {
  const executor = new PlanExecutor(parts);
  const stopWatching = watch(() => executor.lookSoon());
  return {
    show: (plan) =>
      planView(plan, {
        state: parts.state(),
        split: parts.split,
        ready: parts.ready,
        waitingFor: (each) => executor.waitingFor(each),
        check: (each) => checkWay(context(), each, each.direction)?.detail ?? null,
      }),
    waitsFor: (plan) => executor.waitingFor(plan),
    closure,
    close() {
      stopWatching();
      executor.close();
    },
  };
}
