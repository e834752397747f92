/**
 * Keeps one child alive over its lives. States: starting → ready → (died) → starting …, from each of them → stopping → stopped.
 * `starting` covers the wait before the next start too.
 *
 * A successor is a second life that begins while the first one serves: it takes over the listening sockets (`hand-over.ts`), and only when it is ready is
 * the first one told to retire. One that fails changes nothing. Whoever dies, the one that is left is the child.
 */
import { type ChildPlan, REFUSED_TO_START } from "./child-plan.ts";
import { type ChildEnd, type RunningChild, spawnChild } from "./child-process.ts";
import { closeHandles, type ListeningHandles } from "./hand-over.ts";
import { createRestartPolicy } from "./restart-policy.ts";

const PROBE_PAUSE_MS = 25;
/** From the request to a successor that is ready. */
const SUCCESSION_MS = 20_000;

export type ChildState = "starting" | "ready" | "stopping" | "stopped";

export interface ManagedChildCallbacks {
  onLine(stream: "out" | "error", line: string): void;
  onReady(tookMs: number): void;
  /** The child died and is started again after `waitMs`; `failedStarts` deaths in a row came before it was ready. */
  onDied(end: ChildEnd, waitMs: number, failedStarts: number): void;
  /** The child said that starting it again cannot help; it stays down. */
  onRefused(): void;
}

export interface ManagedChild {
  readonly plan: ChildPlan;
  state(): ChildState;
  pid(): number | undefined;
  /** Lets a new process take over without a moment in which nobody serves; rejects with a sentence where it cannot, and the old one serves on. */
  succeed(): Promise<void>;
  /** Resolves when the child has ended, by itself or killed after its grace. */
  stop(): Promise<void>;
  /** Kills at once what runs and starts nothing again; a stop under way resolves. */
  kill(): void;
}

/** Starts the child and keeps it running until `stop`. */
export function keepAlive(plan: ChildPlan, cwd: string, callbacks: ManagedChildCallbacks): ManagedChild {
  return new Keeper(plan, cwd, callbacks);
}

/** A successor on its way. */
interface Candidate {
  life: RunningChild | null;
  readonly outcome: PromiseWithResolvers<void>;
}

class Keeper implements ManagedChild {
  readonly plan: ChildPlan;
  readonly #cwd: string;
  readonly #callbacks: ManagedChildCallbacks;
  readonly #policy = createRestartPolicy();
  #state: ChildState = "starting";
  #running: RunningChild | null = null;
  #candidate: Candidate | null = null;
  /** All that have not ended: the running one, a candidate, and those that finish their last requests. */
  readonly #lives = new Set<RunningChild>();
  #restart: NodeJS.Timeout | undefined;
  #onStopped: () => void = () => {};

  constructor(plan: ChildPlan, cwd: string, callbacks: ManagedChildCallbacks) {
    this.plan = plan;
    this.#cwd = cwd;
    this.#callbacks = callbacks;
    this.#start();
  }

  state(): ChildState {
    return this.#state;
  }

  pid(): number | undefined {
    return this.#running?.pid;
  }

  stop(): Promise<void> {
    clearTimeout(this.#restart);
    if (this.#lives.size === 0) {
      this.#state = "stopped";
      return Promise.resolve();
    }
    this.#state = "stopping";
    return new Promise((resolve) => {
      const grace = setTimeout(() => this.#killAll(), this.plan.stopGraceMs);
      this.#onStopped = () => {
        clearTimeout(grace);
        resolve();
      };
      for (const life of this.#lives) life.terminate();
    });
  }

  kill(): void {
    clearTimeout(this.#restart);
    this.#state = this.#lives.size === 0 ? "stopped" : "stopping";
    this.#killAll();
  }

  async succeed(): Promise<void> {
    const { name } = this.plan;
    const old = this.#running;
    if (old === null || this.#state !== "ready") throw new Error(`${name} is not ready, so there is nothing to take over from.`);
    if (this.#candidate !== null) throw new Error(`${name} is being restarted already.`);
    const candidate: Candidate = { life: null, outcome: Promise.withResolvers() };
    this.#candidate = candidate;
    const tooLate = setTimeout(() => candidate.outcome.reject(new Error(`The new ${name} was not ready in time.`)), SUCCESSION_MS);
    try {
      const handles = await Promise.race([old.handOver(), candidate.outcome.promise.then(() => null)]);
      if (handles === null) throw new Error(`${name} did not hand over.`);
      if (this.state() === "stopping") closeHandles(handles);
      else candidate.life = this.#spawn(handles);
      await candidate.outcome.promise;
    } catch (failure) {
      candidate.life?.kill();
      if (this.#running === old) old.succeeded("keep");
      throw failure;
    } finally {
      clearTimeout(tooLate);
      this.#candidate = null;
    }
    if (this.#running === old) old.succeeded("retire");
    this.#running = candidate.life;
  }

  #start(): void {
    this.#state = "starting";
    this.#running = this.#spawn(null);
  }

  #spawn(inherited: ListeningHandles | null): RunningChild {
    const startedMs = performance.now();
    const callbacks = {
      onLine: this.#callbacks.onLine,
      onReady: () => void this.#confirmReady(life, startedMs),
      onEnd: (end: ChildEnd) => this.#ended(life, end),
    };
    const life = spawnChild(this.plan, this.#cwd, callbacks, inherited);
    this.#lives.add(life);
    return life;
  }

  #killAll(): void {
    for (const life of this.#lives) life.kill();
  }

  /** The child's word is not enough: its probe has to agree, and it has to be the same life still. */
  async #confirmReady(life: RunningChild, startedMs: number): Promise<void> {
    const isAwaited = () => this.#candidate?.life === life || (this.#running === life && this.#state === "starting");
    while (isAwaited() && !((await this.plan.probe?.()) ?? true)) {
      await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
    }
    if (!isAwaited()) return;
    if (this.#candidate?.life === life) this.#candidate.outcome.resolve();
    // Of a successor that took over in peace `succeed` tells.
    if (this.#state !== "starting") return;
    this.#state = "ready";
    this.#policy.ready();
    this.#callbacks.onReady(performance.now() - startedMs);
  }

  #ended(life: RunningChild, end: ChildEnd): void {
    this.#lives.delete(life);
    const isCandidate = this.#candidate?.life === life;
    if (isCandidate)
      this.#candidate?.outcome.reject(new Error(`The new ${this.plan.name} ended before it was ready (${describeEnd(end)}).`));
    if (this.#state === "stopping") return this.#endedInStop();
    // A predecessor has finished, or a successor failed.
    if (isCandidate || this.#running !== life) return;
    this.#running = null;
    if (end.code === REFUSED_TO_START) {
      this.#state = "stopped";
      this.#callbacks.onRefused();
      return;
    }
    this.#state = "starting";
    const heir = this.#candidate?.life ?? null;
    if (heir === null)
      this.#candidate?.outcome.reject(new Error(`${this.plan.name} ended before it had handed over; it is started again.`));
    const waitMs = heir === null ? this.#policy.died(performance.now()) : 0;
    this.#callbacks.onDied(end, waitMs, this.#policy.failedStarts());
    if (heir !== null) this.#running = heir;
    else if (waitMs === 0) this.#start();
    else this.#restart = setTimeout(() => this.#start(), waitMs);
  }

  #endedInStop(): void {
    if (this.#lives.size > 0) return;
    this.#candidate?.outcome.reject(new Error(`${this.plan.name} was stopped meanwhile.`));
    this.#running = null;
    this.#state = "stopped";
    this.#onStopped();
  }
}

/** For people: `SIGKILL`, `exit code 1`. */
export function describeEnd(end: ChildEnd): string {
  return end.signal ?? `exit code ${end.code}`;
}
