import type { EdgeEnd, Problem, Snapshot, SnapshotDelta } from "../model/index.ts";
import { compileSnapshot, createHostIndex, type HostIndex, type RoutingTable } from "../routing/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { withPort } from "./http1/request-target.ts";

/** A snapshot made ready for requests: immutable, replaced whole. */
export interface ProxyConfig {
  readonly version: number;
  readonly at: string;
  readonly table: RoutingTable;
  /** As in the snapshot. */
  readonly egress: readonly string[];
  readonly reservedPorts: readonly number[];
  /** `host:port` in lower case. */
  readonly egressAllowed: ReadonlySet<string>;
  readonly reserved: ReadonlySet<number>;
  /** Hosts that name a service other than by `*`: an outbound call to the outside must not end in whoever takes the rest. */
  readonly namedHosts: HostIndex;
}

/** Traffic from outside the mesh. */
export const INGRESS: EdgeEnd = { service: "ingress", version: null };

export function compileConfig(snapshot: Snapshot): Result<ProxyConfig, readonly Problem[]> {
  const table = compileSnapshot(snapshot);
  return table.ok ? ok(configOf(table.value, snapshot, snapshot.at)) : table;
}

/** The configuration after a delta; refused whole when anything in it is wrong. Egress and reserved ports change with a whole snapshot only. */
export function applyDelta(config: ProxyConfig, delta: SnapshotDelta): Result<ProxyConfig, readonly Problem[]> {
  const table = config.table.applyDelta(delta);
  return table.ok ? ok(configOf(table.value, config, delta.at)) : err(table.error);
}

function configOf(table: RoutingTable, { egress, reservedPorts }: Pick<Snapshot, "egress" | "reservedPorts">, at: string): ProxyConfig {
  const named = [...table.services()].map(({ name, hosts }) => ({ name, hosts: hosts.filter((host) => host !== "*") }));
  return {
    version: table.version,
    at,
    table,
    egress,
    reservedPorts,
    egressAllowed: new Set(egress.map(withPort)),
    reserved: new Set(reservedPorts),
    namedHosts: createHostIndex(named),
  };
}

/** The snapshot that compiles to this configuration. */
export function snapshotOf({ at, egress, reservedPorts, table, version }: ProxyConfig): Snapshot {
  const services = Object.fromEntries([...table.services()].map((service) => [service.name, service]));
  return { version, at, services, egress, reservedPorts };
}
