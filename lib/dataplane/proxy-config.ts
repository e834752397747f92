import type { EdgeEnd, Problem, Snapshot, SnapshotDelta, SnapshotService } from "../model/index.ts";
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
  return table.ok ? ok(configOf(table.value, snapshot, snapshot.at, namedHostsOf(table.value))) : table;
}

/** The configuration after a delta; refused whole when anything in it is wrong. Egress and reserved ports change with a whole snapshot only. */
export function applyDelta(config: ProxyConfig, delta: SnapshotDelta): Result<ProxyConfig, readonly Problem[]> {
  const table = config.table.applyDelta(delta);
  if (!table.ok) return err(table.error);
  const isSameHosts = ({ name, hosts }: SnapshotService) => config.table.service(name)?.hosts.join() === hosts.join();
  const keepsHosts = delta.removed.length === 0 && delta.upserts.every(isSameHosts);
  return ok(configOf(table.value, config, delta.at, keepsHosts ? config.namedHosts : namedHostsOf(table.value)));
}

function namedHostsOf(table: RoutingTable): HostIndex {
  return createHostIndex([...table.services()].map(({ name, hosts }) => ({ name, hosts: hosts.filter((host) => host !== "*") })));
}

function configOf(
  table: RoutingTable,
  { egress, reservedPorts }: Pick<Snapshot, "egress" | "reservedPorts">,
  at: string,
  namedHosts: HostIndex,
): ProxyConfig {
  return {
    version: table.version,
    at,
    table,
    egress,
    reservedPorts,
    egressAllowed: new Set(egress.map(withPort)),
    reserved: new Set(reservedPorts),
    namedHosts,
  };
}

/** The snapshot that compiles to this configuration. */
export function snapshotOf({ at, egress, reservedPorts, table, version }: ProxyConfig): Snapshot {
  const services = Object.fromEntries([...table.services()].map((service) => [service.name, service]));
  return { version, at, services, egress, reservedPorts };
}
