import type { Change, ChangeAuthor, InstanceId, MeshState, Refusal } from "../model/index.ts";
import type { Result } from "../std/index.ts";
import type { DecideContext, KnownProcess } from "./decide/context.ts";
import { type InstanceStanding, whyOut } from "./instance-watch.ts";
import type { MeshEngineParts } from "./mesh-engine-parts.ts";
import type { MeshLog } from "./mesh-log.ts";
import type { MetricReader } from "./metric-source.ts";
import { trafficLook } from "./traffic-look.ts";
import { liveFlows, serviceCalls } from "./views/figures.ts";

export interface ContextInput {
  readonly parts: Pick<MeshEngineParts, "channels" | "identity" | "leases" | "reservedPorts" | "telemetry">;
  readonly log: Pick<MeshLog, "read"> & { readonly state: MeshState };
  /** Instances that refuse connections. */
  readonly failing: ReadonlySet<InstanceId>;
  readonly standing: (id: string) => InstanceStanding;
  readonly metrics: MetricReader;
  readonly process: (id: string) => Result<KnownProcess, Refusal>;
  readonly nowIso: string;
}

/** What a decision is made on: the mesh as it is now. Without an author nobody asks, and nothing will be written. */
export function contextOf(
  { failing, log, metrics, nowIso, parts, process, standing }: ContextInput,
  author: ChangeAuthor | null,
): DecideContext {
  const { channels, identity, leases, reservedPorts, telemetry } = parts;
  const { state } = log;
  const seq = state.seq + 1;
  return {
    state,
    author: author ?? { author: "engine", via: "engine", reason: "" },
    nowIso,
    place: { seq, id: `chg-${seq}` as Change["id"] },
    leases: leases.list().map(({ instance }) => instance),
    whyOut: (id: InstanceId) => (failing.has(id) ? "refuses connections" : whyOut(standing(id))),
    whyNoKeys: identity.whyNoKeys,
    whyNotTell: channels.whyNot,
    reservedPorts,
    calls: serviceCalls(liveFlows(telemetry)),
    traffic: trafficLook(telemetry),
    figure: (call) => metrics.look().value(call),
    readChange: (id) => log.read(id),
    process,
  };
}
