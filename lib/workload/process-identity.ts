/**
 * Which process a number means. The kernel gives numbers out again, so a process is known by its number and the moment it began, as the kernel tells it.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** When the process began, in the kernel's own words; null where none runs under this number (one that has ended and waits to be reaped included). */
export function startTokenOf(pid: number): string | null {
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

/** A process that has a variable in its environment, with the group that it is in. */
export interface MarkedProcess {
  readonly group: number;
  readonly values: Readonly<Record<string, string>>;
}

/** Processes that were started with the first of these variables, with the values of all. Linux only; elsewhere none are found. */
export function processesWith(first: string, ...more: readonly string[]): readonly MarkedProcess[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid): readonly MarkedProcess[] => {
    const lines = environmentOf(Number(pid));
    const values = Object.fromEntries([first, ...more].flatMap((name) => variableOf(lines, name)));
    const group = values[first] === undefined ? 0 : Number(fieldsOf(Number(pid))?.[GROUP] ?? 0);
    // Init's is nobody's program, and 0 would mean our own.
    return group > 1 ? [{ group, values }] : [];
  });
}

function variableOf(lines: readonly string[], name: string): readonly (readonly [string, string])[] {
  const line = lines.find((each) => each.startsWith(`${name}=`));
  return line === undefined ? [] : [[name, line.slice(name.length + 1)]];
}

/** Fields of /proc/<pid>/stat behind the command's name, which is in parentheses and may hold anything: 0 is field 3, the state. */
const GROUP = 2;
const START = 19;

function fromProc(pid: number): string | null {
  const fields = fieldsOf(pid);
  if (fields === null || fields[0] === "Z" || fields[0] === "X") return null;
  return fields[START] ?? null;
}

function fieldsOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // Another user's, or gone.
    return [];
  }
}

function fromPs(pid: number): string | null {
  try {
    const line = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [state = "", ...began] = line.trim().split(/\s+/);
    return state === "" || state.startsWith("Z") ? null : began.join(" ");
  } catch {
    return null;
  }
}
