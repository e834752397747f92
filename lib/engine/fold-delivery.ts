import {
  ALERTS_RESOLVED_MAX,
  APPROVALS_ENDED_MAX,
  type ChangeId,
  type MeshEvent,
  type MeshState,
  RELEASE_HISTORY_MAX,
  RELEASES_ENDED_MAX,
  type Release,
  type VersionRef,
} from "../model/index.ts";
import { invariant } from "../std/index.ts";

/** The parts of the state that releases, policies and workloads are. */
const DELIVERY = [
  "releases",
  "strategies",
  "policies",
  "alerts",
  "channels",
  "lifecycles",
  "freezes",
  "approvals",
  "governance",
  "deployments",
  "drainedNodes",
] as const satisfies readonly (keyof MeshState)[];

export type DeliveryState = Pick<MeshState, (typeof DELIVERY)[number]>;

/** A fact that sets one thing as a whole, or takes it away. */
export type DeliverySet = Extract<MeshEvent, { readonly value: unknown }>;

export type ReleaseEvent = Extract<MeshEvent, { readonly kind: "release-created" | "release-moved" }>;

/** Where each of them is kept. */
export const DELIVERY_PART = {
  "strategy-set": "strategies",
  "automation-set": "policies",
  "alert-set": "alerts",
  "channel-set": "channels",
  "lifecycle-set": "lifecycles",
  "freeze-set": "freezes",
  "approval-set": "approvals",
  "governance-set": "governance",
  "deployment-set": "deployments",
  "node-drain-set": "drainedNodes",
} as const satisfies Record<DeliverySet["kind"], keyof DeliveryState>;

export function deliveryOf(state: MeshState): DeliveryState {
  const { releases, strategies, policies, alerts, channels, lifecycles, freezes, approvals, governance, deployments, drainedNodes } = state;
  return { releases, strategies, policies, alerts, channels, lifecycles, freezes, approvals, governance, deployments, drainedNodes };
}

/** The value that a fact finds; null where there is none. */
export function deliveryBefore(delivery: DeliveryState, { kind, id }: DeliverySet): unknown {
  return (delivery[DELIVERY_PART[kind]] as ReadonlyMap<string, unknown>).get(id) ?? null;
}

export function foldDelivery(
  delivery: DeliveryState,
  event: DeliverySet | ReleaseEvent,
  { at, seq }: { readonly at: string; readonly seq: number; readonly id: ChangeId },
  plans: MeshState["plans"],
): DeliveryState {
  if (event.kind === "release-created")
    return { ...delivery, releases: boundedReleases(set(delivery.releases, event.release.id, event.release), plans) };
  if (event.kind === "release-moved")
    return { ...delivery, releases: boundedReleases(moveRelease(delivery.releases, event, at, seq), plans) };
  const part = DELIVERY_PART[event.kind];
  const values = set<unknown>(delivery[part] as ReadonlyMap<string, unknown>, event.id, event.value);
  const folded = { ...delivery, [part]: values } as DeliveryState;
  if (event.kind === "alert-set")
    return {
      ...folded,
      alerts: newest(folded.alerts, ({ resolvedAt, state }) => (state === "resolved" ? (resolvedAt ?? "") : null), ALERTS_RESOLVED_MAX),
    };
  if (event.kind === "approval-set") {
    return {
      ...folded,
      approvals: newest(
        folded.approvals,
        ({ decidedAt, requestedAt, state }) => (state === "waiting" || state === "approved" ? null : (decidedAt ?? requestedAt)),
        APPROVALS_ENDED_MAX,
      ),
    };
  }
  return folded;
}

/** What stands about versions goes with them; releases that ended stay, as history. */
export function withoutVersions(delivery: DeliveryState, isGone: (ref: VersionRef) => boolean): DeliveryState {
  const { lifecycles, deployments } = delivery;
  return { ...delivery, lifecycles: filtered(lifecycles, isGone), deployments: filtered(deployments, isGone) };
}

/** Whether a release has ended. */
export function hasEnded({ state }: Pick<Release, "state">): boolean {
  return state === "succeeded" || state === "rolled-back" || state === "aborted";
}

function moveRelease(
  releases: ReadonlyMap<string, Release>,
  { release: id, cursor, sentence }: Extract<ReleaseEvent, { readonly kind: "release-moved" }>,
  at: string,
  seq: number,
): ReadonlyMap<string, Release> {
  const release = releases.get(id);
  invariant(release !== undefined, `a fact about the unknown release ${id}`);
  const { state, step, weightBp } = cursor;
  const history = [...release.history, { at, seq, state, step, weightBp, sentence }].slice(-RELEASE_HISTORY_MAX);
  return set(releases, id, { ...release, ...cursor, history, movedAt: at });
}

/** A plan that is not over asks for the releases that it has made: they stay as long. */
function boundedReleases(releases: ReadonlyMap<string, Release>, plans: MeshState["plans"]): ReadonlyMap<string, Release> {
  const isNeeded = ({ plan: id }: Release) => {
    const plan = id === null ? undefined : plans.get(id);
    return plan !== undefined && plan.state !== "done" && plan.state !== "reversed";
  };
  return newest(releases, (release) => (hasEnded(release) && !isNeeded(release) ? release.movedAt : null), RELEASES_ENDED_MAX);
}

function set<T>(values: ReadonlyMap<string, T>, id: string, value: T | null): ReadonlyMap<string, T> {
  const copy = new Map(values);
  if (value === null) copy.delete(id);
  else copy.set(id, value);
  return copy;
}

/** All that is under way, and of what is over that which ended last. `endedAt`: null of what is not over. */
function newest<T>(values: ReadonlyMap<string, T>, endedAt: (value: T) => string | null, max: number): ReadonlyMap<string, T> {
  const over = [...values].flatMap(([id, value]) => {
    const at = endedAt(value);
    return at === null ? [] : [{ id, at }];
  });
  if (over.length <= max) return values;
  const kept = new Map(values);
  const oldest = over.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0)).slice(0, over.length - max);
  for (const { id } of oldest) kept.delete(id);
  return kept;
}

function filtered<K, T extends VersionRef>(values: ReadonlyMap<K, T>, isGone: (ref: VersionRef) => boolean): ReadonlyMap<K, T> {
  return [...values.values()].some(isGone) ? new Map([...values].filter(([, value]) => !isGone(value))) : values;
}
