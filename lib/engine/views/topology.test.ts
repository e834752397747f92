import { afterEach, expect, test } from "vitest";
import type { EdgeDelta } from "../../model/index.ts";
import { batch, closeAll, dial, openEngine, traffic, withWeb } from "../test-engine.fixture.ts";

afterEach(closeAll);

test("an edge tells refusals, retries, failovers, the share that is encrypted, and mirrored copies apart", async () => {
  const engine = await openEngine();
  await withWeb(engine);
  const proxy = await dial(engine);
  proxy.hello();
  await proxy.next("snapshot");
  const [edge] = traffic(1, 40).edges as readonly [EdgeDelta];
  const copies = { ...edge, mirror: true, callee: { service: "web", version: "1.1.0" } };
  const real = { ...edge, denied: 3, retries: 5, failovers: 2, encrypted: 27, plain: 9 };
  proxy.send({ kind: "telemetry", batch: batch(1, { edges: [real, copies] }) });
  await proxy.next("telemetry-ack");
  const { edges, services } = engine.engine.topology();
  expect(edges).toMatchObject([
    { to: { version: "1.0.0" }, requests: 40, denied: 3, retries: 5, failovers: 2, encrypted: 0.75, mirrored: 0 },
    { to: { version: "1.1.0" }, requests: 0, rps: 0, errorRate: null, encrypted: null },
  ]);
  expect(edges[1]?.mirrored).toBeGreaterThan(0);
  expect(services[0]?.versions.map(({ requests }) => requests)).toEqual([40, 0]);
  expect(engine.engine.mesh().rps).toBe(edges[0]?.rps);
});
