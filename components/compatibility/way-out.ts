/**
 * What would make a pair work, or settle it: the sentence that the gate would give, and the versions on either side that are declared to fit.
 *
 * The sentence comes from `judge` on the mesh as it is against the mesh with the pair live. A pair that is live already is taken out in thought first,
 * because the gate says nothing of what a change leaves as it was.
 */
import type { KnownMesh } from "@/components/live/use-known-mesh.ts";
import { createReadiness, createState } from "@/components/splits/split-locks.ts";
import type { CompatibilityMatrix } from "@/lib/client/index.ts";
import { judge } from "@/lib/compatibility/index.ts";
import type { MeshState, ServiceName, Version, VersionRef } from "@/lib/model/index.ts";

interface NamedVersion {
  readonly service: string;
  readonly version: string;
}

/** The gate's advice on a pair; null for a pair that works. */
export function adviceOn(known: KnownMesh, from: NamedVersion, to: NamedVersion, nowIso: string): string | null {
  const consumer = from as VersionRef;
  const provider = to as VersionRef;
  const now = createState(known, {});
  const before = isLive(now, consumer) && isLive(now, provider) ? withWeight(now, provider, 0) : now;
  const after = withWeight(withWeight(before, consumer, 1), provider, 1);
  const calls = [{ consumer: consumer.service, provider: provider.service }];
  const { refused, tolerated, unknown } = judge(before, after, nowIso, { calls, isReady: createReadiness(known.services) });
  const reason = [...refused, ...tolerated, ...unknown].find((each) => isSame(each.consumer, consumer) && isSame(each.provider, provider));
  return reason && reason.fix !== "" ? reason.fix : null;
}

/** Versions that the matrix declares to fit the other side of a pair, newest first. */
export function fittingVersions(matrix: CompatibilityMatrix, pair: { readonly consumerVersion: string; readonly providerVersion: string }) {
  const fitting = matrix.cells.filter((cell) => cell.verdict === "compatible");
  return {
    consumers: fitting.flatMap((cell) => (cell.providerVersion === pair.providerVersion ? [cell.consumerVersion] : [])).toReversed(),
    providers: fitting.flatMap((cell) => (cell.consumerVersion === pair.consumerVersion ? [cell.providerVersion] : [])).toReversed(),
  };
}

function isLive(state: MeshState, ref: VersionRef): boolean {
  return (state.services.get(ref.service)?.weights[ref.version] ?? 0) > 0;
}

function isSame(left: VersionRef, right: VersionRef): boolean {
  return left.service === right.service && left.version === right.version;
}

/** Makes a version live with as little as there is, or takes its weight away. */
function withWeight(state: MeshState, ref: { readonly service: ServiceName; readonly version: Version }, weightBp: 0 | 1): MeshState {
  const service = state.services.get(ref.service);
  if (!service) return state;
  const { [ref.version]: present = 0, ...others } = service.weights;
  const weights = weightBp === 0 ? others : { ...others, [ref.version]: Math.max(present, weightBp) };
  return { ...state, services: new Map(state.services).set(service.name, { ...service, weights }) };
}
