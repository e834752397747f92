/**
 * Searches that may take long, off the engine's thread: a worker that is sent plain data and answers it, one question at a time.
 *
 *   ask ─► waiting (at most `WAITING_MAX`) ─► worker ─► answer
 *
 * Invariants: the engine alone owns state, the worker owns nothing; a question is answered once, by an answer or by a refusal; a worker that ends or is silent
 * for `PATIENCE_MS` costs the question that it was at (`engine.internal`) and no other: the next one gets a new worker.
 * The worker is started by the first question and stays; it keeps no process alive.
 */
import { Worker } from "node:worker_threads";
import type { Refusal } from "../../model/index.ts";
import { type CancelTimer, type Clock, err, ok, type Result } from "../../std/index.ts";
import { type AnswerTo, packQuestion, type Question } from "../../versions/index.ts";

/** Questions that wait while one is answered. */
export const WAITING_MAX = 32;
/** Searches have budgets of some seconds; beyond this one has gone astray. */
const PATIENCE_MS = 60_000;
const HEAP_MAX_MB = 1_024;

export interface SolverParts {
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  /** The worker's program; another one in tests. */
  readonly program?: URL;
}

interface Waiting {
  readonly question: Question;
  readonly resolve: (answer: Result<unknown, Refusal>) => void;
}

export class Solver {
  readonly #parts: SolverParts;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | null = null;
  #current: Waiting | null = null;
  #stopPatience: CancelTimer = () => {};
  #isClosed = false;

  constructor(parts: SolverParts) {
    this.#parts = parts;
  }

  /** Refused where too many others wait (`engine.busy`), and where the worker broke (`engine.internal`). */
  ask<Q extends Question>(question: Q): Promise<Result<AnswerTo<Q>, Refusal>> {
    if (this.#isClosed) return Promise.resolve(err(CLOSING));
    if (this.#waiting.length >= WAITING_MAX) return Promise.resolve(err(BUSY));
    return new Promise((resolve) => {
      this.#waiting.push({ question, resolve: resolve as Waiting["resolve"] });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#settle(err(CLOSING));
    for (const { resolve } of this.#waiting.splice(0)) resolve(err(CLOSING));
    this.#worker = null;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current !== null) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#current = next;
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    this.#stopPatience = this.#parts.clock.after(PATIENCE_MS, () => {
      this.#broken(worker, new Error(`a search did not end within ${PATIENCE_MS / 1_000} s`));
      void worker.terminate();
    });
    worker.postMessage(packQuestion(next.question));
  }

  #start(): Worker {
    const program = this.#parts.program ?? new URL("./solver-worker.ts", import.meta.url);
    const worker = new Worker(program, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB } });
    worker.unref();
    worker.on("message", (answer: unknown) => {
      if (worker === this.#worker) this.#settle(ok(answer));
      this.#next();
    });
    worker.on("error", (error) => this.#broken(worker, error));
    worker.on("exit", (code) => this.#broken(worker, new Error(`the solver ended with code ${code}`)));
    return worker;
  }

  /** Told of one worker's end once: by its error, its exit or its silence. */
  #broken(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#parts.onFault(error);
    this.#settle(err(BROKEN));
    this.#next();
  }

  #settle(answer: Result<unknown, Refusal>): void {
    this.#stopPatience();
    const current = this.#current;
    this.#current = null;
    current?.resolve(answer);
  }
}

const BUSY: Refusal = {
  code: "engine.busy",
  detail: "Too many searches are waiting already.",
  problems: [{ path: "", code: "engine.busy", detail: "Too many searches are waiting already.", fix: "Ask again in some seconds." }],
};
const BROKEN: Refusal = {
  code: "engine.internal",
  detail: "The search broke off; the engine's log says why. Nothing was changed.",
  problems: [],
};
const CLOSING: Refusal = { code: "engine.not-ready", detail: "The engine is closing.", problems: [] };
