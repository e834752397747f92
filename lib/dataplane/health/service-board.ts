import type { DrainingVersion, ServiceName, SnapshotService, Version } from "../../model/index.ts";
import {
  EndpointPool,
  LevelWatch,
  type Moment,
  planLevels,
  type ReportHealth,
  type RouteDecision,
  ServiceHealth,
} from "../../routing/index.ts";
import { VersionLoad } from "./version-load.ts";

/** Where requests with the same version and the same ways out go: shared by all of them, kept over snapshots. */
export interface InstanceRoute {
  readonly board: ServiceBoard;
  readonly pool: EndpointPool;
  /** Of the version that was chosen. */
  readonly load: VersionLoad;
}

interface WatchedRoute extends InstanceRoute {
  readonly version: Version;
  /** Versions that the caller may be sent to instead. */
  readonly others: ReadonlySet<Version>;
  readonly watch: LevelWatch;
}

/** All that a proxy knows of one service's instances, and what it has under way to them. */
export class ServiceBoard {
  readonly health: ServiceHealth;
  readonly #zone: string;
  readonly #report: ReportHealth;
  readonly #loads = new Map<Version, VersionLoad>();
  readonly #routes = new Map<string, WatchedRoute>();
  #source: SnapshotService;

  constructor(source: SnapshotService, zone: string, now: Moment, report: ReportHealth) {
    this.#source = source;
    this.#zone = zone;
    this.#report = report;
    this.health = new ServiceHealth(source.name, source.policy, report);
    this.health.update(source.endpoints, source.policy, now);
  }

  get name(): ServiceName {
    return this.#source.name;
  }

  get policy(): SnapshotService["policy"] {
    return this.#source.policy;
  }

  /** The service as a snapshot has it. `live`: versions that may still be chosen. */
  update(source: SnapshotService, live: ReadonlySet<Version> | undefined, now: Moment): void {
    if (source === this.#source) return;
    this.#source = source;
    this.health.update(source.endpoints, source.policy, now);
    const known = new Set([...source.endpoints.map(({ version }) => version), ...(live ?? [])]);
    for (const [version, load] of this.#loads) {
      if (!known.has(version) && load.isIdle) this.#loads.delete(version);
      else load.update(source.policy);
    }
    for (const [key, route] of this.#routes) {
      if (known.has(route.version)) this.#place(route);
      else this.#routes.delete(key);
    }
  }

  /** The same for all requests that chose this version and may go to these others. */
  routeOf({ failover, version }: Pick<RouteDecision, "version" | "failover">): InstanceRoute {
    const others = failover.flatMap((target) => (target.kind === "version" ? [target.version] : []));
    const key = [version, ...others].join(" ");
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const route = {
      board: this,
      pool: new EndpointPool(this.health),
      load: this.loadOf(version),
      version,
      others: new Set(others),
      watch: new LevelWatch(this.name, version, this.#report),
    };
    this.#routes.set(key, route);
    this.#place(route);
    return route;
  }

  loadOf(version: Version): VersionLoad {
    const known = this.#loads.get(version);
    if (known !== undefined) return known;
    const load = new VersionLoad(this.name, version, this.#source.policy);
    this.#loads.set(version, load);
    return load;
  }

  loads(): Iterable<VersionLoad> {
    return this.#loads.values();
  }

  /** How many instances of each version are unhealthy. */
  unhealthy(): readonly { readonly version: Version; readonly value: number }[] {
    const counts = new Map<Version, number>();
    for (const { id, version } of this.#source.endpoints) {
      counts.set(version, (counts.get(version) ?? 0) + (this.health.member(id)?.isHealthy === false ? 1 : 0));
    }
    return [...counts].map(([version, value]) => ({ version, value }));
  }

  tick(now: Moment): void {
    this.health.tick(now);
    for (const load of this.#loads.values()) load.step(now.monotonicMs, this.#report);
    for (const { pool, watch } of this.#routes.values()) watch.step(pool, now.monotonicMs);
  }

  /** Requests under way to versions that get no new ones. */
  draining(live: ReadonlySet<Version> | undefined): readonly DrainingVersion[] {
    return [...this.#loads.values()]
      .filter(({ routed, version }) => routed > 0 && live?.has(version) !== true)
      .map(({ routed, version }) => ({ service: this.name, version, requests: routed }));
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return [...this.#loads.values()].every(({ isIdle }) => isIdle);
  }

  #place({ others, pool, version }: WatchedRoute): void {
    const { endpoints, policy } = this.#source;
    const levels = planLevels({ version, endpoints, zone: this.#zone, policy, mayMeet: (other) => others.has(other) });
    pool.update(levels, policy.loadBalancing.kind, policy.panicThresholdPercent);
  }
}
