import { afterEach, describe, expect, test } from "vitest";
import type { DrainingVersion, SnapshotDelta } from "../model/index.ts";
import { createFakeClock, type FakeClock, serviceName, staticInstance, type TestEngine, versionName } from "../testing/index.ts";
import type { TestProxy } from "./proxies/test-proxy.fixture.ts";
import { closeAll, closers, dial, isAcceptance, noticed, openEngine, shiftTo, traffic, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

const NEW = "1.2.0";

/** Web at 1.0.0, with a new version whose instance no proxy has heard of. */
async function openMesh(): Promise<{ readonly clock: FakeClock; readonly mesh: TestEngine }> {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  await mesh.apply({ kind: "version.register", service: "web", version: NEW, requirements: {} });
  return { clock, mesh };
}

/** A proxy that has acknowledged all that it was sent. */
async function connect(mesh: TestEngine, proxyId = "node-a", draining?: readonly DrainingVersion[]): Promise<TestProxy> {
  const proxy = await dial(mesh);
  proxy.hello({ proxyId, node: proxyId, bootId: `boot-${proxyId}` });
  const { snapshot } = await proxy.next("snapshot");
  await acknowledge(mesh, proxy, snapshot.version, draining);
  return proxy;
}

async function acknowledge(mesh: TestEngine, proxy: TestProxy, version: number, draining: readonly DrainingVersion[] = []): Promise<void> {
  const told = noticed(mesh, isAcceptance);
  proxy.send({ kind: "ack", version, draining });
  await told;
}

async function refuse(mesh: TestEngine, proxy: TestProxy, version: number): Promise<void> {
  const told = noticed(mesh, isAcceptance);
  proxy.send({ kind: "nack", version, code: "snapshot.invalid", detail: "It does not compile." });
  await told;
}

/** All traffic to the new version, at the moment in which its first instance appears. */
async function shift(mesh: TestEngine): Promise<number> {
  await mesh.apply(staticInstance("web", NEW, 9_002));
  const applied = await shiftTo(mesh, { [NEW]: 10_000 });
  if (!applied.ok || applied.value.snapshotVersion === null) throw new Error("the shift was refused");
  return applied.value.snapshotVersion;
}

const phasesOf = (mesh: TestEngine) =>
  Object.fromEntries((mesh.engine.split(serviceName("web"))?.phases ?? []).map(({ phase, state }) => [phase, state]));
const proofOf = (mesh: TestEngine, phase: string) =>
  mesh.engine.split(serviceName("web"))?.phases.find((each) => each.phase === phase)?.proof;
const weightsIn = (delta: SnapshotDelta) => delta.upserts.find(({ name }) => name === "web")?.weights;
const requests = (count: number): readonly DrainingVersion[] =>
  count === 0 ? [] : [{ service: serviceName("web"), version: versionName("1.0.0"), requests: count }];

describe("a change of weights", () => {
  test("sends the instances first, the weights once they are acknowledged, and is over when the old version has drained", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    const ticket = await shift(mesh);
    const accepted = mesh.engine.accepted(ticket, 500);
    const endpoints = (await proxy.next("delta")).delta;
    expect(weightsIn(endpoints)).toEqual({ "1.0.0": 10_000 });
    expect(endpoints.upserts[0]?.endpoints.map(({ version }) => version)).toContain(NEW);
    expect(phasesOf(mesh)).toEqual({ ready: "done", acknowledged: "running", weight: "waiting", drain: "waiting" });
    expect(proofOf(mesh, "ready")).toBe(`1 ready instance of ${NEW}.`);

    await acknowledge(mesh, proxy, endpoints.version);
    const weights = (await proxy.next("delta")).delta;
    expect(weightsIn(weights)).toEqual({ [NEW]: 10_000 });
    expect(phasesOf(mesh)).toEqual({ ready: "done", acknowledged: "done", weight: "running", drain: "waiting" });

    await acknowledge(mesh, proxy, weights.version, requests(3));
    expect(await accepted).toBe(true);
    expect(phasesOf(mesh)).toEqual({ ready: "done", acknowledged: "done", weight: "done", drain: "running" });
    expect(proofOf(mesh, "drain")).toBe("3 requests are under way to 1.0.0.");

    const told = noticed(mesh, isAcceptance);
    proxy.send({ kind: "draining", versions: [] });
    await told;
    expect(phasesOf(mesh)).toEqual({ ready: "done", acknowledged: "done", weight: "done", drain: "done" });
  });

  test("to instances that every proxy knows goes out at once", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    await shiftTo(mesh, { "1.1.0": 10_000 });
    expect(weightsIn((await proxy.next("delta")).delta)).toEqual({ "1.1.0": 10_000 });
    expect(phasesOf(mesh)).toMatchObject({ acknowledged: "done", weight: "running" });
  });

  test("that a later one follows is let go before it, and both end in the later weights", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    await shift(mesh);
    const back = await shiftTo(mesh, { "1.0.0": 10_000 });
    expect(back.ok).toBe(true);
    const endpoints = (await proxy.next("delta")).delta;
    expect(weightsIn(endpoints)).toEqual({ "1.0.0": 10_000 });
    await acknowledge(mesh, proxy, endpoints.version);
    expect(weightsIn((await proxy.next("delta")).delta)).toEqual({ "1.0.0": 10_000 });
    expect(mesh.engine.split(serviceName("web"))?.weights).toEqual({ "1.0.0": 10_000 });
  });
});

describe("when ready fails", () => {
  test("a version without an instance gets no weight, and the phases stay those of the last change", async () => {
    const { mesh } = await openMesh();
    await connect(mesh);
    const before = mesh.engine.split(serviceName("web"))?.phases;
    expect(await shiftTo(mesh, { [NEW]: 10_000 })).toMatchObject({ ok: false, error: { code: "split.no-ready-instance" } });
    expect(mesh.engine.split(serviceName("web"))?.phases).toEqual(before);
  });

  test("an instance that dies while its weights wait shows it", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    const lease = { version: versionName(NEW), address: "127.0.0.1", port: 9_003, ttlMs: 5_000 };
    const registered = mesh.engine.registerLease(serviceName("web"), lease);
    if (!registered.ok) throw new Error("no lease");
    const { delta } = await proxy.next("delta");
    await shiftTo(mesh, { [NEW]: 10_000 });
    mesh.engine.removeLease(registered.value.id);
    expect(phasesOf(mesh)).toMatchObject({ ready: "failed", weight: "waiting" });
    expect(proofOf(mesh, "ready")).toBe(`web ${NEW} has no ready instance.`);
    await acknowledge(mesh, proxy, delta.version);
    expect(phasesOf(mesh)).toMatchObject({ ready: "failed", weight: "running" });
  });
});

describe("when acknowledged fails", () => {
  test("a proxy that refuses the instances holds the weights back for half a second, and is named", async () => {
    const { clock, mesh } = await openMesh();
    const proxy = await connect(mesh);
    const accepted = mesh.engine.accepted(await shift(mesh), 400);
    await refuse(mesh, proxy, (await proxy.next("delta")).delta.version);
    clock.advance(499);
    expect(await accepted).toBe(false);
    expect(phasesOf(mesh)).toMatchObject({ acknowledged: "running", weight: "waiting" });
    clock.advance(1);
    expect((await proxy.next("snapshot")).snapshot.services["web"]?.weights).toEqual({ [NEW]: 10_000 });
    expect(phasesOf(mesh)).toMatchObject({ acknowledged: "failed" });
    expect(proofOf(mesh, "acknowledged")).toContain("node-a refused snapshot");
  });

  test("a proxy that dies holds nothing back, and proves it when it is there again", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    await shift(mesh);
    const lost = noticed(mesh, isAcceptance);
    await proxy.close();
    await lost;
    expect(phasesOf(mesh)).toMatchObject({ acknowledged: "running", weight: "running" });
    expect(proofOf(mesh, "weight")).toBe("No proxy is connected.");
    await connect(mesh);
    expect(phasesOf(mesh)).toEqual({ ready: "done", acknowledged: "done", weight: "done", drain: "done" });
  });

  test("an engine that restarts sends the weights with the instances, and proves each phase anew", async () => {
    const { mesh } = await openMesh();
    await connect(mesh);
    await shift(mesh);
    const again = await mesh.reopen();
    closers.push(() => again.remove());
    expect(phasesOf(again)).toMatchObject({ ready: "done", acknowledged: "running", weight: "running" });
    await connect(again, "node-a", requests(1));
    expect(phasesOf(again)).toEqual({ ready: "done", acknowledged: "done", weight: "done", drain: "running" });
  });
});

describe("when weight fails", () => {
  test("a proxy that refuses the weights is named, and the phase is done once it takes them", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    await shiftTo(mesh, { "1.1.0": 10_000 });
    await refuse(mesh, proxy, (await proxy.next("delta")).delta.version);
    expect(phasesOf(mesh)).toMatchObject({ weight: "failed", drain: "waiting" });
    expect(proofOf(mesh, "weight")).toContain("It does not compile.");
    await mesh.apply({ kind: "service.register", service: "other", hosts: [] });
    await acknowledge(mesh, proxy, (await proxy.next("snapshot")).snapshot.version);
    expect(phasesOf(mesh)).toMatchObject({ weight: "done", drain: "done" });
  });

  test("a proxy that dies is not waited for", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    const other = await connect(mesh, "node-b");
    await shiftTo(mesh, { "1.1.0": 10_000 });
    await acknowledge(mesh, proxy, (await proxy.next("delta")).delta.version);
    expect(proofOf(mesh, "weight")).toMatch(/is not acknowledged by node-b\.$/);
    const lost = noticed(mesh, isAcceptance);
    await other.close();
    await lost;
    expect(proofOf(mesh, "weight")).toMatch(/^1 proxy serves rev \d+\.$/);
  });
});

describe("when drain fails", () => {
  test("requests of a proxy that dies are gone with it", async () => {
    const { mesh } = await openMesh();
    const proxy = await connect(mesh);
    const other = await connect(mesh, "node-b");
    await shiftTo(mesh, { "1.1.0": 10_000 });
    await acknowledge(mesh, proxy, (await proxy.next("delta")).delta.version);
    await acknowledge(mesh, other, (await other.next("delta")).delta.version, requests(2));
    expect(phasesOf(mesh)).toMatchObject({ weight: "done", drain: "running" });
    const lost = noticed(mesh, isAcceptance);
    await other.close();
    await lost;
    expect(phasesOf(mesh)).toMatchObject({ drain: "done" });
  });

  test("a proxy that does not count is believed by its silence alone", async () => {
    const { clock, mesh } = await openMesh();
    const proxy = await connect(mesh);
    await shiftTo(mesh, { "1.1.0": 10_000 });
    const told = noticed(mesh, isAcceptance);
    proxy.send({ kind: "ack", version: (await proxy.next("delta")).delta.version });
    await told;
    expect(phasesOf(mesh)).toMatchObject({ weight: "done", drain: "running" });
    clock.advance(14_000);
    const ended = noticed(mesh, ({ kind }) => kind === "figures");
    proxy.send({ kind: "telemetry", batch: { ...traffic(1, 5), bootId: "boot-node-a" } });
    await proxy.next("telemetry-ack");
    clock.advance(2_000);
    await ended;
    expect(phasesOf(mesh)).toMatchObject({ drain: "running" });
    clock.advance(16_000);
    expect(phasesOf(mesh)).toMatchObject({ drain: "done" });
    expect(proofOf(mesh, "drain")).toMatch(/^By silence: /);
  });
});
