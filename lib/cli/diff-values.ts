import { canonicalJson } from "../std/index.ts";
import { formatWeight } from "./format-figures.ts";

const VERSION = /^\d+\.\d+\.\d+/;

/**
 * What differs between two values, one line per leaf: `weights.1.3.0: 0 % → 25 %`. Lists are compared as a whole; numbers under `weights` (or a
 * plain record of versions) are basis points and shown as per cent. Empty when both are equal.
 */
export function diffValues(before: unknown, after: unknown): string[] {
  const lines: string[] = [];
  collect(before, after, [], lines);
  return lines;
}

function collect(before: unknown, after: unknown, path: readonly string[], lines: string[]): void {
  if (canonicalJson(before) === canonicalJson(after)) return;
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    for (const name of names) collect(before[name], after[name], [...path, name], lines);
    return;
  }
  const isOfVersion = VERSION.test(path.at(-1) ?? "") && isNumberOrNothing(before) && isNumberOrNothing(after);
  const isWeight = path.includes("weights") || isOfVersion;
  lines.push(`${path.length === 0 ? "" : `${path.join(".")}: `}${textOf(before, isWeight)} → ${textOf(after, isWeight)}`);
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
  if (value === undefined || value === null) return "nothing";
  if (isSplit(value)) {
    return Object.entries(value)
      .map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`)
      .join(", ");
  }
  return typeof value === "string" ? value : canonicalJson(value);
}
