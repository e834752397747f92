import { describe, expect, test } from "vitest";
import type { InstanceHealthEvent, LoadBalancingKind, ServiceName, SnapshotEndpoint, Version } from "../../model/index.ts";
import { DEFAULT_TRAFFIC_POLICY } from "../../model/index.ts";
import { createXorshift } from "../../std/index.ts";
import { EndpointPool } from "../balance/endpoint-pool.ts";
import type { Member } from "../balance/member.ts";
import { endpoint } from "../balance/members.fixture.ts";
import { planLevels } from "../balance/plan-levels.ts";
import { mixHash } from "../balance/stable-hash.ts";
import { EventDamper } from "./event-damper.ts";
import { at } from "./health.fixture.ts";
import { ServiceHealth } from "./service-health.ts";

const SEEDS = [1, 2, 3];
const TIMEOUT_MS = 15_000;
const AVOID_MS = 1_000;
const POLICY = DEFAULT_TRAFFIC_POLICY;

/** How an instance answers at a moment: after so many ms, with this outcome. `hang` never does. */
type Behaviour = (nowMs: number) => Answer | { readonly kind: "refused" };

type Answer = { readonly kind: "good" | "500"; readonly latencyMs: number } | { readonly kind: "hang" };

interface Attempt {
  readonly member: Member;
  readonly startedMs: number;
  readonly endMs: number;
  readonly kind: "good" | "500" | "hang";
}

const good =
  (latencyMs = 10): Behaviour =>
  () => ({ kind: "good", latencyMs });

/**
 * One proxy in steps of 1 ms: Poisson requests, the pool of `shop@1.0.0`, what comes of them told to `ServiceHealth`, as the data plane does. A refused
 * connection is tried again at once on another instance; every 100 ms time passes.
 */
class Simulation {
  readonly events: InstanceHealthEvent[] = [];
  /** Of answered requests since the last `forget`, by position of the instance. */
  chosen: number[] = [];
  failed = 0;
  readonly latencies: number[] = [];
  nowMs = 0;
  readonly health: ServiceHealth;
  readonly #endpoints: readonly SnapshotEndpoint[];
  readonly #behaviours: readonly Behaviour[];
  readonly #pool: EndpointPool;
  readonly #damper = new EventDamper();
  readonly #random;
  readonly #rps: number;
  #underWay: Attempt[] = [];
  #nextMs = 0;

  constructor(kind: LoadBalancingKind, behaviours: readonly Behaviour[], { seed = 1, rps = 300, isFirstNew = false } = {}) {
    this.#random = createXorshift(seed);
    this.#rps = rps;
    this.#behaviours = behaviours;
    this.#endpoints = behaviours.map((_, index) => endpoint(index, isFirstNew && index === 0 ? { sinceMs: at(0).wallMs } : {}));
    this.health = new ServiceHealth("shop" as ServiceName, POLICY, (note, nowMs) => this.#damper.note(note, nowMs));
    this.health.update(this.#endpoints, POLICY, at(0));
    this.#pool = new EndpointPool(this.health);
    const policy = { loadBalancing: { ...POLICY.loadBalancing, kind }, failover: [] };
    this.#pool.update(
      planLevels({ version: "1.0.0" as Version, endpoints: this.#endpoints, zone: "", policy, mayMeet: () => true }),
      kind,
      50,
    );
    this.forget();
  }

  run(forMs: number): this {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs; this.nowMs++) {
      this.#endDue();
      while (this.#nextMs <= this.nowMs) {
        this.#send();
        this.#nextMs += (-Math.log((this.#random.nextUint32() + 1) / 0x1_0000_0001) * 1_000) / this.#rps;
      }
      if (this.nowMs % 100 !== 0) continue;
      this.health.tick(at(this.nowMs));
      this.events.push(...this.#damper.drain(at(this.nowMs)));
    }
    return this;
  }

  /** Starts the figures anew. */
  forget(): void {
    this.chosen = this.#behaviours.map(() => 0);
    this.failed = 0;
    this.latencies.length = 0;
  }

  share(index: number): number {
    return (this.chosen[index] ?? 0) / this.chosen.reduce((sum, count) => sum + count, 0);
  }

  kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind);
  }

  #send(): void {
    const excluded = new Set<Member["id"]>();
    for (let attempt = 0; attempt < 3; attempt++) {
      const hash = mixHash(this.#random.nextUint32(), 1);
      const member = this.#pool.choose({ random: this.#random, nowMs: this.nowMs, hash, excluded });
      if (member === undefined) break;
      const index = this.#endpoints.findIndex(({ id }) => id === member.id);
      const outcome = this.#behaviours[index]?.(this.nowMs) ?? { kind: "hang" };
      if (outcome.kind !== "refused") {
        this.chosen[index] = (this.chosen[index] ?? 0) + 1;
        this.#start(member, outcome);
        return;
      }
      this.health.failed(member.id, "gateway", "connection refused", this.nowMs);
      this.health.avoid(member.id, this.nowMs + AVOID_MS, this.nowMs);
      excluded.add(member.id);
    }
    this.failed++;
  }

  #start(member: Member, outcome: Answer): void {
    member.inFlight++;
    this.health.requestSent(member.id, this.nowMs);
    const lastsMs = outcome.kind === "hang" ? TIMEOUT_MS : outcome.latencyMs;
    this.#underWay.push({ member, startedMs: this.nowMs, endMs: this.nowMs + lastsMs, kind: outcome.kind });
  }

  #endDue(): void {
    const ended = this.#underWay.filter(({ endMs }) => endMs <= this.nowMs);
    this.#underWay = this.#underWay.filter(({ endMs }) => endMs > this.nowMs);
    for (const { member, startedMs, kind } of ended) {
      member.inFlight--;
      this.health.waitEnded(member.id, this.nowMs, kind === "hang" ? null : this.nowMs - startedMs);
      this.latencies.push(this.nowMs - startedMs);
      if (kind === "good") {
        this.health.succeeded(member.id);
        continue;
      }
      this.failed++;
      this.health.failed(member.id, kind === "hang" ? "gateway" : "server-error", kind === "hang" ? "time-out" : "status 500", this.nowMs);
    }
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

const ALL_KINDS: readonly LoadBalancingKind[] = ["roundRobin", "weighted", "random", "leastRequest", "peakEwma", "ringHash", "maglev"];

describe.each(SEEDS)("300 requests/s on few instances (seed %i)", (seed) => {
  test.each(["leastRequest", "peakEwma"] as const)(
    "1 of 4 that takes 200 ms longer gets at most 10 %% of the requests with %s (RELIABILITY 23)",
    (kind) => {
      const slow: Behaviour = (nowMs) => ({ kind: "good", latencyMs: nowMs < 10_000 ? 10 : 210 });
      const simulation = new Simulation(kind, [slow, good(), good(), good()], { seed }).run(10_000);
      simulation.run(10_000).forget();
      simulation.run(20_000);
      expect(simulation.share(0)).toBeLessThan(0.1);
      expect(simulation.failed).toBe(0);
    },
  );

  test.each(ALL_KINDS)(
    "1 of 4 that hangs is out of rotation within 10 s with %s, and the others stay as quick as they were (RELIABILITY 22)",
    (kind) => {
      const hanging: Behaviour = (nowMs) => (nowMs < 5_000 ? { kind: "good", latencyMs: 10 } : { kind: "hang" });
      const simulation = new Simulation(kind, [hanging, good(), good(), good()], { seed }).run(5_000);
      simulation.run(10_000);
      expect(simulation.health.ejectedUntilMs(endpoint(0).id)).not.toBeNull();
      expect(simulation.kinds()).toEqual(["instance-ejected"]);
      simulation.forget();
      simulation.run(10_000);
      expect(simulation.chosen[0]).toBe(0);
      const others = simulation.latencies.filter((latency) => latency < TIMEOUT_MS);
      expect(quantile(others, 0.99)).toBeLessThanOrEqual(15);
    },
  );

  test.each(ALL_KINDS)(
    "1 of 5 that always answers 500 is out within 2 s with %s, returns after 30 s, and is out longer the second time (RELIABILITY 18)",
    (kind) => {
      const simulation = new Simulation(kind, [() => ({ kind: "500", latencyMs: 10 }), good(), good(), good(), good()], { seed }).run(
        2_000,
      );
      simulation.forget();
      simulation.run(25_000);
      expect(simulation.chosen[0]).toBe(0);
      const even = ["ringHash", "maglev"].includes(kind) ? 0.06 : kind === "peakEwma" ? 0.15 : 0.03;
      for (const index of [1, 2, 3, 4]) expect(Math.abs(simulation.share(index) - 0.25)).toBeLessThan(even);
      simulation.run(23_000);
      expect(simulation.kinds()).toEqual(["instance-ejected", "instance-returned", "instance-ejected"]);
      const [first, , second] = simulation.events;
      expect((first?.untilMs ?? 0) - (first?.atMs ?? 0)).toBe(30_000);
      expect((second?.untilMs ?? 0) - (second?.atMs ?? 0)).toBe(60_000);
    },
  );

  test.each(ALL_KINDS)(
    "1 of 4 that is killed and comes back fails no request with %s, and has its share again at last (RELIABILITY 22)",
    (kind) => {
      const killed: Behaviour = (nowMs) => (nowMs >= 5_000 && nowMs < 15_000 ? { kind: "refused" } : { kind: "good", latencyMs: 10 });
      const simulation = new Simulation(kind, [killed, good(), good(), good()], { seed }).run(60_000);
      expect(simulation.failed).toBe(0);
      expect(simulation.kinds()).toEqual(["instance-ejected", "instance-returned"]);
      simulation.forget();
      simulation.run(20_000);
      expect(simulation.share(0)).toBeGreaterThan(0.12);
    },
  );

  test("1 of 4 that toggles every 500 ms for 60 s fails no request, and is at most one alert and one return a time (RELIABILITY 24)", () => {
    const toggling: Behaviour = (nowMs) =>
      nowMs < 60_000 && Math.floor(nowMs / 500) % 2 === 1 ? { kind: "refused" } : { kind: "good", latencyMs: 10 };
    const simulation = new Simulation("leastRequest", [toggling, good(), good(), good()], { seed }).run(120_000);
    expect(simulation.failed).toBe(0);
    expect(simulation.events.length).toBeLessThanOrEqual(4);
  });
});

test.each(ALL_KINDS)("a new instance gets its share over 10 s with %s, not at once", (kind) => {
  const simulation = new Simulation(kind, [good(), good(), good(), good()], { isFirstNew: true }).run(2_000);
  expect(simulation.share(0)).toBeGreaterThan(0);
  expect(simulation.share(0)).toBeLessThan(0.1);
  simulation.run(10_000).forget();
  simulation.run(10_000);
  expect(simulation.share(0)).toBeGreaterThan(0.15);
});
