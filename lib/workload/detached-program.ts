/**
 * A program that outlives whoever started it: a process group of its own, output into a file, no pipe to us that could break. Another agent finds it again
 * by its number and the moment it began.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import type { Exit } from "./agent-state.ts";
import { ownLineage } from "./own-lineage.ts";
import { startTokenOf } from "./process-identity.ts";

/** How often a process that is not our child is looked for: the kernel tells only the parent. */
const LOOK_MS = 200;

export interface DetachedProgram {
  readonly pid: number;
  readonly startToken: string;
  /** How it ended; without code and signal where somebody else was its parent. */
  readonly ended: Promise<Exit>;
  /** To it and what it started, as far as that is in its group. */
  signal(signal: NodeJS.Signals): void;
}

/** Why none was started: there is nowhere to print to, or the system did not start it. */
export interface NotStarted {
  readonly at: "output" | "program";
  readonly reason: string;
}

/** Starts it. */
export function startDetached(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  outputPath: string,
): Result<DetachedProgram, NotStarted> {
  let output: number;
  try {
    mkdirSync(dirname(outputPath), { recursive: true, mode: 0o700 });
    output = openSync(outputPath, "a", 0o600);
  } catch (failure) {
    return err({ at: "output", reason: reasonOf(failure) });
  }
  try {
    return startInto(output, words, env);
  } catch (failure) {
    // Such as a file that is executable and no program: Node throws what the system says of it.
    return err({ at: "program", reason: reasonOf(failure) });
  } finally {
    closeSync(output);
  }
}

function startInto(
  output: number,
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<DetachedProgram, NotStarted> {
  const child = spawn(command, args, {
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", output, output],
    detached: true,
    windowsHide: true,
  });
  const { pid } = child;
  const ended = new Promise<Exit>((resolve) => {
    child.on("error", () => {
      if (child.pid === undefined) resolve({ code: 127 });
    });
    child.on("exit", (code, signal) => {
      // Whatever it started and left behind is out of the mesh as well.
      if (pid !== undefined) tellGroup(pid, "SIGKILL");
      resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
    });
  });
  child.unref();
  if (pid === undefined) return err({ at: "program", reason: "it is no program, or there are too many processes." });
  return ok({ pid, startToken: startTokenOf(pid) ?? "", ended, signal: (signal) => tellGroup(pid, signal) });
}

/** A program that an earlier agent started; null where it does not run any more. */
export function adoptDetached(pid: number, startToken: string, clock: Clock): DetachedProgram | null {
  const runs = () => startTokenOf(pid) === startToken;
  if (startToken === "" || !runs()) return null;
  const ended = new Promise<Exit>((resolve) => {
    const cancel = clock.every(LOOK_MS, () => {
      if (runs()) return;
      cancel();
      // A number that the kernel gave out again is another program's; it does not do so while any of this group is left.
      if (startTokenOf(pid) === null) tellGroup(pid, "SIGKILL");
      resolve({});
    });
  });
  return {
    pid,
    startToken,
    ended,
    signal: (signal) => {
      if (runs()) tellGroup(pid, signal);
    },
  };
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** Signals a process group; one that is gone is told nothing, and neither is one in which we are ourselves, or who started us. */
export function tellGroup(pid: number, signal: NodeJS.Signals): void {
  if (ownLineage().groups.has(pid)) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
