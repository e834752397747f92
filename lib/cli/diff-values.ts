import { canonicalJson } from "../std/index.ts";
import { formatWeight } from "./format-figures.ts";

const VERSION = /^\d+\.\d+\.\d+/;

/**
 * What differs between two values, one line per leaf: `weights.1.3.0: 0 % → 25 %`. What comes or goes as a whole is told by its leaves too,
 * without its empty parts. Of lists of records each that is gone (`-`) or new (`+`) has a line; other lists are shown whole. Numbers under
 * `weights` (or a plain record of versions) are basis points and shown as per cent. Empty when there is nothing to tell.
 */
export function diffValues(before: unknown, after: unknown): string[] {
  const lines: string[] = [];
  collect(before, after, [], lines);
  return lines;
}

function collect(before: unknown, after: unknown, path: readonly string[], lines: string[]): void {
  if (canonicalJson(before) === canonicalJson(after)) return;
  if (isBranch(before, after)) {
    collectBranch(before, after, path, lines);
    return;
  }
  const place = path.length === 0 ? "" : `${path.join(".")}: `;
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].some(isRecord)) {
    for (const item of missingFrom(after, before)) lines.push(`${place}- ${item}`);
    for (const item of missingFrom(before, after)) lines.push(`${place}+ ${item}`);
    return;
  }
  const isOfVersion = VERSION.test(path.at(-1) ?? "") && isNumberOrNothing(before) && isNumberOrNothing(after);
  const isWeight = path.includes("weights") || isOfVersion;
  lines.push(`${place}${textOf(before, isWeight)} → ${textOf(after, isWeight)}`);
}

/** Two records, or one that comes or goes as a whole; a split on its own is a leaf then. */
function isBranch(before: unknown, after: unknown): boolean {
  if (isRecord(before)) return isRecord(after) || (isNothing(after) && !isSplit(before));
  return isRecord(after) && isNothing(before) && !isSplit(after);
}

function collectBranch(before: unknown, after: unknown, path: readonly string[], lines: string[]): void {
  const isNew = !isRecord(before);
  const isGone = !isRecord(after);
  const members = { ...(isNew ? {} : before), ...(isGone ? {} : after) };
  const told = Object.keys(members).filter((name) => !(isNew || isGone) || !isEmpty(members[name]));
  for (const name of told.sort()) collect(isNew ? undefined : before[name], isGone ? undefined : after[name], [...path, name], lines);
  // Something without any leaf; at the top the change's own title says it.
  if (told.length === 0 && (isNew || isGone) && path.length > 0) lines.push(`${path.join(".")}: ${isNew ? "new" : "gone"}`);
}

function missingFrom(list: readonly unknown[], items: readonly unknown[]): string[] {
  const known = new Set(list.map(canonicalJson));
  return items.map(canonicalJson).filter((item) => !known.has(item));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Weights by version, such as `{"1.2.0": 10000}`. */
function isSplit(value: unknown): value is Readonly<Record<string, number>> {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([name, weightBp]) => VERSION.test(name) && typeof weightBp === "number");
}

function isNumberOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === "number";
}

function textOf(value: unknown, isWeight: boolean): string {
  if (isWeight && isNumberOrNothing(value)) return formatWeight((value as number | undefined) ?? 0);
  if (isNothing(value)) return "nothing";
  if (isSplit(value)) {
    return Object.entries(value)
      .map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`)
      .join(", ");
  }
  return typeof value === "string" ? value : canonicalJson(value);
}
