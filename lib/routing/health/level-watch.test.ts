import { expect, test } from "vitest";
import type { ServiceName, SnapshotEndpoint, Version } from "../../model/index.ts";
import { EndpointPool } from "../balance/endpoint-pool.ts";
import { endpoint } from "../balance/members.fixture.ts";
import { planLevels } from "../balance/plan-levels.ts";
import { at, healthOf, policyOf } from "./health.fixture.ts";
import type { HealthNote } from "./health-note.ts";
import { LevelWatch } from "./level-watch.ts";

const VERSION = "1.0.0" as Version;

/** A watched pool of `shop@1.0.0` for a caller in zone `a`, with instances to be avoided by position. */
function watched(endpoints: readonly SnapshotEndpoint[], failover: Parameters<typeof planLevels>[0]["policy"]["failover"] = []) {
  const { health, idOf } = healthOf(endpoints, policyOf({}, { slowStartMs: 0 }));
  const pool = new EndpointPool(health);
  const loadBalancing = { kind: "leastRequest", hashOn: { kind: "source" }, zonePreference: true } as const;
  pool.update(
    planLevels({ version: VERSION, endpoints, zone: "a", policy: { loadBalancing, failover }, mayMeet: () => true }),
    "leastRequest",
    50,
  );
  const notes: HealthNote[] = [];
  const watch = new LevelWatch("shop" as ServiceName, VERSION, (note) => notes.push(note));
  return {
    notes,
    /** Lets these fail at `nowMs` for a second, and looks. */
    look(nowMs: number, failing: readonly number[]) {
      health.tick(at(nowMs));
      for (const index of failing) health.avoid(idOf(index), nowMs + 1_000, nowMs);
      watch.step(pool, nowMs);
    },
  };
}

const THREE_AND_ONE = [endpoint(0, { zone: "a" }), endpoint(1, { zone: "a" }), endpoint(2, { zone: "a" }), endpoint(3, { zone: "b" })];

test("a failover is noted when it starts and when it ends, not while its extent changes", () => {
  const { look, notes } = watched(THREE_AND_ONE);
  for (const [nowMs, failing] of [
    [0, []],
    [1_000, [0]],
    [2_000, [0, 1]],
    [3_000, [0, 1, 2]],
    [4_000, [0, 1]],
    [5_000, [0]],
    [6_000, []],
  ] as const)
    look(nowMs, failing);
  expect(notes.map(({ kind, reason }) => [kind, reason])).toEqual([
    ["failover", "2 of 3 instances of shop@1.0.0 in zone a are unhealthy: its requests go 33 % to zone b."],
    ["failover-ended", "Requests for shop@1.0.0 go where they prefer again."],
  ]);
});

test("panic is noted with how many are healthy", () => {
  const { look, notes } = watched([0, 1, 2, 3].map((index) => endpoint(index, { zone: "a" })));
  look(0, [0, 1]);
  look(2_000, [0, 1, 2]);
  look(4_000, []);
  expect(notes.map(({ kind, reason }) => [kind, reason])).toEqual([
    ["panic", "Only 1 of 4 instances of shop@1.0.0 are healthy and there is nowhere else to go: all of them get requests."],
    ["panic-ended", "4 of 4 instances of shop@1.0.0 are healthy: only these get requests."],
  ]);
});

test("a version without instances that is served by another is a failover", () => {
  const { look, notes } = watched([endpoint("old", { version: "0.9.0" as Version })], [{ kind: "version", version: "0.9.0" }]);
  look(0, []);
  expect(notes.map(({ reason }) => reason)).toEqual(["shop@1.0.0 has no instance: its requests go 100 % to version 0.9.0."]);
});

test("a zone that has no instance of the version is nothing to note", () => {
  const { look, notes } = watched([endpoint(0, { zone: "b" }), endpoint(1, { zone: "c" })]);
  look(0, []);
  expect(notes).toEqual([]);
});
