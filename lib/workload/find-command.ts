import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** As a shell says it. */
export const NOT_FOUND = 127;
export const NOT_EXECUTABLE = 126;

/** Whether a command could be started, asked before anything is registered: 0, or the exit code of a shell for why not. */
export function findCommand(command: string, path: string): 0 | typeof NOT_FOUND | typeof NOT_EXECUTABLE {
  // Windows has its own rules (PATHEXT); there the start itself tells.
  if (process.platform === "win32") return 0;
  const candidates = command.includes("/") ? [command] : path.split(delimiter).map((folder) => join(folder || ".", command));
  const files = candidates.filter(isFile);
  if (files.length === 0) return NOT_FOUND;
  return files.some(isExecutable) ? 0 : NOT_EXECUTABLE;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A name that is too long for a file, or a folder that may not be read: not found here.
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
