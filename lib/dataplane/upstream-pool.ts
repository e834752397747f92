/**
 * Connections to instances, kept for further requests: last in, first out, so that surplus ones grow old and are closed.
 *
 * A connection is used again only within the time that the instance announced (`Keep-Alive: timeout`, less a second for the race
 * between its closing and our sending), or 4 s where it announced nothing. An instance that refused a connection is tried last for
 * `avoidMs`: it is not given up, since it may be the only one.
 */
import type { Endpoint } from "../model/index.ts";
import type { DeadlineSweep } from "./deadline-sweep.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import { InstanceCounters, type TelemetryRecorder } from "./telemetry-recorder.ts";
import { UpstreamConnection } from "./upstream-connection.ts";

/** One destination: an instance, or a `host:port` outside the mesh. */
export class Upstream {
  readonly host: string;
  readonly port: number;
  readonly counters: InstanceCounters;
  /** Requests under way. */
  inFlight = 0;
  avoidUntilMs = 0;
  #isRetired = false;
  readonly #idle: UpstreamConnection[] = [];
  readonly #limits: ProxyLimits;
  readonly #sweep: DeadlineSweep;

  constructor(
    target: { readonly host: string; readonly port: number },
    counters: InstanceCounters,
    limits: ProxyLimits,
    sweep: DeadlineSweep,
  ) {
    this.host = target.host;
    this.port = target.port;
    this.counters = counters;
    this.#limits = limits;
    this.#sweep = sweep;
  }

  /** A kept connection, the one used last; undefined when there is none. */
  takeIdle(): UpstreamConnection | undefined {
    let connection = this.#idle.pop();
    while (connection !== undefined && !connection.isOpen) connection = this.#idle.pop();
    return connection;
  }

  /** A new connection, not yet made. */
  connect(): UpstreamConnection {
    return new UpstreamConnection(this, this.#limits, this.#sweep, (closed) => this.#forget(closed));
  }

  /** Takes a connection back after an answer; keeps it where that is safe. `announcedS`: `Keep-Alive: timeout`, or -1. */
  release(connection: UpstreamConnection, announcedS: number): void {
    connection.detach();
    const { upstreamIdleMax, upstreamIdleMs, upstreamIdleMsMax } = this.#limits;
    const idleMs = announcedS < 0 ? upstreamIdleMs : Math.min(upstreamIdleMsMax, announcedS * 1_000 - 1_000);
    if (!connection.isReusable || !connection.isOpen || this.#isRetired || idleMs <= 0 || this.#idle.length >= upstreamIdleMax) {
      connection.destroy();
      return;
    }
    connection.deadlineMs = this.#sweep.nowMs + idleMs;
    this.#idle.push(connection);
  }

  /** The instance is gone: nothing new goes there; what is under way finishes. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** The instance is back: its connections are kept again. */
  revive(): void {
    this.#isRetired = false;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  #forget(connection: UpstreamConnection): void {
    const position = this.#idle.indexOf(connection);
    if (position >= 0) this.#idle.splice(position, 1);
  }
}

export class UpstreamPool {
  readonly #upstreams = new Map<string, Upstream>();
  readonly #limits: ProxyLimits;
  readonly #sweep: DeadlineSweep;
  readonly #recorder: TelemetryRecorder;
  #avoidedUntilMs = 0;

  constructor(limits: ProxyLimits, sweep: DeadlineSweep, recorder: TelemetryRecorder) {
    this.#limits = limits;
    this.#sweep = sweep;
    this.#recorder = recorder;
  }

  forEndpoint({ address, id, port }: Endpoint): Upstream {
    const known = this.#upstreams.get(id);
    if (known !== undefined && known.port === port && known.host === address) return known;
    known?.retire();
    const upstream = new Upstream({ host: address, port }, this.#recorder.instance(id), this.#limits, this.#sweep);
    this.#upstreams.set(id, upstream);
    return upstream;
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

  readonly inFlightOf = (endpoint: Endpoint): number => this.#upstreams.get(endpoint.id)?.inFlight ?? 0;

  readonly isAvoided = (endpoint: Endpoint): boolean => (this.#upstreams.get(endpoint.id)?.avoidUntilMs ?? 0) > this.#sweep.nowMs;

  /** Whether any instance refused a connection a moment ago. */
  get anyAvoided(): boolean {
    return this.#avoidedUntilMs > this.#sweep.nowMs;
  }

  avoid(upstream: Upstream): void {
    upstream.avoidUntilMs = this.#sweep.nowMs + this.#limits.avoidMs;
    this.#avoidedUntilMs = upstream.avoidUntilMs;
  }

  /** Retires the instances and destinations that a new configuration no longer has. */
  sync(config: ProxyConfig): void {
    const wanted = new Set<string>(config.egressAllowed);
    for (const service of config.table.services()) for (const { id } of service.endpoints) wanted.add(id);
    for (const [key, upstream] of this.#upstreams) {
      if (wanted.has(key)) {
        upstream.revive();
        continue;
      }
      upstream.retire();
      // Until its last request has ended it is counted, so it stays until the next look.
      if (upstream.inFlight > 0) continue;
      upstream.counters.retired = true;
      this.#upstreams.delete(key);
    }
  }

  close(): void {
    for (const upstream of this.#upstreams.values()) upstream.retire();
  }
}
