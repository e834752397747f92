/**
 * Questions about the version space that may take long, kept off the engine's thread: it is read here, solved by the solver, and put into words here again.
 *
 * Invariants: what was found on a state is told on the same state, or checked against the one of now: a plan by its certificate in `decide`. The solver is
 * only asked for what cannot be said in some milliseconds; unknown pairs are learned edge by edge, with a pause for others after each `SLICE_MS`.
 */
import { type RankedUnknowns, rankingSteps } from "../compatibility/index.ts";
import type { Command, MeshState, Refusal, RollbackClosure, ServiceName, Version } from "../model/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import type { TelemetryStore } from "../telemetry/index.ts";
import type { DecideContext, FoundWay } from "./decide/context.ts";
import { planQuestion, wayIn } from "./decide/plan-create.ts";
import { closureFrom, closureQuestion, withClosure } from "./decide/rollback-closure.ts";
import { Solver } from "./solver/solver.ts";
import { flowEdges, liveFlows } from "./views/figures.ts";
import { askSpace, spaceQuestion, spaceView, type VersionSpaceQuery, type VersionSpaceView } from "./views/version-space.ts";

/** Time at a stretch that learning takes. */
const SLICE_MS = 10;
/** A plan is searched again where the mesh moved meanwhile; after so many times the answer stands, if its certificate holds. */
const SEARCHES_MAX = 3;

type Create = Extract<Command, { readonly kind: "plan.create" }>;
type Rollback = Extract<Command, { readonly kind: "rollback" }>;

export interface SpaceDeskParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "flows">;
  readonly context: () => DecideContext;
  readonly onFault: (error: unknown) => void;
}

export class SpaceDesk {
  readonly #parts: SpaceDeskParts;
  readonly #solver: Solver;

  constructor(parts: SpaceDeskParts) {
    this.#parts = parts;
    this.#solver = new Solver(parts);
  }

  async versionSpace(query: VersionSpaceQuery): Promise<Result<VersionSpaceView, Refusal>> {
    const asked = askSpace(this.#parts.context(), query);
    if (!asked.ok) return asked;
    const question = spaceQuestion(asked.value);
    const solved = question === null ? ok(null) : await this.#solver.ask(question);
    return solved.ok ? ok(spaceView(asked.value, solved.value)) : solved;
  }

  /** The way that a `plan.create` asks for, or why there is none. */
  async search(command: Create): Promise<Result<FoundWay, Refusal>> {
    for (let searches = 1; ; searches++) {
      const context = this.#parts.context();
      const asked = planQuestion(context, command);
      if (!asked.ok) return asked;
      const found = await this.#solver.ask(asked.value.question);
      if (!found.ok) return found;
      if (searches === SEARCHES_MAX || isSame(context.state, this.#parts.context().state)) return ok(wayIn(found.value));
    }
  }

  async closure(service: ServiceName, to?: Version): Promise<Result<RollbackClosure, Refusal>> {
    const context = this.#parts.context();
    const asked = closureQuestion(context, service, to);
    if (!asked.ok) return asked;
    const { question } = asked.value;
    const found = question === null ? ok(null) : await this.#solver.ask(question);
    return found.ok ? closureFrom(context, asked.value, found.value) : found;
  }

  /** A refused rollback with what must move along for it to pass. */
  async refusedRollback({ service, to }: Rollback, refusal: Refusal): Promise<Result<never, Refusal>> {
    if (refusal.code !== "compatibility.refused") return err(refusal);
    return err(withClosure(refusal, await this.closure(service, to)));
  }

  async unknowns(limit: number): Promise<RankedUnknowns> {
    const { clock, context, telemetry } = this.#parts;
    const { nowIso, state } = context();
    const ranking = rankingSteps(state, flowEdges(liveFlows(telemetry)), nowIso, limit);
    let since = clock.monotonicMs();
    for (let step = ranking.next(); ; step = ranking.next()) {
      if (step.done === true) return step.value;
      if (clock.monotonicMs() - since < SLICE_MS) continue;
      await new Promise<void>((resolve) => void clock.after(0, resolve));
      since = clock.monotonicMs();
    }
  }

  async close(): Promise<void> {
    await this.#solver.close();
  }
}

/** Whether everything is as it was that a search reads. */
function isSame(before: MeshState, now: MeshState): boolean {
  return before.services === now.services && before.evidence === now.evidence;
}
