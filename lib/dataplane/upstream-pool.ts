/**
 * Connections to instances, kept for further requests: last in, first out, so that surplus ones grow old and are closed.
 *
 * A connection is used again only within the time that the instance announced (`Keep-Alive: timeout`, less a second for the race
 * between its closing and our sending), or 4 s where it announced nothing. Connections to an instance count towards the limit of its version
 * (`VersionLoad`) from the moment they are asked for to the moment they are closed or make room for another.
 */
import { type Endpoint, type SnapshotEndpoint, spiffeId } from "../model/index.ts";
import type { Member } from "../routing/index.ts";
import type { DeadlineSweep } from "./deadline-sweep.ts";
import type { LiveVersions } from "./health/live-versions.ts";
import type { KeepsConnections, VersionLoad } from "./health/version-load.ts";
import type { Subject } from "./identity/held-identity.ts";
import type { MeshIdentity } from "./identity/mesh-identity.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import { InstanceCounters, type TelemetryRecorder } from "./telemetry-recorder.ts";
import { type ConnectTarget, UpstreamConnection } from "./upstream-connection.ts";

/** What an upstream is to be. */
export interface UpstreamTarget {
  readonly host: string;
  readonly port: number;
  readonly load?: VersionLoad | null;
  readonly member?: Member | null;
  /** Over mTLS, as whom and to whom; null: in plain text. */
  readonly secure?: ConnectTarget["secure"];
}

/** One destination: an instance, over mTLS as one caller or in plain text, or a `host:port` outside the mesh. */
export class Upstream implements KeepsConnections {
  readonly host: string;
  readonly port: number;
  readonly counters: InstanceCounters;
  /** Whose limits connections to it count for; null: nobody's. */
  readonly load: VersionLoad | null;
  readonly member: Member | null;
  readonly secure: ConnectTarget["secure"];
  /** Requests under way. */
  inFlight = 0;
  #isRetired = false;
  readonly #idle: UpstreamConnection[] = [];
  /** Connections that count towards the limit. */
  readonly #counted = new Set<UpstreamConnection>();
  readonly #limits: ProxyLimits;
  readonly #sweep: DeadlineSweep;

  constructor(target: UpstreamTarget, counters: InstanceCounters, limits: ProxyLimits, sweep: DeadlineSweep) {
    this.host = target.host;
    this.port = target.port;
    this.load = target.load ?? null;
    this.member = target.member ?? null;
    this.secure = target.secure ?? null;
    this.counters = counters;
    this.#limits = limits;
    this.#sweep = sweep;
    this.load?.addKeeper(this);
  }

  /** A kept connection, the one used last; undefined when there is none. */
  takeIdle(): UpstreamConnection | undefined {
    let connection = this.#idle.pop();
    while (connection !== undefined && !(connection.isOpen && connection.isCurrent)) {
      connection.destroy();
      connection = this.#idle.pop();
    }
    return connection;
  }

  /** A new connection, not yet made. Where there is a limit, `mayConnect` has said yes to it. `isForTunnel`: its cut must not look like its end. */
  connect(isForTunnel = false): UpstreamConnection {
    const connection = new UpstreamConnection(this, this.#limits, this.#sweep, (closed) => this.#forget(closed), isForTunnel);
    if (this.load !== null) this.#counted.add(connection);
    return connection;
  }

  /** Takes a connection back after an answer; keeps it where that is safe. `announcedS`: `Keep-Alive: timeout`, or -1. */
  release(connection: UpstreamConnection, announcedS: number): void {
    connection.detach();
    const { upstreamIdleMax, upstreamIdleMs, upstreamIdleMsMax } = this.#limits;
    const idleMs = announcedS < 0 ? upstreamIdleMs : Math.min(upstreamIdleMsMax, announcedS * 1_000 - 1_000);
    const isKept = connection.isReusable && connection.isOpen && connection.isCurrent && !this.#isRetired;
    if (!isKept || idleMs <= 0 || this.#idle.length >= upstreamIdleMax) {
      connection.destroy();
      return;
    }
    connection.deadlineMs = this.#sweep.nowMs + idleMs;
    this.#idle.push(connection);
    if (this.member !== null) this.load?.connectionFreed(this.member);
  }

  closeOldestIdle(): boolean {
    for (let oldest = this.#idle.shift(); oldest !== undefined; oldest = this.#idle.shift()) {
      // One that is closing anyway makes room by itself.
      const makesRoom = oldest.isOpen;
      if (makesRoom) this.#discount(oldest);
      oldest.destroy();
      if (makesRoom) return true;
    }
    return false;
  }

  /** Nothing new goes there for now: nothing is kept, what is under way finishes. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** The instance is back: its connections are kept again. */
  revive(): void {
    this.#isRetired = false;
  }

  /** Nothing ever goes there again. */
  forget(): void {
    this.retire();
    this.counters.retired = true;
    this.load?.removeKeeper(this);
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  #forget(connection: UpstreamConnection): void {
    const position = this.#idle.indexOf(connection);
    if (position >= 0) this.#idle.splice(position, 1);
    if (this.#counted.delete(connection)) this.load?.connectionClosed();
  }

  /** The place of this connection is taken by another one before it is closed. */
  #discount(connection: UpstreamConnection): void {
    if (this.#counted.delete(connection)) this.load?.breaker.release("connections");
  }
}

/** For how long an inbound listener that nobody answers at is not tried again, where plain text may take its place. */
const LISTENER_DOWN_MS = 1_000;

export class UpstreamPool {
  readonly #upstreams = new Map<string, Upstream>();
  /** Over mTLS, by calling identity. */
  readonly #secured = new Map<Subject, Map<string, Upstream>>();
  /** Instances whose inbound listener is down, until when. */
  readonly #down = new Map<string, number>();
  readonly #limits: ProxyLimits;
  readonly #sweep: DeadlineSweep;
  readonly #recorder: TelemetryRecorder;
  readonly #identity: MeshIdentity | null;

  constructor(limits: ProxyLimits, sweep: DeadlineSweep, recorder: TelemetryRecorder, identity: MeshIdentity | null = null) {
    this.#limits = limits;
    this.#sweep = sweep;
    this.#recorder = recorder;
    this.#identity = identity;
  }

  /** `as`: over mTLS in this name, to the instance's inbound listener; null: in plain text, to the instance. */
  forEndpoint(
    endpoint: SnapshotEndpoint,
    load: VersionLoad | null = null,
    member: Member | null = null,
    as: Subject | null = null,
  ): Upstream {
    const { id } = endpoint;
    const { address: host, port } = as === null ? endpoint : (endpoint.inbound ?? endpoint);
    const upstreams = as === null ? this.#upstreams : this.#securedAs(as);
    const known = upstreams.get(id);
    const isSame = known !== undefined && known.port === port && known.host === host;
    if (isSame && known.load === load && known.member === member) return known;
    if (known !== undefined) {
      known.retire();
      known.load?.removeKeeper(known);
    }
    const secure = as === null ? null : this.#secureTo(endpoint, as, host, port);
    const upstream = new Upstream({ host, port, load, member, secure }, this.#recorder.instance(id), this.#limits, this.#sweep);
    upstreams.set(id, upstream);
    return upstream;
  }

  /** The instance itself, for its own proxy: called on behalf of others, who count. */
  forLocal({ address: host, port }: Endpoint): Upstream {
    return new Upstream({ host, port }, new InstanceCounters(), this.#limits, this.#sweep);
  }

  /** Nobody answered at the instance's inbound listener. */
  listenerIsDown(id: string, nowMs: number): void {
    this.#down.set(id, nowMs + LISTENER_DOWN_MS);
  }

  isListenerDown(id: string, nowMs: number): boolean {
    if (this.#down.size === 0) return false;
    const untilMs = this.#down.get(id) ?? 0;
    if (untilMs > nowMs) return true;
    this.#down.delete(id);
    return false;
  }

  #securedAs(as: Subject): Map<string, Upstream> {
    let upstreams = this.#secured.get(as);
    if (upstreams === undefined) {
      upstreams = new Map();
      this.#secured.set(as, upstreams);
    }
    return upstreams;
  }

  #secureTo({ service, version }: Endpoint, as: Subject, address: string, port: number): ConnectTarget["secure"] {
    if (this.#identity === null) return null;
    const { agent, dialer } = this.#identity;
    const expectedId = spiffeId(agent.bundle?.trustDomain ?? "", { kind: "instance", service, version });
    return { dialer, peer: { address, port, expectedId, as } };
  }

  /** A destination of the egress list. It is no instance, so it has no figures of its own. */
  forEgress(host: string, port: number): Upstream {
    const key = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    const known = this.#upstreams.get(key);
    if (known !== undefined) return known;
    const upstream = new Upstream({ host, port }, new InstanceCounters(), this.#limits, this.#sweep);
    this.#upstreams.set(key, upstream);
    return upstream;
  }

  /**
   * Retires the destinations that a new configuration no longer has or sends nothing to any more (`reachable`: by weight, rule, lane, mirror
   * or failover).
   */
  sync(config: ProxyConfig, { reachable }: Pick<LiveVersions, "reachable">): void {
    const known = new Set<string>(config.egressAllowed);
    const wanted = new Set<string>(config.egressAllowed);
    for (const { endpoints, name } of config.table.services()) {
      const versions = reachable.get(name);
      for (const { id, version } of endpoints) {
        known.add(id);
        if (versions?.has(version) === true) wanted.add(id);
      }
    }
    prune(this.#upstreams, known, wanted);
    for (const [as, upstreams] of this.#secured) {
      const isGone = as !== "ingress" && !known.has(as);
      prune(upstreams, isGone ? NONE : known, isGone ? NONE : wanted);
      if (upstreams.size === 0) this.#secured.delete(as);
    }
    for (const id of this.#down.keys()) if (!known.has(id)) this.#down.delete(id);
  }

  close(): void {
    for (const upstreams of [this.#upstreams, ...this.#secured.values()]) for (const upstream of upstreams.values()) upstream.retire();
  }
}

const NONE: ReadonlySet<string> = new Set();

function prune(upstreams: Map<string, Upstream>, known: ReadonlySet<string>, wanted: ReadonlySet<string>): void {
  for (const [key, upstream] of upstreams) {
    if (wanted.has(key)) {
      upstream.revive();
      continue;
    }
    upstream.retire();
    // Until its last request has ended it is counted, so it stays until the next look.
    if (known.has(key) || upstream.inFlight > 0) continue;
    upstream.forget();
    upstreams.delete(key);
  }
}
