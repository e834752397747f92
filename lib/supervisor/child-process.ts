/**
 * One life of one child: spawned in a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone and a
 * kill takes the child's own children along; with an IPC channel, whose end tells the child that the supervisor is gone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { ChildPlan } from "./child-plan.ts";
import { asHandOver, closeHandles, collectHandles, INHERITS, type ListeningHandles, sendHandles } from "./hand-over.ts";
import { createLineSplitter } from "./line-splitter.ts";

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildCallbacks {
  onReady(): void;
  onLine(stream: "out" | "error", line: string): void;
  /** Called once, after the last line. */
  onEnd(end: ChildEnd): void;
}

export interface RunningChild {
  readonly pid: number | undefined;
  /** Asks the child to end. */
  terminate(): void;
  /** Ends the child and everything it started, without asking. */
  kill(): void;
  /** Asks for its listening sockets, for a successor; it serves on meanwhile. */
  handOver(): Promise<ListeningHandles>;
  /** Tells it what became of the successor: `retire` when that serves, `keep` when it failed. */
  succeeded(outcome: "retire" | "keep"): void;
}

/**
 * Ours but for the key of the authority, which is for the one child that its plan gives it to, and for the marks of a program: where we were started from
 * within one, our children are no part of it, and its end must not take them along.
 */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { INTERLOCK_KEK: _, INTERLOCK_KEK_OLD: __, INTERLOCK_AGENT: ___, INTERLOCK_LIFE: ____, ...inherited } = process.env;
  return inherited;
}

/** Starts the child; a program that cannot be spawned ends at once with code 127. */
export function spawnChild(
  plan: ChildPlan,
  cwd: string,
  callbacks: ChildCallbacks,
  inherited: ListeningHandles | null = null,
): RunningChild {
  const child = spawn(process.execPath, plan.args, {
    cwd,
    env: { ...inheritedEnvironment(), ...plan.env, ...(inherited === null ? {} : { [INHERITS]: "1" }) },
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  readLines(child, callbacks);
  const collected = collectHandles();
  child.on("message", (message, handle) => {
    if (isReadyMessage(message)) callbacks.onReady();
    const handOver = asHandOver(message);
    if (handOver !== null) collected.take(handOver, handle);
  });
  const send: Parameters<typeof sendHandles>[0] = (message, handle, sent = () => {}) => {
    // A child that has just died has no channel any more; its end is told on its own.
    if (child.connected) child.send(message, handle as never, undefined, () => sent());
    else sent();
  };
  if (inherited !== null) void sendHandles(send, inherited).then(() => closeHandles(inherited));
  let ended = false;
  const end = (outcome: ChildEnd) => {
    if (ended) return;
    ended = true;
    killGroup(child.pid);
    callbacks.onEnd(outcome);
  };
  child.on("error", (error) => {
    callbacks.onLine("error", String(error));
    if (child.pid === undefined) end({ code: 127, signal: null });
  });
  child.on("exit", (code, signal) => {
    // What the child itself started holds its pipes open: end the group first, so that "close" can come.
    killGroup(child.pid);
    const give = setTimeout(() => end({ code, signal }), 250);
    child.once("close", () => {
      clearTimeout(give);
      end({ code, signal });
    });
  });
  return {
    pid: child.pid,
    terminate: () => void child.kill("SIGTERM"),
    kill: () => killGroup(child.pid),
    handOver() {
      send({ kind: "hand-over" });
      return collected.all;
    },
    succeeded: (outcome) => send({ kind: outcome }),
  };
}

function readLines(child: ChildProcess, callbacks: ChildCallbacks): void {
  for (const [name, stream] of [["out", child.stdout] as const, ["error", child.stderr] as const]) {
    const lines = createLineSplitter((line) => callbacks.onLine(name, line));
    stream?.on("data", lines.push);
    stream?.on("end", lines.end);
    stream?.on("error", () => {});
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // Nobody left in the group: that is what we want.
  }
}

function isReadyMessage(message: unknown): boolean {
  return typeof message === "object" && message !== null && "kind" in message && message.kind === "ready";
}
