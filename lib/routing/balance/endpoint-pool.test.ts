import { describe, expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, type InstanceId, type SnapshotEndpoint, type Version } from "../../model/index.ts";
import { createXorshift } from "../../std/index.ts";
import { EndpointPool, type MemberSource } from "./endpoint-pool.ts";
import { Member } from "./member.ts";
import { endpoint, pickOf } from "./members.fixture.ts";
import { planLevels } from "./plan-levels.ts";
import { mixHash } from "./stable-hash.ts";

class Source implements MemberSource {
  revision = 0;
  readonly #members = new Map<string, Member>();

  memberOf(of: SnapshotEndpoint): Member {
    const member = this.#members.get(of.id) ?? new Member(of);
    this.#members.set(of.id, member);
    return member;
  }

  set(suffix: string, isHealthy: boolean): void {
    for (const [id, member] of this.#members) if (id.endsWith(suffix)) member.isHealthy = isHealthy;
    this.revision++;
  }
}

const PRIMARY = ["p1", "p2", "p3"].map((name) => endpoint(name, { zone: "a" }));
const SECONDARY = endpoint("s1", { zone: "b" });

function poolOf(kind: "leastRequest" | "ringHash" = "leastRequest", endpoints: readonly SnapshotEndpoint[] = [...PRIMARY, SECONDARY]) {
  const source = new Source();
  const pool = new EndpointPool(source);
  const policy = { loadBalancing: { ...DEFAULT_TRAFFIC_POLICY.loadBalancing, zonePreference: true }, failover: [] };
  pool.update(planLevels({ version: "1.0.0" as Version, endpoints, zone: "a", policy, mayMeet: () => true }), kind, 50);
  return { source, pool };
}

function shareOf(pool: EndpointPool, suffix: string, draws = 4_000): number {
  const random = createXorshift(5);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) if (pool.choose(pickOf({ random }))?.id.endsWith(suffix)) hits++;
  return hits / draws;
}

describe("a pool with 3 primary instances and 1 secondary", () => {
  test("spills over and returns as RELIABILITY 21 has it", () => {
    const { pool, source } = poolOf();
    expect(shareOf(pool, "s1")).toBe(0);
    for (const name of ["p1", "p2", "p3"]) source.set(name, false);
    expect(shareOf(pool, "s1")).toBe(1);
    expect(pool.lastIsAway).toBe(true);
    source.set("p2", true);
    expect(Math.abs(shareOf(pool, "p2") - 2 / 3)).toBeLessThan(0.03);
    source.set("p1", true);
    expect(shareOf(pool, "s1")).toBe(0);
    expect(pool.lastIsAway).toBe(false);
  });

  test("panics when there is nowhere else: all instances get requests, and stop when it is over", () => {
    const { pool, source } = poolOf();
    for (const name of ["p1", "p2", "p3", "s1"]) source.set(name, false);
    expect(pool.isPanic).toBe(true);
    for (const name of ["p1", "p2", "p3", "s1"]) expect(shareOf(pool, name)).toBeGreaterThan(0.2);
    source.set("s1", true);
    expect(pool.isPanic).toBe(false);
    expect(shareOf(pool, "s1")).toBe(1);
  });

  test("sends another attempt to the next level when its own has nothing more", () => {
    const { pool } = poolOf();
    const excluded = new Set<InstanceId>(PRIMARY.map(({ id }) => id));
    expect(pool.choose(pickOf({ excluded }))?.id).toBe(SECONDARY.id);
    expect(pool.choose(pickOf({ excluded: new Set([...excluded, SECONDARY.id]) }))).toBeUndefined();
  });

  test("keeps a key at its instance while the shares stay", () => {
    const { pool, source } = poolOf("ringHash");
    for (const name of ["p1", "p2"]) source.set(name, false);
    const found = () => Array.from({ length: 200 }, (_, key) => pool.choose(pickOf({ hash: mixHash(key, 1), seed: key }))?.id);
    expect(new Set(found()).size).toBe(2);
    expect(found()).toEqual(found());
  });

  test("counts no failover where the caller's zone has no instance at all", () => {
    const { pool } = poolOf("leastRequest", [SECONDARY]);
    expect(pool.choose(pickOf())?.id).toBe(SECONDARY.id);
    expect(pool.lastIsAway).toBe(false);
  });

  test("asks nobody when it has no instances", () => {
    expect(poolOf("leastRequest", []).pool.choose(pickOf())).toBeUndefined();
  });
});

test("10 instances of one zone: 4 bad ones get 0 requests, with 6 bad ones all 10 get some (RELIABILITY 19)", () => {
  const names = Array.from({ length: 10 }, (_, index) => `x${index}`);
  const { pool, source } = poolOf(
    "leastRequest",
    names.map((name) => endpoint(name, { zone: "a" })),
  );
  for (const name of names.slice(0, 4)) source.set(name, false);
  for (const name of names.slice(0, 4)) expect(shareOf(pool, name)).toBe(0);
  for (const name of names.slice(4, 6)) source.set(name, false);
  expect(pool.isPanic).toBe(true);
  for (const name of names) expect(shareOf(pool, name)).toBeGreaterThan(0.05);
});
