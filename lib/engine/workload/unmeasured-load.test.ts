import { expect, test } from "vitest";
import { batch } from "../test-engine.fixture.ts";
import { openMesh } from "./workload-mesh.fixture.ts";

test("instances that follow the load stay while figures of some proxy are missing, and go when all say that there is none", async () => {
  const mesh = await openMesh(["node-a", "node-b"]);
  const measure = async (seq: number, ...ids: readonly string[]) => {
    for (const proxyId of ids) {
      const proxy = mesh.proxies[proxyId === "node-a" ? 0 : 1];
      proxy?.send({ kind: "telemetry", batch: batch(seq, { proxyId, bootId: `boot-${proxyId}`, atMs: mesh.clock.wallMs() }) });
      await proxy?.next("telemetry-ack");
    }
    mesh.clock.advance(500);
  };
  await mesh.deploy({ replicas: 4, autoscale: { min: 1, max: 8, targetRps: 50, stabilisationMs: 0 } });
  mesh.settle();
  expect(mesh.shown().target).toBe(4);
  await measure(1, "node-a");
  expect(mesh.shown().target).toBe(4);
  await measure(2, "node-a", "node-b");
  expect(mesh.shown().target).toBe(1);
});
