import { afterEach, describe, expect, test } from "vitest";
import type { EdgeDelta } from "../model/index.ts";
import { createFakeClock, type FakeClock, staticInstance, type TestEngine } from "../testing/index.ts";
import { batch, closeAll, dial, openEngine } from "./test-engine.fixture.ts";

afterEach(closeAll);

const REF = { checkout: (version: string) => ({ service: "checkout", version }), payments: { service: "payments", version: "3.0.0" } };

/** Two versions of checkout call payments 3.0.0; neither says what it requires. */
async function openShop(): Promise<{
  readonly test: TestEngine;
  readonly clock: FakeClock;
  block(...edges: readonly EdgeDelta[]): Promise<void>;
}> {
  const clock = createFakeClock();
  const test = await openEngine(clock);
  for (const [service, versions] of [
    ["checkout", ["1.0.0", "2.0.0"]],
    ["payments", ["3.0.0"]],
  ] as const) {
    await test.apply({ kind: "service.register", service, hosts: [] });
    for (const [at, version] of versions.entries()) {
      await test.apply({ kind: "version.register", service, version, requirements: {} });
      await test.apply(staticInstance(service, version, 9_000 + at + service.length * 10));
    }
  }
  const proxy = await dial(test);
  proxy.hello();
  let seq = 0;
  return {
    test,
    clock,
    /** What proxies tell of five seconds, then the time for the engine to look. */
    async block(...edges) {
      proxy.send({ kind: "telemetry", batch: batch(++seq, { atMs: clock.wallMs(), edges }) });
      await proxy.next("telemetry-ack");
      clock.advance(5_000);
      await new Promise(setImmediate);
    },
  };
}

/** Calls of a checkout version to payments 3.0.0, `bad` of them answered 500 by the instance, `own` answered 503 by the proxy. */
function calls(version: string, ok: number, bad = 0, own = 0, more: Partial<EdgeDelta> = {}): EdgeDelta {
  return {
    caller: REF.checkout(version),
    callee: REF.payments,
    splitEpoch: null,
    mirror: false,
    statusClasses: [0, ok, 0, 0, bad + own],
    aborted: 0,
    failed: bad + own,
    retries: 0,
    denied: 0,
    failovers: 0,
    encrypted: 0,
    plain: ok + bad,
    answered: ok + bad,
    answerFailures: bad,
    bytesIn: 0,
    bytesOut: 0,
    latencyUsSum: 0,
    latency: [100, ok + bad + own],
    ...more,
  };
}

const observed = (test: TestEngine) => test.engine.changes({ limit: 50 }).filter(({ kind }) => kind === "evidence.observe");
const cellOf = (test: TestEngine, version: string) =>
  test.engine.matrix("checkout" as never, "payments" as never).cells.find(({ consumerVersion }) => consumerVersion === version);

describe("live traffic", () => {
  test("proves an unknown pair, once, as a change by interlock that says on what grounds", async () => {
    const { test: mesh, block } = await openShop();
    expect(cellOf(mesh, "2.0.0")?.verdict).toBe("unknown");
    for (let at = 0; at < 30; at++) await block(calls("2.0.0", 40));
    expect(observed(mesh)).toMatchObject([
      {
        author: "interlock",
        via: "engine",
        subject: "checkout@2.0.0 → payments@3.0.0",
        reason: expect.stringMatching(/^0 of \d+ calls failed; no other/),
      },
    ]);
    expect(cellOf(mesh, "2.0.0")).toMatchObject({
      verdict: "compatible",
      evidence: [{ kind: "traffic", traffic: { level: 0.01, others: null } }],
    });
  });

  test("blames a pair that fails for one version of the caller only, with the figures in the sentence", async () => {
    const { test: mesh, block } = await openShop();
    for (let at = 0; at < 4; at++) await block(calls("2.0.0", 0, 9), calls("1.0.0", 100));
    const cell = cellOf(mesh, "2.0.0");
    expect(cell).toMatchObject({
      verdict: "incompatible",
      evidence: [{ kind: "traffic", traffic: { level: 0.001, pair: { failures: 27 } } }],
    });
    expect(cell?.evidence[0]?.sentence).toBe(
      "Live traffic shows that checkout 2.0.0 does not work with payments 3.0.0: 27 of 27 calls failed, 0 of 300 from 1.0.0 at the same time.",
    );
    for (let at = 0; at < 10; at++) await block(calls("2.0.0", 0, 9), calls("1.0.0", 100));
    expect(observed(mesh).filter(({ subject }) => subject.startsWith("checkout@2.0.0"))).toHaveLength(1);
  });

  test("blames nobody for a provider that fails for all", async () => {
    const { test: mesh, block } = await openShop();
    for (let at = 0; at < 60; at++) await block(calls("2.0.0", 1, 9), calls("1.0.0", 10, 90));
    expect(observed(mesh)).toEqual([]);
  });

  test("does not count what proxies answered themselves, nor mirrored copies", async () => {
    const { test: mesh, block } = await openShop();
    for (let at = 0; at < 10; at++) await block(calls("2.0.0", 2, 0, 20), calls("2.0.0", 0, 9, 0, { mirror: true }), calls("1.0.0", 20));
    expect(observed(mesh)).toEqual([]);
  });

  test("takes back what it proved when the pair breaks later", async () => {
    const { test: mesh, block } = await openShop();
    for (let at = 0; at < 20; at++) await block(calls("2.0.0", 100), calls("1.0.0", 100));
    expect(cellOf(mesh, "2.0.0")?.verdict).toBe("compatible");
    for (let at = 0; at < 8; at++) await block(calls("2.0.0", 10, 10), calls("1.0.0", 100));
    expect(cellOf(mesh, "2.0.0")).toMatchObject({ verdict: "incompatible", evidence: [{ kind: "traffic" }] });
    expect(mesh.engine.state().evidence).toHaveLength(2);
  });

  test("begins anew after a restart of the engine, and what was recorded stands", async () => {
    const { test: mesh, block } = await openShop();
    for (let at = 0; at < 20; at++) await block(calls("2.0.0", 40));
    expect(cellOf(mesh, "2.0.0")?.verdict).toBe("compatible");
    const again = await mesh.reopen();
    expect(cellOf(again, "2.0.0")?.verdict).toBe("compatible");
    await again.engine.close();
  });
});
