import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Instance, InstanceId, ServiceName, Version } from "../model/index.ts";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { createLeaseRegistry, type LeaseRegistry, openRuntimeStorage, type RuntimeStorage } from "./index.ts";

const TTL = 3_000;

let dir: string;
let clock: FakeClock;
let storage: RuntimeStorage;
let registry: LeaseRegistry;
let expired: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-registry-"));
  clock = createFakeClock({ monotonicMs: 1_000_000 });
  start();
});

afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

function openStorage(onDamaged: (sentence: string) => void = () => {}): RuntimeStorage {
  const opened = openRuntimeStorage(dir, onDamaged);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function start(leasesMax?: number): void {
  storage = openStorage();
  registry = createLeaseRegistry({ clock, storage: storage.leases, ...(leasesMax === undefined ? {} : { leasesMax }) });
  expired = [];
  registry.onExpired(({ instance }) => expired.push(instance.id));
}

function stop(): void {
  registry.close();
  storage.close();
}

function instance(id: string, port = 9_000, service = "payments"): Instance {
  return {
    id: id as InstanceId,
    service: service as ServiceName,
    version: "1.0.0" as Version,
    address: "127.0.0.1",
    port,
    kind: "lease",
    registeredAt: "2026-01-01T00:00:00.000Z",
  };
}

describe("expiry", () => {
  test.each([1_000, TTL, 60_000])("a silent lease of %d ms leaves between its TTL and twice its TTL", (ttlMs) => {
    registry.register(instance("a"), ttlMs);
    clock.advance(ttlMs - 1);
    expect(expired).toEqual([]);
    clock.advance(ttlMs);
    expect(expired).toEqual(["a"]);
    expect(registry.list()).toEqual([]);
    expect(registry.heartbeat("a")).toBeUndefined();
  });

  test("heartbeats keep a lease for ever", () => {
    registry.register(instance("a"), TTL);
    for (let beat = 0; beat < 1_000; beat++) {
      clock.advance(TTL - 1);
      expect(registry.heartbeat("a")?.expiresInMs).toBe(TTL);
    }
    expect(expired).toEqual([]);
  });

  test("wall-clock jumps of two hours either way expire nothing and keep nothing", () => {
    registry.register(instance("a"), TTL);
    clock.jumpWall(7_200_000);
    clock.advance(TTL - 1);
    clock.jumpWall(-14_400_000);
    expect(registry.get("a")?.expiresInMs).toBe(1);
    clock.advance(TTL);
    expect(expired).toEqual(["a"]);
  });

  test("time in which the engine stood still does not count against a lease", () => {
    registry.register(instance("a"), TTL);
    clock.advance(1_000);
    clock.freeze(30_000);
    clock.advance(500);
    expect(expired).toEqual([]);
    expect(registry.heartbeat("a")?.expiresInMs).toBe(TTL);
    clock.advance(2 * TTL);
    expect(expired).toEqual(["a"]);
  });

  test("a lease that expired is not there after a restart", () => {
    registry.register(instance("a"), TTL);
    clock.advance(2 * TTL);
    stop();
    start();
    expect(registry.size).toBe(0);
  });
});

describe("an engine restart", () => {
  test("drops no lease, however long it took, and gives each one TTL", () => {
    registry.register(instance("a", 1), TTL);
    registry.register(instance("b", 2), TTL);
    stop();
    clock.advance(3 * TTL);
    start();
    expect(registry.list().map((lease) => [lease.instance, lease.ttlMs, lease.expiresInMs])).toEqual([
      [instance("a", 1), TTL, TTL],
      [instance("b", 2), TTL, TTL],
    ]);
    clock.advance(TTL - 1);
    registry.heartbeat("a");
    clock.advance(TTL - 1);
    expect(expired).toEqual(["b"]);
  });

  test("a removed lease stays removed", () => {
    registry.register(instance("a"), TTL);
    expect(registry.remove("a")?.instance.id).toBe("a");
    expect(registry.remove("a")).toBeUndefined();
    stop();
    start();
    expect(registry.size).toBe(0);
    clock.advance(2 * TTL);
    expect(expired).toEqual([]);
  });
});

describe("registration", () => {
  test("finds who holds an address within a service, as long as the lease lives", () => {
    registry.register(instance("a", 9_001), TTL);
    registry.register(instance("b", 9_001, "cart"), TTL);
    expect(registry.findByAddress("payments", "127.0.0.1", 9_001)?.instance.id).toBe("a");
    expect(registry.findByAddress("payments", "127.0.0.1", 9_002)).toBeUndefined();
    expect(registry.list("cart").map((lease) => lease.instance.id)).toEqual(["b"]);
    registry.remove("a");
    expect(registry.findByAddress("payments", "127.0.0.1", 9_001)).toBeUndefined();
    expect(registry.findByAddress("cart", "127.0.0.1", 9_001)?.instance.id).toBe("b");
  });

  test.each([0, 999, 1_000.5, 86_400_001, Number.NaN])("refuses a TTL of %d ms, naming the range", (ttlMs) => {
    expect(registry.register(instance("a"), ttlMs)).toMatchObject({
      ok: false,
      error: { code: "input.invalid", problems: [{ path: "ttlMs" }] },
    });
    expect(registry.size).toBe(0);
  });

  test("refuses an id that is taken", () => {
    registry.register(instance("a", 1), TTL);
    expect(registry.register(instance("a", 2), TTL)).toMatchObject({ ok: false, error: { code: "instance.exists" } });
    expect(registry.get("a")?.instance.port).toBe(1);
  });

  test("refuses what is beyond the limit, and has room again after an expiry", () => {
    stop();
    start(2);
    registry.register(instance("a", 1), TTL);
    registry.register(instance("b", 2), 4 * TTL);
    expect(registry.register(instance("c", 3), TTL)).toMatchObject({ ok: false, error: { code: "registry.full" } });
    clock.advance(2 * TTL);
    expect(registry.register(instance("c", 3), TTL).ok).toBe(true);
  });

  test("closing leaves no timer", () => {
    registry.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("snapshot versions", () => {
  test("grow by one within a run and across restarts, used or not", () => {
    const versions: number[] = [];
    for (let run = 0; run < 4; run++) {
      for (let index = 0; index < run * 700; index++) versions.push(storage.snapshotVersions.next());
      storage.close();
      storage = openStorage();
    }
    expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
    expect(versions.slice(0, 3)).toEqual([1, 2, 3]);
  });

  test("grow past a version that a proxy already holds", () => {
    storage.snapshotVersions.raiseAbove(50_000);
    expect(storage.snapshotVersions.next()).toBe(50_001);
    storage.snapshotVersions.raiseAbove(7);
    expect(storage.snapshotVersions.next()).toBe(50_002);
    storage.close();
    storage = openStorage();
    expect(storage.snapshotVersions.next()).toBeGreaterThan(50_002);
  });
});

test("a damaged file is set aside with a sentence, and registering goes on", () => {
  registry.register(instance("a"), TTL);
  stop();
  writeFileSync(join(dir, "runtime.sqlite"), "this is not a database, whatever its name says".repeat(100));
  const sentences: string[] = [];
  storage = openStorage((sentence) => sentences.push(sentence));
  registry = createLeaseRegistry({ clock, storage: storage.leases });
  expect(sentences.join()).toContain("runtime.sqlite.damaged");
  expect(registry.register(instance("a"), TTL).ok).toBe(true);
});
