import { isInForce, recordedEvidence } from "../../compatibility/index.ts";
import type { EvidenceFact, MeshState } from "../../model/index.ts";

/** A recorded fact with the sentence that says it. */
export interface EvidenceFactView extends EvidenceFact {
  readonly sentence: string;
}

export function evidenceView(fact: EvidenceFact): EvidenceFactView {
  return { ...fact, sentence: recordedEvidence({ fact }, fact.consumer, fact.provider).sentence };
}

/** The facts that count at `nowIso`, newest first. */
export function evidenceInForce({ evidence }: Pick<MeshState, "evidence">, nowIso: string): readonly EvidenceFact[] {
  return evidence.filter((fact) => isInForce(fact, nowIso)).toReversed();
}
