import { canonicalJson } from "@/lib/std/index.ts";
import type { Effective } from "./policy-values.ts";

/** One setting that would hold differently. */
export interface PolicyMove {
  /** `timeouts.requestMs`; a list or a key to hash counts as one setting. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What would hold differently, in the order of the policy; a setting that one side does not have is undefined there. */
export function policyMoves(before: Effective, after: Effective): readonly PolicyMove[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const move = { path, before: old.get(path), after: now.get(path) };
    return textOf(move.before) === textOf(move.after) ? [] : [move];
  });
}

function leavesOf(policy: Effective): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [part, value] of Object.entries(policy)) {
    if (typeof value !== "object" || Array.isArray(value)) leaves.set(part, value);
    else for (const [key, leaf] of Object.entries(value)) leaves.set(`${part}.${key}`, leaf);
  }
  return leaves;
}

function textOf(value: unknown): string {
  return value === undefined ? "" : canonicalJson(value);
}
