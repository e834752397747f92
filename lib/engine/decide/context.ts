import type { ServiceCall } from "../../compatibility/index.ts";
import type {
  Change,
  ChangeAuthor,
  ChangeId,
  ChangeKind,
  Instance,
  InstanceId,
  MeshEvent,
  MeshState,
  OverrideRequest,
  Problem,
  Refusal,
  Risk,
  ServiceName,
  Version,
  VersionRef,
} from "../../model/index.ts";
import type { MetricSource } from "../../policy/index.ts";
import type { Result } from "../../std/index.ts";
import type { PlanImpossible, PlanOutcome } from "../../versions/index.ts";

/** Everything that a decision may depend on beside the command. Plain values and look-ups; deciding changes none of them. */
export interface DecideContext {
  readonly state: MeshState;
  readonly author: ChangeAuthor;
  /** ISO 8601 UTC. */
  readonly nowIso: string;
  /** The place in the log that the change will have. */
  readonly place: { readonly seq: number; readonly id: ChangeId };
  /** Leases that are alive. */
  readonly leases: readonly Instance[];
  /** Why an instance gets no requests at the moment, such as "refuses connections"; null where nothing is known against it. */
  readonly whyOut: (id: InstanceId) => string | null;
  /** Why keys of token issuers are never fetched from an address; null where they may be. */
  readonly whyNoKeys: (uri: string) => string | null;
  /** Why nothing is ever sent to an address of a channel; null where it may be. */
  readonly whyNotTell: (address: ChannelAddress) => string | null;
  /** Interlock's own ports, where no instance may be. */
  readonly reservedPorts: readonly number[];
  /** Services seen calling each other. */
  readonly calls: readonly ServiceCall[];
  readonly readChange: (id: string) => Change | undefined;
  /** The process behind an instance or an assignment, or why there is none to ask; nothing runs where it is left out. */
  readonly process?: (id: string) => Result<KnownProcess, Refusal>;
  /** What was found elsewhere for a `plan.create`; searched on the spot where it is not given. */
  readonly way?: FoundWay;
  /** A figure of the mesh as it is now; null, and where it is left out: no data. */
  readonly figure?: MetricSource["value"];
  /** What is measured; nothing is known where it is left out. */
  readonly traffic?: TrafficLook;
  /** The approval that the author gave with the command. */
  readonly approval?: string;
  /** Nothing will be written: no approval is needed yet. */
  readonly isTrial?: boolean;
}

/** One process of a deployment, and what it was asked for last. */
export interface KnownProcess {
  readonly asked: Extract<MeshEvent, { readonly kind: "process-asked" }>;
  /** It has ended by itself, or waits to be started again. */
  readonly isDown: boolean;
  /** Why it cannot end just so; null where it can. */
  readonly whyKept: Problem | null;
}

/** Who calls what how often, over the live window. */
export interface TrafficLook {
  /** Requests/s to a service. */
  rps(service: ServiceName): number;
  /** Callers of a version, those that call most first; `version` is null where it is not known. */
  callersOf(ref: VersionRef): readonly { readonly service: string; readonly version: string | null; readonly rps: number }[];
}

/** Where a channel sends to: a URL, or a mail server. */
export type ChannelAddress = { readonly url: string } | { readonly host: string; readonly port: number };

/** A way without words, or why there is none. */
export type FoundWay = Result<PlanOutcome, PlanImpossible>;

/** An override asked for: it covers the broken pairs that are live after the change and have an end in `service`. */
export interface ScopedOverride {
  readonly service: ServiceName;
  readonly path: string;
  readonly request: OverrideRequest;
}

/** What a noun decided, before it is judged on the state after it. */
export interface Draft {
  readonly kind: ChangeKind;
  readonly subject: string;
  readonly events: readonly MeshEvent[];
  readonly services: readonly ServiceName[];
  /** What people compare; left out, it is read off the states before and after. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly undoes?: ChangeId;
  readonly notes?: readonly string[];
  /** First versions, which get all traffic unless that would make a broken live pair. */
  readonly firstVersions?: readonly { readonly service: ServiceName; readonly version: Version }[];
  /** Conflicts with the state (409) that are told together with what the gate says. */
  readonly conflicts?: readonly Problem[];
  readonly overrides?: readonly ScopedOverride[];
  /** Where in the input a version was named, by `service@version`: the path of the gate's problems. */
  readonly paths?: ReadonlyMap<string, string>;
}

/** A change as decided: everything but its place in the log. */
export interface Decision {
  readonly kind: ChangeKind;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly events: readonly MeshEvent[];
  readonly inverse: readonly MeshEvent[];
  readonly undoable: boolean;
  readonly services: readonly ServiceName[];
  readonly undoes?: ChangeId;
  readonly notes: readonly string[];
  /** How much it risks; null where it moves no traffic. */
  readonly risk: Risk | null;
  /** The state after the change, at the context's place. */
  readonly state: MeshState;
}

/** Key of `Draft.paths`. */
export function pathKey(service: string, version: string): string {
  return `${service}@${version}`;
}
