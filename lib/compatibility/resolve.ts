/**
 * From facts about one pair to its verdict.
 *
 * Constraint by constraint: the strongest kind of evidence that says anything decides (operator > verification > traffic > contract > declared); within one
 * kind a single "incompatible" does. The pair: incompatible where any constraint is; compatible where the calls (`api`) are proven, or, between services
 * that nothing is known of calls of, any other constraint is; else unknown. No fact is dropped silently: each that says the opposite of what was decided is
 * a contradiction with the fact that decided.
 */
import { type ConstraintKind, EVIDENCE_SOURCES, type EvidenceSource, type Verdict } from "../model/index.ts";

/** As much of a piece of evidence as deciding needs. */
export interface Statement {
  readonly source: EvidenceSource;
  readonly constraint: ConstraintKind;
  readonly verdict: "compatible" | "incompatible";
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** What is decided of one constraint, by which statement, and what says the opposite. */
export interface Decided<S extends Statement> {
  readonly constraint: ConstraintKind;
  readonly verdict: "compatible" | "incompatible";
  readonly stands: S;
  readonly against: readonly S[];
}

/** The constraints that anything is said of. */
export function decideConstraints<S extends Statement>(statements: readonly S[]): readonly Decided<S>[] {
  const byConstraint = Map.groupBy(statements, ({ constraint }) => constraint);
  return [...byConstraint.values()].map(decideOne);
}

/** `knowsCalls`: whether anything at all is known of calls between the two services. */
export function verdictOfConstraints(decided: readonly Pick<Decided<Statement>, "constraint" | "verdict">[], knowsCalls: boolean): Verdict {
  if (decided.some(({ verdict }) => verdict === "incompatible")) return "incompatible";
  const proven = knowsCalls ? decided.some(({ constraint }) => constraint === "api") : decided.length > 0;
  return proven ? "compatible" : "unknown";
}

/** Strongest kind first, then the incompatible, then the newest. */
export function byStrength(left: Statement, right: Statement): number {
  return (
    EVIDENCE_SOURCES.indexOf(left.source) - EVIDENCE_SOURCES.indexOf(right.source) ||
    Number(left.verdict === "compatible") - Number(right.verdict === "compatible") ||
    (left.at === right.at ? 0 : left.at < right.at ? 1 : -1)
  );
}

function decideOne<S extends Statement>(statements: readonly S[]): Decided<S> {
  const [stands, ...others] = statements.toSorted(byStrength);
  if (stands === undefined) throw new RangeError("a constraint without a statement");
  const { constraint, verdict } = stands;
  return { constraint, verdict, stands, against: others.filter((other) => other.verdict !== verdict) };
}
