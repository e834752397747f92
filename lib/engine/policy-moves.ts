import { equalWeights, type Service, type Weights } from "../model/index.ts";
import { INTERLOCK } from "./live-evidence.ts";

/**
 * The weights from before policies moved them: before the first of the moves that nobody else's change came between. Null where policies moved none, or led back to
 * where they began: giving weights back is no move that could be taken back in turn.
 */
export function weightsBeforePolicies({ weightsHistory }: Pick<Service, "weightsHistory">): Weights | null {
  let first: Weights | null = null;
  for (const { after, author, before, cause } of weightsHistory) {
    first = author === INTERLOCK && cause === "set" ? (first ?? before) : null;
    if (first !== null && equalWeights(first, after)) first = null;
  }
  return first;
}
