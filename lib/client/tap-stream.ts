/**
 * The live tap: requests as they end, those that pass a filter. Connected as `steady-stream.ts` says; what ended while it was lost is not told again.
 */
import type { z } from "zod";
import type { tapEntrySchema, tapQuerySchema } from "../api/contract/index.ts";
import type { Clock } from "../std/index.ts";
import type { ApiProblem } from "./api-problem.ts";
import { openSteadyStream, type SteadyState, type SteadyStream } from "./steady-stream.ts";

export type TapEntry = z.output<typeof tapEntrySchema>;
/** The parameters of `GET /api/v1/tap`. */
export type TapQuery = z.input<typeof tapQuerySchema>;

export type TapState = SteadyState;

export interface TapStatus {
  readonly state: TapState;
  /** Proxies that are asked; null until the engine has said so. */
  readonly proxies: number | null;
  /** Why it is lost or refused; null while it is live. */
  readonly problem: ApiProblem | null;
}

export interface TapStreamOptions {
  /** `/api/v1/tap`, with the origin in front where there is no page. */
  readonly url: string;
  readonly query: TapQuery;
  /** `dropped`: requests that fit and are not shown, since the call before. */
  onEntries(entries: readonly TapEntry[], dropped: number): void;
  /** Called with each change of state. */
  onStatus(status: TapStatus): void;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

export type TapStream = SteadyStream;

/** Opens a tap and keeps it open until `close`, or until it is refused. */
export function openTapStream(options: TapStreamOptions): TapStream {
  const query = new URLSearchParams(Object.entries(options.query).map(([name, value]): [string, string] => [name, String(value)]));
  let status: TapStatus = { state: "connecting", proxies: null, problem: null };
  const report = (next: Partial<TapStatus>) => {
    status = { ...status, ...next };
    options.onStatus(status);
  };
  return openSteadyStream({
    url: `${options.url}?${query.toString()}`,
    clock: options.clock,
    fetch: options.fetch,
    onState: (state, problem) => report({ state, problem }),
    onEvent({ data, event }) {
      const told = JSON.parse(data) as { readonly entries?: readonly TapEntry[]; readonly dropped?: number; readonly proxies?: number };
      if (told.proxies !== undefined && told.proxies !== status.proxies) report({ proxies: told.proxies });
      if (event === "entries") options.onEntries(told.entries ?? [], told.dropped ?? 0);
    },
  });
}
