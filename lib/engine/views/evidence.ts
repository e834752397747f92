import { contradictionsBetween, isInForce, recordedEvidence } from "../../compatibility/index.ts";
import type { Contradiction, EvidenceFact, MeshState } from "../../model/index.ts";

/** A recorded fact with the sentence that says it. */
export interface EvidenceFactView extends EvidenceFact {
  readonly sentence: string;
}

export function evidenceView(fact: EvidenceFact): EvidenceFactView {
  return { ...fact, sentence: recordedEvidence({ fact }, fact.consumer, fact.provider).sentence };
}

/** The facts that count at `nowIso`, newest first: one that an undo brought back stands where it stood. */
export function evidenceInForce({ evidence }: Pick<MeshState, "evidence">, nowIso: string): readonly EvidenceFact[] {
  return evidence.filter((fact) => isInForce(fact, nowIso)).toSorted((left, right) => seqOf(right) - seqOf(left));
}

function seqOf({ id }: EvidenceFact): number {
  return Number(id.slice("ev_".length));
}

/**
 * Every two facts of the mesh that cannot both be right, those with the newest fact first. Declared requirements alone never conflict, so only
 * services that a recorded fact names are looked at.
 */
export function contradictionsIn(state: MeshState, nowIso: string): readonly Contradiction[] {
  const named = new Map(
    state.evidence.map(({ consumer, provider }) => [
      `${consumer.service}>${provider.service}`,
      [consumer.service, provider.service] as const,
    ]),
  );
  return [...named.values()]
    .flatMap(([consumer, provider]) => contradictionsBetween(state, consumer, provider, nowIso))
    .map((contradiction) => ({ contradiction, newest: [contradiction.against.at, contradiction.stands.at].toSorted().at(-1) ?? "" }))
    .toSorted((left, right) => (left.newest < right.newest ? 1 : -1))
    .map(({ contradiction }) => contradiction);
}
