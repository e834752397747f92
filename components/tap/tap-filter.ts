/**
 * The filter of the tap as it stands in the address, in the form, in the request and on the command line. Pure.
 *
 * Invariant: the address names the parts as the request does, so that a link to a tap says what it shows; a part that is empty is left out.
 */
import { quote } from "@/components/ui/quote.ts";
import type { TapQuery } from "@/lib/client/index.ts";

/** Parts of the filter, in the order of the form. */
export const TAP_PARTS = ["caller", "callerVersion", "service", "version", "method", "path", "status", "code", "minDurationMs"] as const;

export type TapPart = (typeof TAP_PARTS)[number];

/** What is typed; "" for a part that is not given. */
export type TapFilter = Readonly<Record<TapPart, string>>;

export const NO_FILTER: TapFilter = {
  caller: "",
  callerVersion: "",
  service: "",
  version: "",
  method: "",
  path: "",
  status: "",
  code: "",
  minDurationMs: "",
};

/** The filter of an address; `fixed` is what the place of the tap says, whatever the address does. */
export function filterOfUrl(params: { get(name: string): string | null }, fixed: Partial<TapFilter> = {}): TapFilter {
  return Object.fromEntries(TAP_PARTS.map((part) => [part, fixed[part] ?? params.get(part)?.trim() ?? ""])) as TapFilter;
}

/** What of the filter belongs into the address: all but the fixed parts; empty ones take the parameter out. */
export function urlOfFilter(filter: TapFilter, fixed: Partial<TapFilter> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(TAP_PARTS.filter((part) => fixed[part] === undefined).map((part) => [part, filter[part]]));
}

/** The request: methods are upper case, the rest as typed, so that the engine can say what is wrong with it. */
export function queryOfFilter(filter: TapFilter): TapQuery {
  const given = TAP_PARTS.filter((part) => filter[part].trim() !== "");
  return Object.fromEntries(
    given.map((part) => [part, part === "method" ? filter[part].trim().toUpperCase() : filter[part].trim()]),
  ) as TapQuery;
}

const OPTIONS: Readonly<Record<TapPart, string>> = {
  caller: "--caller",
  callerVersion: "--caller-version",
  service: "--service",
  version: "--service-version",
  method: "--method",
  path: "--path",
  status: "--status",
  code: "--code",
  minDurationMs: "--min-duration",
};

/** The same tap for a terminal, and as a request. */
export function commandOfFilter(filter: TapFilter): { readonly cli: string; readonly method: "GET"; readonly path: string } {
  const query = queryOfFilter(filter) as Readonly<Record<string, string>>;
  const options = TAP_PARTS.flatMap((part) => (query[part] === undefined ? [] : [`${OPTIONS[part]} ${quote(query[part])}`]));
  const search = new URLSearchParams(query).toString();
  return { cli: ["interlock tap", ...options].join(" "), method: "GET", path: search === "" ? "/api/v1/tap" : `/api/v1/tap?${search}` };
}

/** A link to the page of the tap. */
export function tapLink(filter: Partial<TapFilter>): string {
  const search = new URLSearchParams(Object.entries(filter).filter(([, text]) => text !== "")).toString();
  return search === "" ? "/tap" : `/tap?${search}`;
}
