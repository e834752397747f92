/**
 * Health of all instances as one proxy sees it, and the limits on what it has under way: passive detection, active checks, circuit breakers,
 * adaptive limits, shedding. It joins the pure state machines of `lib/routing` with a clock, sockets for checks and the way to the engine.
 *
 * Invariants: what is known of an instance, a version's load and the turns of its balancers stay over snapshots that keep them; a decision is
 * mapped to its route once; every change of health is noted, damped (`EventDamper`) and handed out once; nothing here answers a request.
 */
import type { DrainingVersion, InstanceHealthEvent, InstanceId, ServiceName, SnapshotEndpoint } from "../../model/index.ts";
import {
  type BalancerPick,
  EventDamper,
  type FailoverTarget,
  type HealthNote,
  type InstanceStanding,
  type Moment,
  type RouteDecision,
} from "../../routing/index.ts";
import type { CancelTimer, Clock, Random } from "../../std/index.ts";
import type { MetricFamily } from "../../telemetry/index.ts";
import type { ProxyConfig } from "../proxy-config.ts";
import { ActiveChecks } from "./active-checks.ts";
import type { ActiveCheck } from "./check-instance.ts";
import { healthFamilies } from "./health-families.ts";
import { HealthOutbox } from "./health-outbox.ts";
import { type LiveVersions, liveVersions } from "./live-versions.ts";
import { LoadShedder, type LoopLoad } from "./load-shedder.ts";
import { type InstanceRoute, ServiceBoard } from "./service-board.ts";

const TICK_MS = 200;
const LAG_MS = 25;

/** What stands for the proxy itself where events name a service. */
export const PROXY_ITSELF = "(proxy)";

/** A process takes this long at most to follow another one; a wall clock that says more has jumped. */
const STANDING_MS_MAX = 30_000;

/** What a process knows against instances, at a moment. */
export interface HealthStanding {
  /** Wall clock. */
  readonly atMs: number;
  readonly services: readonly { readonly name: ServiceName; readonly instances: readonly InstanceStanding[] }[];
  /** What was told of it and has not ended. */
  readonly events: readonly InstanceHealthEvent[];
}

/** Decisions about instances go on in the next process; all others it makes anew from what it sees. */
function isLasting({ kind }: InstanceHealthEvent): boolean {
  return kind === "instance-ejected" || kind === "instance-unhealthy";
}

export interface HealthBoardOptions {
  readonly node: string;
  readonly zone: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The loop is busy and comes round this late, all the time: requests are shed. */
  readonly shedLagMs: number;
  /** How busy the loop was since the last call. */
  readonly loopLoad: () => LoopLoad;
  /** Whether an instance claims an address of this very proxy: it is not checked. */
  readonly isOwn: (endpoint: SnapshotEndpoint) => boolean;
  readonly onEvent: (event: InstanceHealthEvent) => void;
}

export class HealthBoard {
  readonly outbox = new HealthOutbox();
  readonly shedder: LoadShedder;
  /** What the next choice is made from: filled in for each, since nothing of it is kept. */
  readonly pick: { -readonly [Part in keyof BalancerPick]: BalancerPick[Part] };
  readonly #options: HealthBoardOptions;
  readonly #boards = new Map<ServiceName, ServiceBoard>();
  readonly #routes = new WeakMap<readonly FailoverTarget[], InstanceRoute>();
  readonly #damper = new EventDamper();
  readonly #checks: ActiveChecks;
  readonly #timers: readonly CancelTimer[];
  #live: LiveVersions = liveVersions([]);
  #lagDueMs: number;
  #isShedding = false;

  constructor(options: HealthBoardOptions) {
    const { clock, random, shedLagMs } = options;
    this.#options = options;
    this.shedder = new LoadShedder(shedLagMs, random);
    this.pick = { random, nowMs: 0, hash: -1, excluded: null };
    this.#checks = new ActiveChecks({
      clock,
      random,
      onOutcome: ({ id, service }, { isGood, what }, nowMs) => this.#boards.get(service)?.health.checked(id, isGood, what, nowMs),
    });
    this.#lagDueMs = clock.monotonicMs() + LAG_MS;
    this.#timers = [clock.every(TICK_MS, () => this.tick()), clock.every(LAG_MS, () => this.#measureLag())];
  }

  /** Takes a new configuration. */
  sync({ table }: Pick<ProxyConfig, "table">): void {
    const services = [...table.services()];
    const now = this.#now();
    this.#live = liveVersions(services);
    const names = new Set(services.map(({ name }) => name));
    for (const [name, board] of this.#boards) if (!names.has(name) && board.isIdle) this.#boards.delete(name);
    for (const service of services) {
      const known = this.#boards.get(service.name);
      if (known === undefined) this.#boards.set(service.name, new ServiceBoard(service, this.#options.zone, now, this.#note));
      else known.update(service, this.#live.reachable.get(service.name), now);
    }
    const checked = new Map<InstanceId, { readonly endpoint: SnapshotEndpoint; readonly check: ActiveCheck }>();
    const subjects = new Set<string>([PROXY_ITSELF]);
    for (const { endpoints, name, policy } of services) {
      subjects.add(name);
      for (const version of this.#live.routed.get(name) ?? []) subjects.add(`${name}@${version}`);
      const check = policy.healthChecks;
      for (const endpoint of endpoints) {
        subjects.add(endpoint.id).add(`${name}@${endpoint.version}`);
        if (check.kind !== "off" && endpoint.standby !== true && !this.#options.isOwn(endpoint))
          checked.set(endpoint.id, { endpoint, check });
      }
    }
    this.#checks.sync(checked);
    const isThere = ({ instance, service, version }: InstanceHealthEvent) =>
      subjects.has(instance ?? (version === null ? service : `${service}@${version}`));
    this.outbox.endGone(isThere, now.wallMs);
  }

  /** What is known against instances, for the process that follows this one. */
  standing(): HealthStanding {
    const { monotonicMs, wallMs } = this.#now();
    const services = [...this.#boards.values()].map(({ health, name }) => ({ name, instances: health.standing(monotonicMs) }));
    return {
      atMs: wallMs,
      services: services.filter(({ instances }) => instances.length > 0),
      events: this.outbox.standing.filter(isLasting),
    };
  }

  /** Goes on where the process before stopped. To be called with a configuration in force, before the first request. */
  resume({ atMs, events, services }: HealthStanding): void {
    const { monotonicMs, wallMs } = this.#now();
    const elapsedMs = Math.max(0, Math.min(wallMs - atMs, STANDING_MS_MAX));
    for (const { instances, name } of services) this.#boards.get(name)?.health.resume(instances, elapsedMs, monotonicMs);
    const isStill = ({ instance, service }: InstanceHealthEvent) => {
      const health = this.#boards.get(service as ServiceName)?.health;
      return instance !== null && health?.member(instance as InstanceId)?.isHealthy === false;
    };
    this.outbox.resume(events.filter(isStill));
  }

  get live(): LiveVersions {
    return this.#live;
  }

  /** Where requests of this decision go; null when its service is gone. */
  routeOf(decision: RouteDecision): InstanceRoute | null {
    // The list belongs to the decision as compiled, which decisions with effects of their own share.
    const known = this.#routes.get(decision.failover);
    if (known !== undefined && known.load.version === decision.version) return known;
    const route = this.#boards.get(decision.service)?.routeOf(decision);
    if (route !== undefined) this.#routes.set(decision.failover, route);
    return route ?? null;
  }

  boardOf(service: ServiceName): ServiceBoard | undefined {
    return this.#boards.get(service);
  }

  /** Requests under way to versions that the configuration in force sends nothing to. */
  draining(): readonly DrainingVersion[] {
    return [...this.#boards.values()].flatMap((board) => board.draining(this.#live.routed.get(board.name)));
  }

  /** For `/metrics`. */
  families(): readonly MetricFamily[] {
    return healthFamilies(this.#boards.values(), this.shedder.share);
  }

  /** Lets time pass for everything here. */
  tick(): void {
    const now = this.#now();
    for (const board of this.#boards.values()) board.tick(now);
    this.#tellShedding(now.monotonicMs);
    const events = this.#damper.drain(now);
    if (events.length === 0) return;
    for (const event of events) this.#options.onEvent(event);
    this.outbox.add(events);
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#checks.stop();
  }

  #measureLag(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.shedder.observe(Math.max(0, nowMs - this.#lagDueMs), this.#options.loopLoad(), nowMs);
    this.#lagDueMs = nowMs + LAG_MS;
  }

  #tellShedding(nowMs: number): void {
    const { isShedding, share } = this.shedder.state(nowMs);
    if (isShedding === this.#isShedding) return;
    this.#isShedding = isShedding;
    const { node } = this.#options;
    const reason = isShedding
      ? `The proxy of ${node} cannot keep up: it refuses ${Math.max(1, Math.round(share * 100))} % of new requests.`
      : `The proxy of ${node} keeps up again: it has refused nothing for 1 s.`;
    const kind = isShedding ? "shedding" : "shedding-ended";
    this.#note({ kind, service: PROXY_ITSELF, version: null, instance: null, reason, untilMs: null }, nowMs);
  }

  readonly #note = (note: HealthNote, nowMs: number): void => this.#damper.note(note, nowMs);

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
  }
}
