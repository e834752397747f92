import type { Evidence } from "@/lib/client/index.ts";

/** Which fact decides a pair, and how many others say the same or the opposite. */
export interface PairDecision {
  readonly deciding: Evidence;
  readonly agreeing: number;
  readonly against: number;
}

/** Null for a pair that nothing decides. The API lists evidence strongest first; an override is no statement about the pair. */
export function decisionOf(evidence: readonly Evidence[], verdict: Evidence["verdict"]): PairDecision | null {
  if (verdict === "unknown") return null;
  const statements = evidence.filter(({ kind }) => kind !== "override");
  const deciding = statements.find((fact) => fact.verdict === verdict);
  if (deciding === undefined) return null;
  const agreeing = statements.filter((fact) => fact.verdict === verdict).length;
  return { deciding, agreeing, against: statements.length - agreeing };
}

/** Facts as a timeline: the newest first. */
export function newestFirst(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at));
}
