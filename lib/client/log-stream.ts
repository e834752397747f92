/**
 * What a process prints, as it prints it. Connected as `steady-stream.ts` says; after each connection the last lines are told anew, so that nothing is missing
 * that is still kept.
 */
import type { z } from "zod";
import type { logLinesSchema, logSchema } from "../api/contract/index.ts";
import type { Clock } from "../std/index.ts";
import type { ApiProblem } from "./api-problem.ts";
import { openSteadyStream, type SteadyState, type SteadyStream } from "./steady-stream.ts";

export type Log = z.output<typeof logSchema>;
type LogLines = z.output<typeof logLinesSchema>;

export interface LogStreamOptions {
  /** Origin in front where there is no page. */
  readonly baseUrl: string;
  /** An instance, or an assignment. */
  readonly id: string;
  /** How many of the last lines come first. */
  readonly lines: number;
  /** The last lines; takes the place of everything before. */
  onTail(log: Log): void;
  /** `skipped`: bytes that were printed before these lines, faster than they are passed on. */
  onLines(lines: readonly string[], skipped: number): void;
  onState(state: SteadyState, problem: ApiProblem | null): void;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

/** Follows a process until `close`, or until it is refused. */
export function openLogStream(options: LogStreamOptions): SteadyStream {
  const { baseUrl, clock, fetch: send, id, lines } = options;
  return openSteadyStream({
    url: `${baseUrl}/api/v1/instances/${encodeURIComponent(id)}/logs?follow=true&lines=${lines}`,
    clock,
    fetch: send,
    onState: options.onState,
    onEvent({ data, event }) {
      if (event === "tail") options.onTail(JSON.parse(data) as Log);
      if (event !== "lines") return;
      const told = JSON.parse(data) as LogLines;
      options.onLines(told.lines, told.skipped);
    },
  });
}
