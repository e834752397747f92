/**
 * The program itself: one life, no restart. It runs in a process group of its own, so that Ctrl-C in the terminal reaches us alone and requests can be
 * led away from it before it is told; what it started is told with it. Its output and input are ours.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { NOT_EXECUTABLE, NOT_FOUND } from "./find-command.ts";

const ON_POSIX = process.platform !== "win32";

export interface Program {
  /** Resolves with the exit code as a shell gives it (128 + n for signal n). */
  readonly ended: Promise<number>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): void;
}

/** Starts the program; one that cannot be started ends at once with 126 or 127. */
export function startProgram(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  env: Readonly<Record<string, string | undefined>>,
): Program {
  const child = spawn(command, args, { env: env as NodeJS.ProcessEnv, stdio: "inherit", detached: ON_POSIX, windowsHide: true });
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      hasEnded = true;
      resolve(error.code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE);
    });
    child.on("exit", (code, signal) => {
      hasEnded = true;
      // Whatever it started and left behind is out of the mesh as well.
      tell(child, "SIGKILL");
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  return { ended, hasEnded: () => hasEnded, signal: (signal) => tell(child, signal) };
}

function tell(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (ON_POSIX) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Nobody is left in the group.
  }
}
