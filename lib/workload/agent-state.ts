/**
 * One process of a node, as a state machine: (what is wanted, what happened, time) → what to do. Pure: the agent (`agent.ts`) does what it says and tells
 * it what came of it.
 *
 *   joining ─joined→ starting ─healthy→ serving ─wanted otherwise→ draining ─ended→ down
 *      │                │ ended, too late    │ ended                              │ run: starting · stop: down · drain: over
 *      └─failed→ backing-off ←───────────────┘
 *
 * Invariants: at most one life at a time; a life that serves is led out of traffic before it is told to end, and told before it is killed: the drain begins
 * when the engine has taken it that the life stands by, or has not for so long that there is no waiting for it; a crash is
 * followed by a pause of 0.5 s, twice as long each time, at most 30 s, forgotten after 60 s of life; a drained one ends with neither process nor lease;
 * asked twice at the same moment it has nothing new to say. Deaf engine, dead agent: nothing here depends on either.
 */
const BACK_OFF_MS_FIRST = 500;
const BACK_OFF_MS_MAX = 30_000;
/** A life this long was a good one: the next crash is the first again. */
const GOOD_LIFE_MS = 60_000;
/** From the start until it has to serve, unless the deployment says otherwise. */
const START_WITHIN_MS = 30_000;

export type Desired = "run" | "stop" | "drain";

/** What an assignment is made of; an id keeps it for life. */
export interface ProgramSpec {
  readonly service: string;
  readonly version: string;
  readonly generation: number;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly health: { readonly kind: "http" | "tcp"; readonly path?: string | undefined; readonly startWithinMs?: number | undefined };
}

/** What the engine wants of an assignment now. */
export interface Wish {
  readonly desired: Desired;
  /** Greater than the one that the life was started with: a new life. */
  readonly restartSeq: number;
}

export interface WorkloadProblem {
  /** Of the list of error codes. */
  readonly code: string;
  readonly detail: string;
}

export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/** How patient it is. */
export interface Patience {
  /** How long the engine has to take it that a life stands by. */
  readonly standByMs: number;
  /** From then, when it gets no new requests, to SIGTERM. */
  readonly drainMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
}

export type Phase = "new" | "joining" | "starting" | "serving" | "draining" | "backing-off" | "down" | "over";

/** One assignment at one moment. Plain data: the agent keeps it in a file. */
export interface Slot {
  readonly id: string;
  readonly spec: ProgramSpec;
  readonly wish: Wish;
  readonly phase: Phase;
  /** When the phase began. */
  readonly sinceMs: number;
  /** While a process runs: when it was started. */
  readonly startedMs: number | null;
  /** The `restartSeq` that the last life was started with. */
  readonly startedSeq: number;
  readonly hasLease: boolean;
  /** While it drains: when the engine took it that it stands by. */
  readonly quietMs: number | null;
  readonly told: "nothing" | "term" | "kill";
  /** Crashes in a row. */
  readonly failures: number;
  /** Starts after a crash, ever. */
  readonly restarts: number;
  readonly problem: WorkloadProblem | null;
}

export type Happening =
  | { readonly kind: "joined" }
  | { readonly kind: "join-failed"; readonly problem: WorkloadProblem }
  | { readonly kind: "started" }
  /** It could not be started. */
  | { readonly kind: "not-started"; readonly problem: WorkloadProblem }
  | { readonly kind: "healthy" }
  /** The engine sends it no new requests. */
  | { readonly kind: "stood-by" }
  /** The process is gone; `problem` where it had not served yet. */
  | { readonly kind: "ended"; readonly problem: WorkloadProblem | null }
  | { readonly kind: "left" };

/** What the agent is to do, in this order. */
export type Action = "join" | "start" | "serve" | "stand-by" | "term" | "kill" | "leave";

/** A new assignment. */
export function openSlot(id: string, spec: ProgramSpec, wish: Wish, nowMs: number): Slot {
  return {
    id,
    spec,
    wish,
    phase: "new",
    sinceMs: nowMs,
    startedMs: null,
    startedSeq: wish.restartSeq,
    hasLease: false,
    quietMs: null,
    told: "nothing",
    failures: 0,
    restarts: 0,
    problem: null,
  };
}

/** The slot after something happened to it. What cannot happen in its phase changes nothing. */
export function happen(slot: Slot, event: Happening, nowMs: number): Slot {
  switch (event.kind) {
    case "joined":
      return slot.phase === "joining" ? enter({ ...slot, hasLease: true }, "down", nowMs) : slot;
    case "join-failed":
      // Not the program's doing: tried again soon, however often.
      return slot.phase === "joining" ? crash({ ...slot, failures: Math.min(slot.failures, 1) }, event.problem, nowMs) : slot;
    case "not-started":
      return slot.phase === "starting" && slot.startedMs === null ? crash(slot, event.problem, nowMs) : slot;
    case "started":
      return slot.phase === "starting" ? { ...slot, startedMs: nowMs, sinceMs: nowMs } : slot;
    case "healthy":
      return slot.phase === "starting" && slot.startedMs !== null ? enter({ ...slot, problem: null }, "serving", nowMs) : slot;
    case "stood-by":
      return slot.phase === "draining" && slot.quietMs === null ? { ...slot, quietMs: nowMs } : slot;
    case "ended":
      return ended(slot, event.problem, nowMs);
    case "left":
      return { ...slot, hasLease: false };
  }
}

/** What to do now, and the slot that knows it is being done. */
export function step(slot: Slot, patience: Patience, nowMs: number): { readonly slot: Slot; readonly actions: readonly Action[] } {
  const isWanted = slot.wish.desired === "run";
  const isRenewed = slot.wish.restartSeq > slot.startedSeq;
  switch (slot.phase) {
    case "new":
      return isWanted ? { slot: enter(slot, "joining", nowMs), actions: ["join"] } : idle(slot, nowMs);
    case "joining":
    case "over":
      return { slot, actions: [] };
    case "down":
      return isWanted ? start(slot, nowMs) : idle(slot, nowMs);
    case "backing-off":
      if (!isWanted) return idle(slot, nowMs);
      if (isRenewed) return start({ ...slot, failures: 0 }, nowMs);
      if (nowMs - slot.sinceMs < backOffMs(slot.failures)) return { slot, actions: [] };
      return start({ ...slot, restarts: slot.restarts + (slot.hasLease ? 1 : 0) }, nowMs);
    case "starting":
      return stepStarting(slot, isWanted && !isRenewed, patience, nowMs);
    case "serving":
      if (isWanted && !isRenewed) return { slot, actions: [] };
      return { slot: enter({ ...slot, quietMs: null }, "draining", nowMs), actions: ["stand-by"] };
    case "draining":
      return stepDraining(slot, isWanted && !isRenewed, patience, nowMs);
  }
}

/** The pause after so many crashes in a row. */
export function backOffMs(failures: number): number {
  return Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_FIRST * 2 ** Math.max(0, Math.min(failures - 1, 16)));
}

/** From its start until it has to serve. */
export function startWithinMs({ spec }: Slot): number {
  return spec.health.startWithinMs ?? START_WITHIN_MS;
}

function enter(slot: Slot, phase: Phase, nowMs: number): Slot {
  return { ...slot, phase, sinceMs: nowMs };
}

function start(slot: Slot, nowMs: number): { readonly slot: Slot; readonly actions: readonly Action[] } {
  const next: Slot = { ...slot, told: "nothing", startedSeq: slot.wish.restartSeq };
  if (!slot.hasLease) return { slot: enter(next, "joining", nowMs), actions: ["join"] };
  return { slot: enter({ ...next, startedMs: null }, "starting", nowMs), actions: ["start"] };
}

/** Without a process and without a wish for one. */
function idle(slot: Slot, nowMs: number): { readonly slot: Slot; readonly actions: readonly Action[] } {
  if (slot.wish.desired === "stop")
    return { slot: slot.phase === "down" ? slot : enter({ ...slot, failures: 0 }, "down", nowMs), actions: [] };
  return { slot: enter(slot, "over", nowMs), actions: slot.hasLease ? ["leave"] : [] };
}

/** It gets no requests yet, so that there is nothing to drain. */
function stepStarting(slot: Slot, isWanted: boolean, { graceMs }: Patience, nowMs: number) {
  if (slot.startedMs === null) return { slot, actions: [] };
  const isLate = nowMs - slot.startedMs >= startWithinMs(slot);
  if (slot.told === "nothing" && (isLate || !isWanted)) {
    const problem: WorkloadProblem | null = isLate && isWanted ? notHealthy(slot) : slot.problem;
    return { slot: { ...slot, problem, told: "term" as const, sinceMs: nowMs }, actions: ["term" as const] };
  }
  return kill(slot, graceMs, nowMs);
}

function stepDraining(slot: Slot, isWanted: boolean, { drainMs, graceMs, standByMs }: Patience, nowMs: number) {
  const quietMs = slot.quietMs ?? slot.sinceMs + standByMs;
  if (slot.told === "nothing" && isWanted) return { slot: enter(slot, "serving", nowMs), actions: ["serve" as const] };
  if (slot.told === "nothing" && nowMs - quietMs >= drainMs)
    return { slot: { ...slot, told: "term" as const, sinceMs: nowMs }, actions: ["term" as const] };
  return kill(slot, graceMs, nowMs);
}

function kill(slot: Slot, graceMs: number, nowMs: number): { readonly slot: Slot; readonly actions: readonly Action[] } {
  if (slot.told !== "term" || nowMs - slot.sinceMs < graceMs) return { slot, actions: [] };
  return { slot: { ...slot, told: "kill", sinceMs: nowMs }, actions: ["kill"] };
}

function ended(slot: Slot, problem: WorkloadProblem | null, nowMs: number): Slot {
  if (slot.startedMs === null) return slot;
  const dead: Slot = { ...slot, startedMs: null };
  // Asked to end, so it is no crash, and a request for a new life follows it at once.
  if (slot.phase === "draining") return enter({ ...dead, problem: null, failures: 0 }, "down", nowMs);
  if (slot.phase === "starting" && slot.told !== "nothing" && slot.problem?.code !== "workload.never-healthy")
    return enter(dead, "down", nowMs);
  if (slot.phase !== "starting" && slot.phase !== "serving") return slot;
  const livedMs = nowMs - slot.startedMs;
  const because = slot.told === "nothing" ? problem : slot.problem;
  return crash({ ...dead, failures: livedMs >= GOOD_LIFE_MS ? 0 : slot.failures }, because, nowMs);
}

function crash(slot: Slot, problem: WorkloadProblem | null, nowMs: number): Slot {
  return enter({ ...slot, problem, told: "nothing", failures: slot.failures + 1 }, "backing-off", nowMs);
}

function notHealthy(slot: Slot): WorkloadProblem {
  const { kind, path } = slot.spec.health;
  const what = kind === "tcp" ? "accept connections on its port" : `answer GET ${path ?? "/"} on its port below 400`;
  const seconds = startWithinMs(slot) / 1_000;
  return {
    code: "workload.never-healthy",
    detail: `It did not ${what} within ${seconds} s, so it was ended. It finds its port in the variable PORT and listens on 127.0.0.1.`,
  };
}
