import type { RouteMatch } from "@/lib/client/index.ts";

/** A match as operators write it: `GET /charges* x-beta: 1 ?v=2 from cart ^1.2`; null for one that fits every request. */
export function matchText(match: RouteMatch): string | null {
  const parts: string[] = [];
  if (match.method !== undefined) parts.push(match.method);
  if (match.path !== undefined) parts.push(pathText(match.path));
  for (const header of match.headers ?? [])
    parts.push(`${header.name}${header.type === "RegularExpression" ? " ~ " : ": "}${header.value}`);
  for (const parameter of match.queryParams ?? []) {
    parts.push(`?${parameter.name}${parameter.type === "RegularExpression" ? " ~ " : "="}${parameter.value}`);
  }
  if (match.caller !== undefined)
    parts.push(`← ${match.caller.service}${match.caller.range === undefined ? "" : ` ${match.caller.range}`}`);
  return parts.length === 0 ? null : parts.join("  ");
}

function pathText({ type, value }: NonNullable<RouteMatch["path"]>): string {
  if (type === "Exact") return `= ${value}`;
  return type === "RegularExpression" ? `~ ${value}` : value === "/" ? "/…" : `${value.replace(/\/$/, "")}/…`;
}
