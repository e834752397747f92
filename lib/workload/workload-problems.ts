/** What kept a program from serving, as its agent tells it: one code of the list of error codes, one sentence of bounded length. */
import { ApiProblem } from "../client/index.ts";
import type { Exit, WorkloadProblem } from "./agent-state.ts";
import { findCommand, NOT_FOUND } from "./find-command.ts";
import { CannotJoin } from "./membership.ts";

/** Of a detail, below what the engine takes. */
const DETAIL_CHARS_MAX = 1_000;
/** Of all details of one report, far below what a request may have. */
const DETAILS_CHARS_MAX = 200_000;
/** Of a command in a sentence: what it is called matters, and where it lies. */
const NAMED_CHARS_MAX = 200;

/** Why a command cannot be started on a node, as far as can be said before it is; null where nothing speaks against it. */
export function commandProblem(command: string, path: string, node: string): WorkloadProblem | null {
  const code = findCommand(command, path);
  if (code === 0) return null;
  const named = cut(command, NAMED_CHARS_MAX);
  if (code !== NOT_FOUND)
    return { code: "workload.not-executable", detail: `"${named}" on ${node} is no program: it may not be executed.` };
  const where = command.includes("/") ? `There is no file ${named} on ${node}` : `"${named}" is in no folder of the PATH of ${node}`;
  return { code: "workload.command-not-found", detail: `${where}. Give the program's full path.` };
}

/** The system did not start it, for the reason it gave. */
export function notStarted(command: string, reason: string): WorkloadProblem {
  const detail = `The system did not start ${cut(command, NAMED_CHARS_MAX)}: ${cut(reason, NAMED_CHARS_MAX)}`;
  return { code: "workload.not-executable", detail };
}

/** There is nowhere to print to, so it was not started. */
export function noOutput(path: string, reason: string): WorkloadProblem {
  return { code: "workload.output-not-writable", detail: `Its output cannot be written to ${path}: ${cut(reason, NAMED_CHARS_MAX)}` };
}

/** Why it got no lease. */
export function joinProblem(failure: unknown): WorkloadProblem {
  if (failure instanceof ApiProblem) return { code: failure.code, detail: failure.detail };
  if (failure instanceof CannotJoin) return { code: "proxy.no-snapshot", detail: failure.message };
  return { code: "engine.unreachable", detail: failure instanceof Error ? failure.message : String(failure) };
}

/** It ended before it served; `said` is the last line that it printed. */
export function endedAtOnce(exit: Exit, afterMs: number, said: string | null): WorkloadProblem {
  const last = said === null ? "It printed nothing." : `Its last line: ${said}`;
  return { code: "workload.exits-at-once", detail: `It ended before it served, after ${afterMs} ms (${describeExit(exit)}). ${last}` };
}

/** How it ended, in words. */
export function describeExit({ code, signal }: Exit): string {
  if (signal !== undefined) return `signal ${signal}`;
  return code === undefined ? "while no agent watched" : `code ${code}`;
}

/** A problem as one of `count` of a report: one that says too much must not have the whole report refused. */
export function shortened({ code, detail }: WorkloadProblem, count: number): WorkloadProblem {
  return { code, detail: cut(detail, Math.min(DETAIL_CHARS_MAX, Math.ceil(DETAILS_CHARS_MAX / Math.max(1, count)))) };
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}
