import type { TelemetryBatch } from "../model/index.ts";
import {
  command,
  createFakeClock,
  type FakeClock,
  openTestEngine,
  serviceName,
  staticInstance,
  TEST_AUTHOR,
  type TestEngine,
} from "../testing/index.ts";
import type { EngineNotice } from "./mesh-engine.ts";
import { dialAsProxy, type TestProxy } from "./proxies/test-proxy.fixture.ts";

/** What a test opened; closed after it by `closeAll`, the last first. */
export const closers: (() => Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function openEngine(clock: FakeClock = createFakeClock()): Promise<TestEngine> {
  const test = await openTestEngine(clock);
  closers.push(() => test.remove());
  return test;
}

export async function dial(test: TestEngine): Promise<TestProxy> {
  const proxy = await dialAsProxy(test.proxySocket);
  closers.push(() => proxy.close());
  return proxy;
}

/** The next notice that `wanted` accepts. */
export function noticed(test: TestEngine, wanted: (notice: EngineNotice) => boolean): Promise<EngineNotice> {
  return new Promise((resolve) => {
    const stop = test.engine.watch((notice) => {
      if (!wanted(notice)) return;
      stop();
      resolve(notice);
    });
  });
}

export const isHealth = (kind: string) => (notice: EngineNotice) => notice.kind === "health" && notice.event.kind === kind;
export const isAcceptance = (notice: EngineNotice) => notice.kind === "acceptance";

export async function withWeb(test: TestEngine): Promise<void> {
  await test.apply({ kind: "service.register", service: "web", hosts: [] });
  await test.apply({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
  await test.apply({ kind: "version.register", service: "web", version: "1.1.0", requirements: {} });
  await test.apply(staticInstance("web", "1.0.0", 9_000));
  await test.apply(staticInstance("web", "1.1.0", 9_001));
}

export function webState(test: TestEngine) {
  const service = test.engine.state().services.get(serviceName("web"));
  if (service === undefined) throw new Error("web is not registered");
  return service;
}

export function shiftTo(test: TestEngine, weights: Readonly<Record<string, number>>, options = {}) {
  return test.engine.execute(command({ kind: "split.set", service: "web", rev: webState(test).rev, weights }), TEST_AUTHOR, options);
}

export function batch(seq: number, more: Partial<TelemetryBatch> = {}): TelemetryBatch {
  return { proxyId: "node-a", bootId: "boot-1", seq, atMs: Date.UTC(2026, 0, 1), edges: [], instances: [], codes: {}, ...more };
}

/** `requests` answers of web 1.0.0 to the outside, `failed` of them 500. */
export function traffic(seq: number, requests: number, failed = 0, splitEpoch: number | null = null): TelemetryBatch {
  const edge = {
    caller: { service: "ingress", version: null },
    callee: { service: "web", version: "1.0.0" },
    splitEpoch,
    statusClasses: [0, requests - failed, 0, 0, failed],
    aborted: 0,
    failed,
    mirror: false,
    denied: 0,
    plain: 0,
    failovers: 0,
    encrypted: 0,
    retries: 0,
    bytesIn: 0,
    bytesOut: 0,
    latencyUsSum: requests * 1_000,
    latency: [100, requests],
  } as const;
  return batch(seq, { edges: [edge] });
}
