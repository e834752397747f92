/**
 * Keeps one child alive over its lives. States: starting → ready → (died) → starting …, from each of them → stopping → stopped.
 * `starting` covers the wait before the next start too.
 */
import { type ChildPlan, REFUSED_TO_START } from "./child-plan.ts";
import { type ChildEnd, type RunningChild, spawnChild } from "./child-process.ts";
import { createRestartPolicy } from "./restart-policy.ts";

const PROBE_PAUSE_MS = 25;

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
  /** Resolves when the child has ended, by itself or killed after its grace. */
  stop(): Promise<void>;
  /** Kills at once what runs and starts nothing again; a stop under way resolves. */
  kill(): void;
}

/** Starts the child and keeps it running until `stop`. */
export function keepAlive(plan: ChildPlan, cwd: string, callbacks: ManagedChildCallbacks): ManagedChild {
  return new Keeper(plan, cwd, callbacks);
}

class Keeper implements ManagedChild {
  readonly plan: ChildPlan;
  readonly #cwd: string;
  readonly #callbacks: ManagedChildCallbacks;
  readonly #policy = createRestartPolicy();
  #state: ChildState = "starting";
  #running: RunningChild | null = null;
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
    const running = this.#running;
    if (running === null) {
      this.#state = "stopped";
      return Promise.resolve();
    }
    this.#state = "stopping";
    return new Promise((resolve) => {
      const grace = setTimeout(() => running.kill(), this.plan.stopGraceMs);
      this.#onStopped = () => {
        clearTimeout(grace);
        resolve();
      };
      running.terminate();
    });
  }

  kill(): void {
    clearTimeout(this.#restart);
    this.#state = this.#running === null ? "stopped" : "stopping";
    this.#running?.kill();
  }

  #start(): void {
    this.#state = "starting";
    const startedMs = performance.now();
    const life = spawnChild(this.plan, this.#cwd, {
      onLine: this.#callbacks.onLine,
      onReady: () => void this.#confirmReady(life, startedMs),
      onEnd: (end) => this.#ended(end),
    });
    this.#running = life;
  }

  /** The child's word is not enough: its probe has to agree, and it has to be the same life still. */
  async #confirmReady(life: RunningChild, startedMs: number): Promise<void> {
    while (this.#running === life && this.#state === "starting" && !((await this.plan.probe?.()) ?? true)) {
      await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
    }
    if (this.#running !== life || this.#state !== "starting") return;
    this.#state = "ready";
    this.#policy.ready();
    this.#callbacks.onReady(performance.now() - startedMs);
  }

  #ended(end: ChildEnd): void {
    this.#running = null;
    if (this.#state === "stopping") {
      this.#state = "stopped";
      this.#onStopped();
      return;
    }
    if (end.code === REFUSED_TO_START) {
      this.#state = "stopped";
      this.#callbacks.onRefused();
      return;
    }
    this.#state = "starting";
    const waitMs = this.#policy.died(performance.now());
    this.#callbacks.onDied(end, waitMs, this.#policy.failedStarts());
    if (waitMs === 0) this.#start();
    else this.#restart = setTimeout(() => this.#start(), waitMs);
  }
}
