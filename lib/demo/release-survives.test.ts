import { afterEach, expect, test } from "vitest";
import type { ApiClient } from "../client/index.ts";
import { closeProcessMesh, startCart } from "./process-mesh.fixture.ts";

afterEach(closeProcessMesh);

async function history(client: ApiClient, id: string) {
  return (await client.call("GET /api/v1/releases/{id}", { params: { id } })).history;
}

test("an engine that is killed at each transition of a release carries it on, up and back, skips no step, and no request fails", {
  timeout: 150_000,
}, async () => {
  const { client, statuses, supervisor } = await startCart(0);
  const steps = [1_000, 2_000, 3_500, 5_000, 7_500].map((weightBp) => ({ weightBp, pauseMs: 2_000 }));
  const body = {
    service: "cart",
    version: "1.1.0",
    strategy: { kind: "canary" as const, steps: [...steps, { weightBp: 10_000 }] },
    judge: { minRequests: 0 },
  };
  const { id } = await client.call("POST /api/v1/releases", { body });
  let kills = 0;
  async function killedUntil(end: string): Promise<void> {
    let seen = "";
    const step = async () => {
      const release = await client.call("GET /api/v1/releases/{id}", { params: { id } }).catch(() => null);
      const place = `${release?.state} ${release?.step} ${release?.weightBp}`;
      if (release === null || place === seen) return release?.state;
      seen = place;
      const pid = supervisor.pids().get("engine");
      if (pid !== undefined && release.state !== end) {
        process.kill(pid, "SIGKILL");
        kills++;
      }
      return release.state;
    };
    await expect.poll(step, { timeout: 90_000, interval: 20 }).toBe(end);
  }
  await killedUntil("succeeded");
  const up = (await history(client, id)).map(({ step, weightBp }) => [step, weightBp]);
  expect(up).toEqual([
    [0, 1_000],
    [1, 2_000],
    [2, 3_500],
    [3, 5_000],
    [4, 7_500],
    [5, 10_000],
    [5, 10_000],
  ]);
  await client.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb: "rollback-gradually" }, body: { reason: "back" } });
  await killedUntil("rolled-back");
  expect(kills).toBeGreaterThanOrEqual(5);
  const all = await history(client, id);
  expect(all.slice(up.length).map(({ weightBp }) => weightBp)).toEqual([7_500, 5_000, 3_500, 2_000, 1_000, 0, 0]);
  const split = await client.call("GET /api/v1/services/{service}/split", { params: { service: "cart" } });
  expect(split.weights).toEqual({ "1.0.0": 10_000 });
  const changes = (await client.call("GET /api/v1/changes", { query: { limit: 200, service: "cart" } })).items;
  expect(changes.filter(({ kind }) => kind.startsWith("release."))).toHaveLength(all.length);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

test("a bad version is rolled back by the judge, with nobody at it, and gets no request after that", { timeout: 90_000 }, async () => {
  const { client, seen } = await startCart(0.3);
  const strategy = { kind: "canary" as const, steps: [{ weightBp: 5_000, pauseMs: 600_000 }, { weightBp: 10_000 }] };
  const { id } = await client.call("POST /api/v1/releases", { body: { service: "cart", version: "1.1.0", strategy } });
  const look = () => client.call("GET /api/v1/releases/{id}", { params: { id } });
  await expect.poll(async () => (await look()).state, { timeout: 60_000 }).toBe("rolled-back");
  const release = await look();
  expect(release).toMatchObject({ movedBy: "judge", weightBp: 0, because: expect.stringContaining("1.1.0 has") });
  expect(release.history.at(-2)?.sentence).toMatch(/^Rolled back by the judge: Errors/);
  seen.length = 0;
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(20);
  expect(seen).not.toContain("1.1.0");
});
