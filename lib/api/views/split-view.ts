import type { MeshEngine, SplitView } from "../../engine/index.ts";
import type { ServiceName } from "../../model/index.ts";

/** Acceptance of a change that touches several services: that of the service which is furthest behind. */
export function worstAccepted(engine: Pick<MeshEngine, "split">, services: readonly ServiceName[]): SplitView["accepted"] | undefined {
  let worst: SplitView["accepted"] | undefined;
  for (const service of services) {
    const accepted = engine.split(service)?.accepted;
    if (accepted !== undefined && (worst === undefined || accepted.acknowledged < worst.acknowledged)) worst = accepted;
  }
  return worst;
}
