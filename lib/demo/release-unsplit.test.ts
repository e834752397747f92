import { afterEach, expect, test } from "vitest";
import type { ApiClient } from "../client/index.ts";
import { CART, closeProcessMesh, startCart, startLoad } from "./process-mesh.fixture.ts";

afterEach(closeProcessMesh);

const JUDGED = { timeout: 60_000 } as const;

async function start(client: ApiClient, strategy: Record<string, unknown>) {
  const body = { service: "cart", version: "1.1.0", strategy: strategy as never };
  const { id } = await client.call("POST /api/v1/releases", { body });
  return () => client.call("GET /api/v1/releases/{id}", { params: { id } });
}

test("a shadow is judged by the copies that it got, and no answer of a bad version reaches a caller", { timeout: 90_000 }, async () => {
  const { client, seen, statuses } = await startCart(0.3);
  const look = await start(client, { kind: "shadow", percent: 100 });
  await expect.poll(() => seen.includes("1.1.0"), JUDGED).toBe(true);
  await expect.poll(async () => (await look()).state, JUDGED).toBe("rolled-back");
  expect(await look()).toMatchObject({ movedBy: "judge", weightBp: 0, because: expect.stringContaining("1.1.0 has") });
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  seen.length = 0;
  await expect.poll(() => seen.length, JUDGED).toBeGreaterThan(20);
  expect(seen).not.toContain("1.1.0");
});

test("a release to those that match is judged by them against the rest, and they go back to the version that works", {
  timeout: 90_000,
}, async () => {
  const { client, ingressPort, statuses } = await startCart(0.3);
  const chosen = startLoad(ingressPort, CART, { "x-beta": "1" });
  const match = { headers: [{ name: "x-beta", value: "1" }] };
  const look = await start(client, { kind: "ab", match });
  await expect.poll(() => chosen.filter((status) => status === 500).length, JUDGED).toBeGreaterThan(3);
  await expect.poll(async () => (await look()).state, JUDGED).toBe("rolled-back");
  expect(await look()).toMatchObject({ movedBy: "judge", because: expect.stringContaining("1.1.0 has") });
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  chosen.length = 0;
  await expect.poll(() => chosen.length, JUDGED).toBeGreaterThan(20);
  expect(chosen.filter((status) => status !== 200)).toEqual([]);
});
