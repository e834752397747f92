import {
  FULL_WEIGHT_BP,
  type MeshEvent,
  type MeshState,
  type Policy,
  type Risk,
  type Service,
  type Version,
  type Weights,
} from "../../model/index.ts";
import { policiesOf } from "../../policy/index.ts";
import { confirmedBy, riskOf } from "../../release/index.ts";
import { canonicalJson, type Json } from "../../std/index.ts";
import { governanceOf } from "./governance.ts";
import { lifecycleOf } from "./lifecycle.ts";
import { isOlder } from "./rule-growth.ts";
import { formatShare } from "./weights.ts";

/**
 * The risk of policies that facts set or switch on and that may bring a newer version forward by themselves, as far as it takes a second person; null where
 * it takes none. Nobody is asked when a policy acts, so it is asked when it is set: whatever serves then, it counts as if the oldest version did.
 */
export function automatedRisk(mesh: MeshState, events: readonly MeshEvent[]): Risk | null {
  const grown = events.flatMap((event) =>
    event.kind === "automation-set" && event.value !== null ? growthOf(mesh, event.id, event.value) : [],
  );
  if (grown.length === 0) return null;
  const moved = grown.map(({ service, weightBp }) => ({ service, share: weightBp / FULL_WEIGHT_BP }));
  const { level } = riskOf({ moved, unproven: [], broken: [], irreversible: [], leaving: [], loads: [], alerts: [], isWayBack: false });
  if (confirmedBy(level, governanceOf(mesh).secondPersonFrom) !== "second-person") return null;
  const reasons = grown.map(
    ({ policy, service, weightBp }) =>
      `The policy "${policy}" may send ${formatShare(weightBp)} of the requests to ${service} to newer versions by itself.`,
  );
  return { level: "second-person", reasons };
}

interface Growth {
  readonly policy: string;
  readonly service: string;
  /** What versions get at most that are newer than another one. */
  readonly weightBp: number;
}

function growthOf(mesh: MeshState, id: string, policy: Policy): readonly Growth[] {
  const known = policiesOf(mesh).get(id);
  if (!policy.enabled || (known?.enabled === true && acting(known) === acting(policy))) return [];
  return policy.actions.flatMap((action): readonly Growth[] => {
    if (action.kind !== "shift" && action.kind !== "drain") return [];
    return [...mesh.services.values()]
      .filter(({ name }) => action.service === undefined || action.service === name)
      .flatMap((service) => {
        const weightBp = action.kind === "shift" ? newerShare(mesh, service, action.weights) : drainedShare(mesh, service, action.version);
        return weightBp === 0 ? [] : [{ policy: policy.name, service: service.name, weightBp }];
      });
  });
}

/** When it acts and what it does: other parts may change without anybody looking. */
function acting({ actions, guard, trigger }: Policy): string {
  return canonicalJson({ actions, trigger, ...(guard === undefined ? {} : { guard }) } as unknown as Json);
}

/** A version that nobody has registered yet counts as newer: it may be registered once the policy stands. */
function newerShare(mesh: MeshState, service: Service, weights: Weights): number {
  const [oldest] = servingVersions(mesh, service);
  const isNewer = (version: string) => !service.versions.has(version as Version) || (oldest !== undefined && isOlder(oldest, version));
  return Object.entries(weights).reduce((sum, [version, weightBp]) => (isNewer(version) ? sum + weightBp : sum), 0);
}

/** A version that is named may be drained towards newer ones; without a name it is the one that fails. */
function drainedShare(mesh: MeshState, service: Service, version: string | undefined): number {
  if (version === undefined) return 0;
  return servingVersions(mesh, service).some((other) => isOlder(version, other)) ? FULL_WEIGHT_BP : 0;
}

/** Versions that may get requests some day, the oldest first. */
function servingVersions(mesh: MeshState, { name, versions }: Service): readonly Version[] {
  return [...versions.keys()]
    .filter((version) => lifecycleOf(mesh, { service: name, version }).stage !== "retired")
    .sort((left, right) => (isOlder(left, right) ? -1 : isOlder(right, left) ? 1 : 0));
}
