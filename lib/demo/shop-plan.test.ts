import { afterAll, beforeAll, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { command, TEST_AUTHOR } from "../testing/index.ts";
import { createLoadGenerator, type LoadGenerator } from "./load-generator.ts";
import { openShopMesh, type ShopMesh } from "./shop-mesh.fixture.ts";

let shop: ShopMesh;
let load: LoadGenerator;

beforeAll(async () => {
  shop = await openShopMesh();
  const { ingressPort } = shop;
  load = createLoadGenerator({ ingressPort, clock: systemClock, random: createXorshift(3), targetRps: 0 });
});

afterAll(async () => {
  load.stop();
  await shop.close();
});

const plan = () => [...shop.mesh.engine.state().plans.values()].at(-1);
const answered = (count: number) => expect.poll(() => load.status().sent, { timeout: 20_000 }).toBeGreaterThan(count);

test("checkout goes to 2.0.0 and payments to 3.0.0 and both come back, under traffic, without a failed request", {
  timeout: 60_000,
}, async () => {
  await expect.poll(() => shop.mesh.engine.ready(), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => shop.mesh.engine.instances().every(({ outbound }) => outbound !== null), { timeout: 10_000 }).toBe(true);
  load.setTarget(60);
  await answered(60);
  expect(load.status().failed).toBe(0);

  const target = { checkout: "2.0.0", payments: "3.0.0" };
  await shop.mesh.apply({ kind: "plan.create", target, avoid: [], prefer: "steps" });
  expect(plan()?.waves.map(({ steps }) => steps.map(({ service }) => service))).toEqual([["checkout"], ["payments"]]);
  const verb = (kind: string) => shop.mesh.apply({ kind: kind as "plan.execute", plan: plan()?.id });
  await verb("plan.execute");
  await expect.poll(() => plan()?.state, { timeout: 20_000 }).toBe("done");
  expect([shop.weights("checkout"), shop.weights("payments")]).toEqual([{ "2.0.0": 10_000 }, { "3.0.0": 10_000 }]);
  await answered(load.status().sent + 60);

  const alone = await shop.mesh.engine.execute(
    command({ kind: "rollback", service: "checkout", rev: shop.mesh.engine.split("checkout" as never)?.rev }),
    TEST_AUTHOR,
  );
  expect(alone).toMatchObject({ ok: false, error: { closure: { steps: [{ service: "payments" }, { service: "checkout" }] } } });

  await verb("plan.reverse");
  await expect.poll(() => plan()?.state, { timeout: 20_000 }).toBe("reversed");
  expect([shop.weights("checkout"), shop.weights("payments")]).toEqual([{ "1.4.0": 10_000 }, { "2.3.0": 10_000 }]);
  await answered(load.status().sent + 60);
  load.setTarget(0);
  expect(load.status().failed).toBe(0);
});
