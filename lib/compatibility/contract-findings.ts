/**
 * Where a comparison of contracts plugs in: whoever reads the contracts of versions (OpenAPI, Protobuf, event schemas) and compares them answers this port.
 * Its findings become facts with the source `contract` and are resolved like all others: below live traffic, above declared requirements.
 */
import type { ConstraintKind, EvidenceFact, VersionRef } from "../model/index.ts";

/** What a comparison says of one pair. */
export interface ContractFinding {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
  /** `api`, or `event` where messages were compared. */
  readonly constraint: Extract<ConstraintKind, "api" | "event">;
  readonly verdict: "compatible" | "incompatible";
  /** What differs, in a sentence: "`amount` is required in 3.0.0 and not sent by 1.4.0." */
  readonly reason: string;
}

/** Compares contracts. A pair of which one contract is not known has no finding: silence is not consent. */
export interface ContractFindings {
  between(consumer: VersionRef, provider: VersionRef): readonly ContractFinding[];
}

/** The findings that differ from what is recorded: those that a fact has to be made of. */
export function newFindings(findings: readonly ContractFinding[], recorded: readonly EvidenceFact[]): readonly ContractFinding[] {
  return findings.filter(
    (finding) =>
      !recorded.some(
        (fact) =>
          fact.source === "contract" &&
          fact.constraint === finding.constraint &&
          fact.verdict === finding.verdict &&
          fact.reason === finding.reason &&
          isSame(fact.consumer, finding.consumer) &&
          isSame(fact.provider, finding.provider),
      ),
  );
}

function isSame(left: VersionRef, right: VersionRef): boolean {
  return left.service === right.service && left.version === right.version;
}
