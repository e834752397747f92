/**
 * Walks the plan under way, if any, one move after the other.
 *
 *   last move settled?  no → waits, and says for what; yes → `plan.advance`, one change with the weights and the plan's new place
 *
 * Settled: ready → acknowledged → weight → drain of every service of the wave (`split-phases`); where a lane wave moved only rules, every proxy has them;
 * where its splits moved, no request to a version that was left has ended for a while. A move back over the wave that was moved last waits for nothing:
 * any mix of the wave's versions is proven, and what hangs there may be the very reason to go back.
 * Stops (`plan.stop`, with the reason in the log): a move that is refused, or no progress for `PATIENCE_MS`. Instances that are not ready are waited for like
 * phases. While the store is read-only nothing moves and nothing can be recorded, so it waits however long that takes.
 * All that counts is in `state.plans`: a new process over the same log goes on where the old one was.
 */
import type { ChangeAuthor, Command, MeshState, Plan, PlanStep, Refusal, ServiceName, VersionRef } from "../model/index.ts";
import type { CancelTimer, Clock, Result } from "../std/index.ts";
import { nextMove } from "./decide/plan-walk.ts";
import { isWalking } from "./decide/plans.ts";
import { openPhase } from "./open-phase.ts";
import { isWalkedByReleases, openReleaseOf } from "./release-waves.ts";
import type { SplitView } from "./views.ts";

/** Without any progress for this long, a plan is paused. */
export const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** In a lane wave a version has drained when no request to it ended for this long: rules still lead to it, so proxies do not count what is under way. */
export const LANE_SILENCE_MS = 15_000;

export interface PlanExecutorParts {
  readonly clock: Clock;
  readonly state: () => MeshState;
  readonly split: (service: ServiceName) => SplitView | undefined;
  /** Requests to a version that ended lately. */
  readonly requestsTo: (ref: VersionRef) => number;
  readonly execute: (command: Command, author: ChangeAuthor) => Promise<Result<unknown, Refusal>>;
  readonly onFault: (error: unknown) => void;
}

/** What the plan under way waits for; it counts as progress when that differs. */
interface Wait {
  readonly key: string;
  readonly sentence: string;
  readonly sinceMs: number;
}

export class PlanExecutor {
  readonly #parts: PlanExecutorParts;
  readonly #cancel: CancelTimer;
  #wait: Wait | null = null;
  /** When the move before was first seen here. */
  #moved: { readonly key: string; readonly atMs: number } | null = null;
  #isLooking = false;
  #isClosed = false;

  constructor(parts: PlanExecutorParts) {
    this.#parts = parts;
    this.#cancel = parts.clock.every(LOOK_EVERY_MS, () => this.lookSoon());
  }

  /** What a plan under way waits for, in a sentence; null where it waits for nothing. */
  waitingFor(plan: Plan): string | null {
    return isWalking(plan) && this.#wait?.key.startsWith(`${plan.id} `) === true ? this.#wait.sentence : null;
  }

  /** Something may have moved. Whoever tells so is told of the next change only after this one. */
  lookSoon(): void {
    if (this.#isLooking || this.#isClosed) return;
    const plan = this.#plan();
    if (plan === undefined) {
      this.#wait = null;
      return;
    }
    this.#isLooking = true;
    void Promise.resolve()
      .then(() => this.#look(plan.id))
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#isLooking = false;
      });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  /** Goes on as long as moves succeed and nothing has to be waited for. */
  async #look(id: string): Promise<void> {
    for (;;) {
      const plan = this.#plan();
      if (this.#isClosed || plan?.id !== id) return;
      if (isWalkedByReleases(this.#parts.state(), plan)) {
        this.#wait = null;
        return;
      }
      const sentence = this.#unsettled(plan);
      if (sentence !== null) return this.#waitFor(plan, sentence);
      const refusal = await this.#advance(plan);
      if (refusal !== null) return this.#refused(plan, refusal);
    }
  }

  #plan(): Plan | undefined {
    return [...this.#parts.state().plans.values()].find(isWalking);
  }

  async #advance(plan: Plan): Promise<Refusal | null> {
    const { direction, laneStage, wavesDone } = plan;
    const from = { direction, laneStage, wavesDone };
    const done = await this.#parts.execute({ kind: "plan.advance", plan: plan.id, from }, authorOf(plan));
    if (!done.ok) return done.error;
    this.#wait = null;
    return null;
  }

  #refused(plan: Plan, refusal: Refusal): Promise<void> | void {
    if (refusal.code === "plan.state") return;
    const isWaiting = refusal.problems.length > 0 && refusal.problems.every(({ code }) => code === "split.no-ready-instance");
    // A freeze ends by itself, however long it takes.
    if (refusal.code === "freeze.active") return this.#waitFor(plan, refusal.detail, refusal.code);
    if (isWaiting || refusal.code === "engine.read-only") return this.#waitFor(plan, refusal.detail, refusal.code);
    return this.#stop(plan, refusal.detail);
  }

  #waitFor(plan: Plan, sentence: string, code?: Refusal["code"]): Promise<void> | void {
    const key = `${plan.id} ${plan.wavesDone}.${plan.laneStage} ${plan.state} ${sentence}`;
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#wait?.key !== key) this.#wait = { key, sentence, sinceMs: nowMs };
    const isOver = nowMs - this.#wait.sinceMs >= PATIENCE_MS && code !== "engine.read-only" && code !== "freeze.active";
    return isOver ? this.#stop(plan, `No progress for ${PATIENCE_MS / 1_000} s. ${sentence}`) : undefined;
  }

  async #stop(plan: Plan, because: string): Promise<void> {
    const stopped = await this.#parts.execute({ kind: "plan.stop", plan: plan.id, because }, authorOf(plan));
    if (stopped.ok) this.#wait = null;
  }

  /** What the last move still needs; null where it is settled. */
  #unsettled(plan: Plan): string | null {
    if (plan.lastMove === null || plan.lastMove !== plan.direction) return null;
    const open = openReleaseOf(this.#parts.state(), plan.id);
    if (open !== undefined) return `${open.id} of ${open.service} is ${open.state}.`;
    const wave = plan.laneStage > 0 || plan.lastMove === "back" ? plan.wavesDone : plan.wavesDone - 1;
    const steps = plan.waves[wave]?.steps ?? [];
    for (const step of steps) {
      const sentence = plan.laneStage > 0 ? this.#laneUnsettled(plan, step) : this.#phasesUnsettled(step.service);
      if (sentence !== null) return sentence;
    }
    return null;
  }

  #phasesUnsettled(service: ServiceName): string | null {
    const split = this.#parts.split(service);
    const phase = split === undefined ? undefined : openPhase(split.phases);
    if (phase !== undefined) return `${service}, ${phase.phase}: ${phase.proof}`;
    return split === undefined ? null : unaccepted(service, split);
  }

  #laneUnsettled(plan: Plan, step: PlanStep): string | null {
    const split = this.#parts.split(step.service);
    const behind = split === undefined ? null : unaccepted(step.service, split);
    if (behind !== null) return behind;
    const isRulesOnly = (plan.laneStage === 1) === (plan.direction === "forward");
    if (isRulesOnly) return null;
    const left = { service: step.service, version: plan.direction === "forward" ? step.from : step.to };
    const isQuiet = this.#parts.requestsTo(left) === 0 && this.#sinceMove(plan) >= LANE_SILENCE_MS;
    return isQuiet ? null : `${left.service}, drain: waits until no request to ${left.version} ended for ${LANE_SILENCE_MS / 1_000} s.`;
  }

  #sinceMove(plan: Plan): number {
    const key = `${plan.id} ${plan.wavesDone}.${plan.laneStage} ${plan.direction}`;
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#moved?.key !== key) this.#moved = { key, atMs: nowMs };
    return nowMs - this.#moved.atMs;
  }
}

function unaccepted(service: ServiceName, { accepted: { acknowledged, proxies, rev } }: SplitView): string | null {
  if (proxies === 0) return `${service}: no proxy is connected.`;
  return acknowledged < proxies ? `${service}: rev ${rev} is acknowledged by ${acknowledged} of ${proxies} proxies.` : null;
}

/** Moves are recorded under the name of whoever set the plan going. */
function authorOf(plan: Plan): ChangeAuthor {
  const move = nextMove(plan, plan.direction);
  const way = plan.direction === "forward" ? "" : " back";
  const where = move === null ? "" : `, wave ${move.wave + 1} of ${plan.waves.length}${way}`;
  return { author: plan.walkedBy, via: "engine", reason: `${plan.id}${where}${plan.reason === "" ? "" : `: ${plan.reason}`}` };
}
