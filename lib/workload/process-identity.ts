/**
 * Which process a number means. The kernel gives numbers out again, so a process is known by its number and the moment it began, as the kernel tells it.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** When the process began, in the kernel's own words; null where none runs under this number (one that has ended and waits to be reaped included). */
export function startTokenOf(pid: number): string | null {
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

/** Where a process stands among the others. */
export interface ProcessPlace {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** A process that has a variable in its environment. */
export interface MarkedProcess extends ProcessPlace {
  readonly values: Readonly<Record<string, string>>;
}

/** Processes that were started with the first of these variables, with the values of all. Linux only; elsewhere none are found. */
export function processesWith(first: string, ...more: readonly string[]): readonly MarkedProcess[] {
  return pidsOfAll().flatMap((pid): readonly MarkedProcess[] => {
    const lines = environmentOf(pid);
    const values = Object.fromEntries([first, ...more].flatMap((name) => variableOf(lines, name)));
    const place = values[first] === undefined ? null : placeOf(pid);
    // Init's is nobody's program, and 0 would mean our own.
    return place !== null && place.group > 1 ? [{ ...place, values }] : [];
  });
}

/** A process and those that it descends from, as far as the kernel still knows. Linux only; elsewhere none are found. */
export function lineOf(pid: number): readonly ProcessPlace[] {
  const line = new Map<number, ProcessPlace>();
  for (let place = placeOf(pid); place !== null && !line.has(place.pid); place = placeOf(place.parent)) line.set(place.pid, place);
  return [...line.values()];
}

function pidsOfAll(): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    return readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []));
  } catch {
    return [];
  }
}

function variableOf(lines: readonly string[], name: string): readonly (readonly [string, string])[] {
  const line = lines.find((each) => each.startsWith(`${name}=`));
  return line === undefined ? [] : [[name, line.slice(name.length + 1)]];
}

/** Fields of /proc/<pid>/stat behind the command's name, which is in parentheses and may hold anything: 0 is field 3, the state. */
const PARENT = 1;
const GROUP = 2;
const SESSION = 3;
const START = 19;

function placeOf(pid: number): ProcessPlace | null {
  const fields = fieldsOf(pid);
  if (fields === null) return null;
  return { pid, parent: Number(fields[PARENT]), group: Number(fields[GROUP]), session: Number(fields[SESSION]) };
}

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
