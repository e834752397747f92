import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openCertificateAuthority, openIdentityStorage } from "../identity/index.ts";
import { createLeaseRegistry, openRuntimeStorage, type SnapshotVersions } from "../registry/index.ts";
import { createXorshift, err, invariant } from "../std/index.ts";
import { type EventStore, openEventStore, StoreWriteError } from "../store/index.ts";
import { openTelemetryStore, type TelemetryStore } from "../telemetry/index.ts";
import { command, createFakeClock, staticInstance, TEST_AUTHOR } from "../testing/index.ts";
import { createMeshEngine } from "./create-mesh-engine.ts";
import { createHealthLog } from "./health-log.ts";
import { createMeshLog } from "./mesh-log.ts";
import { openChannels } from "./open-channels.ts";
import { dialAsProxy } from "./proxies/test-proxy.fixture.ts";
import { closeAll, closers, traffic } from "./test-engine.fixture.ts";

afterEach(closeAll);

/** An engine over real stores, each of which a test may let fail. */
async function openFaultyEngine(break_: {
  store?: (store: EventStore) => EventStore;
  telemetry?: (store: TelemetryStore) => TelemetryStore;
  snapshotVersions?: (versions: SnapshotVersions) => SnapshotVersions;
}) {
  const dir = mkdtempSync(join(tmpdir(), "interlock-faults-"));
  closers.push(async () => rmSync(dir, { recursive: true, force: true }));
  const clock = createFakeClock();
  const store = openEventStore(dir, clock);
  const telemetry = openTelemetryStore({ dir, clock, onLimit: () => {} });
  const runtime = openRuntimeStorage(dir, () => {});
  invariant(store.ok && telemetry.ok && runtime.ok, "the stores open");
  const leases = createLeaseRegistry({ clock, storage: runtime.value.leases });
  closers.push(async () => {
    for (const part of [leases, store.value, telemetry.value, runtime.value]) part.close();
  });
  const storage = openIdentityStorage(dir, () => {});
  const wallMs = () => clock.wallMs();
  const settings = { trustDomain: "interlock.local", svidTtlMs: 3_600_000, wallMs, mustExist: false, rotation: null, bundleVersion: 1 };
  const authority = openCertificateAuthority({ dir, kek: { kind: "own" }, ...settings });
  invariant(storage.ok && authority.ok, "the identity stores open");
  closers.push(async () => storage.value.close());
  const faults: unknown[] = [];
  const fetchKeys = async () => err("There is no network.");
  const health = createHealthLog(clock);
  const channels = openChannels({
    dir,
    clock,
    random: createXorshift(1),
    health,
    kek: { kind: "own" },
    oldKek: undefined,
    notify: {},
    version: "0.0.0",
    onFault: (error) => faults.push(error),
  });
  invariant(channels.ok, "the channels' store opens");
  closers.push(async () => channels.value.close());
  const eventStore = break_.store?.(store.value) ?? store.value;
  const proxySocket = join(dir, "proxies.sock");
  const engine = await createMeshEngine({
    clock,
    random: createXorshift(1),
    store: eventStore,
    log: createMeshLog(eventStore),
    identity: { authority: authority.value, storage: storage.value, fetchKeys, whyNoKeys: () => null },
    telemetry: break_.telemetry?.(telemetry.value) ?? telemetry.value,
    leases,
    snapshotVersions: break_.snapshotVersions?.(runtime.value.snapshotVersions) ?? runtime.value.snapshotVersions,
    channels: channels.value.desk,
    health,
    proxySocket,
    egress: [],
    reservedPorts: [],
    data: { bytes: () => 0, limitBytes: 1 },
    version: "0.0.0",
    onFault: (error) => faults.push(error),
  });
  closers.push(() => engine.close());
  return { engine, clock, faults, proxySocket };
}

/** The same object but for some members. */
function except<T extends object>(value: T, members: Partial<T>): T {
  return new Proxy(value, {
    get(target, key) {
      const source = Reflect.has(members, key) ? members : target;
      const member: unknown = Reflect.get(source, key, source);
      return typeof member === "function" ? member.bind(source) : member;
    },
  });
}

const register = command({ kind: "service.register", service: "web", hosts: [] });

test("a change that could not be written is refused, and the state stays as it was", async () => {
  const fail = () => {
    throw new StoreWriteError("the disk is full");
  };
  const { engine } = await openFaultyEngine({ store: (store) => except(store, { append: fail, recall: fail, remember: fail }) });
  const before = engine.state();
  const refused = await engine.execute(register, TEST_AUTHOR);
  expect(refused).toMatchObject({ ok: false, error: { code: "engine.read-only", detail: "the disk is full" } });
  expect(engine.state()).toBe(before);
  expect(engine.recall("key", "hash")).toBeUndefined();
  engine.remember("key", null);
});

test("a change stays acknowledged when only the fold could not be put aside", async () => {
  const saveStateSnapshot = () => {
    throw new StoreWriteError("the disk is full");
  };
  const { engine } = await openFaultyEngine({ store: (store) => except(store, { saveStateSnapshot }) });
  expect(await engine.execute(register, TEST_AUTHOR)).toMatchObject({ ok: true });
  await engine.close();
});

test("a watcher that fails costs nobody the change, and is reported", async () => {
  const { engine, faults } = await openFaultyEngine({});
  engine.watch(() => {
    throw new Error("watcher");
  });
  expect(await engine.execute(register, TEST_AUTHOR)).toMatchObject({ ok: true });
  expect(faults).toHaveLength(1);
});

test("figures that could not be kept are not acknowledged until they are", async () => {
  let failures = 1;
  const { clock, faults, proxySocket } = await openFaultyEngine({
    telemetry: (store) =>
      except(store, {
        accept(batch) {
          if (failures-- > 0) throw new Error("the disk is full");
          return store.accept(batch);
        },
      }),
  });
  const proxy = await dialAsProxy(proxySocket);
  closers.push(() => proxy.close());
  proxy.hello();
  await proxy.next("snapshot");
  proxy.send({ kind: "telemetry", batch: traffic(1, 10) });
  await expect.poll(() => faults.length).toBe(1);
  expect(proxy.waiting.map(({ kind }) => kind)).toEqual(["trust"]);
  clock.advance(1_000);
  expect(await proxy.next("telemetry-ack")).toMatchObject({ seq: 1 });
});

test("a change whose snapshot cannot be numbered stays made, counts as not accepted, and reaches the proxies once it can", async () => {
  let isBroken = false;
  const { engine, clock, faults, proxySocket } = await openFaultyEngine({
    snapshotVersions: (versions) =>
      except(versions, {
        next() {
          if (isBroken) throw new Error("the disk is full");
          return versions.next();
        },
      }),
  });
  const proxy = await dialAsProxy(proxySocket);
  closers.push(() => proxy.close());
  proxy.hello();
  const { snapshot } = await proxy.next("snapshot");
  const accepted = engine.accepted(snapshot.version, 500);
  proxy.send({ kind: "ack", version: snapshot.version });
  expect(await accepted).toBe(true);

  isBroken = true;
  const applied = await engine.execute(register, TEST_AUTHOR);
  expect(faults).toHaveLength(1);
  const version = applied.ok ? (applied.value.snapshotVersion ?? 0) : 0;
  const late = engine.accepted(version, 500);
  clock.advance(500);
  expect(await late).toBe(false);
  isBroken = false;
  clock.advance(500);
  expect((await proxy.next("delta")).delta.upserts.map(({ name }) => name)).toEqual(["web"]);
});

test("a plan stays where it is while nothing can be written, however long, and goes on after that", async () => {
  let isFull = false;
  const append: EventStore["append"] = (...args) => {
    if (isFull) throw new StoreWriteError("The disk is full.");
    return real.append(...args);
  };
  let real: EventStore = undefined as unknown as EventStore;
  const store = (opened: EventStore) => {
    real = opened;
    return except(opened, { append });
  };
  const { clock, engine } = await openFaultyEngine({ store });
  const apply = async (plain: Parameters<typeof command>[0]) => {
    expect(await engine.execute(command(plain), TEST_AUTHOR)).toMatchObject({ ok: true });
  };
  await apply({ kind: "service.register", service: "web", hosts: [] });
  for (const [version, port] of [
    ["1.0.0", 9_001],
    ["2.0.0", 9_002],
  ] as const) {
    await apply({ kind: "version.register", service: "web", version, requirements: {} });
    await apply(staticInstance("web", version, port));
  }
  await apply({ kind: "plan.create", target: { web: "2.0.0" }, avoid: [], prefer: "steps" });
  engine.watch((notice) => {
    if (notice.kind === "change" && notice.change.kind === "plan.execute") isFull = true;
  });
  const plan = () => {
    const [only] = engine.state().plans.values();
    invariant(only !== undefined, "there is a plan");
    return only;
  };
  await apply({ kind: "plan.execute", plan: plan().id });
  await expect.poll(() => engine.plans.waitsFor(plan())).toBe("The disk is full.");
  for (let half = 0; half < 300; half++) clock.advance(500);
  expect(plan()).toMatchObject({ state: "running", wavesDone: 0 });
  isFull = false;
  clock.advance(500);
  await expect.poll(() => plan().wavesDone).toBe(1);
});
