import type { Alert, PolicyInput } from "../model/index.ts";
import { policiesOf } from "../policy/index.ts";
import { createFakeClock, type FakeClock, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import { dial, openEngine, traffic, withWeb } from "./test-engine.fixture.ts";

/** web with two versions, a proxy, and time that passes in steps with or without failures. */
export async function openWeb() {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  const proxy = await dial(mesh);
  proxy.hello();
  await proxy.next("snapshot");
  let seq = 0;
  return {
    mesh,
    clock,
    proxy,
    /** So many seconds, with 50 requests in each. */
    async seconds(count: number, failed = 0, requests = 50) {
      for (let at = 0; at < count; at++) {
        proxy.send({ kind: "telemetry", batch: { ...traffic(++seq, requests, failed), atMs: clock.wallMs() } });
        await proxy.next("telemetry-ack");
        await pass(clock, 1);
      }
    },
  };
}

/** So many seconds without traffic; what is set off in one is done before the next. */
export async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at++) {
    clock.advance(1_000);
    await settle();
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

export const errorsOfWeb: PolicyInput = {
  name: "errors of web",
  kind: "alert",
  enabled: true,
  trigger: { metric: "error-rate(web)", above: 0.05, forMs: 4_000, resolveForMs: 6_000 },
  actions: [{ kind: "alert", severity: "warning" }],
};

/** Adds a policy; its id. */
export async function addPolicy(mesh: TestEngine, policy: PolicyInput): Promise<string> {
  const done = await mesh.engine.execute({ kind: "automation.set", id: null, rev: null, policy }, TEST_AUTHOR);
  if (!done.ok) throw new Error(done.error.detail);
  return [...done.value.state.policies.keys()].at(-1) ?? "";
}

/** Changes a policy, such as one of Interlock's own that is switched on. */
export async function editPolicy(mesh: TestEngine, id: string, change: Partial<PolicyInput>): Promise<void> {
  const known = policiesOf(mesh.engine.state()).get(id);
  if (known === undefined) throw new Error(id);
  const { builtIn: _, id: __, rev, updatedAt: ___, updatedBy: ____, ...policy } = known;
  const done = await mesh.engine.execute({ kind: "automation.set", id, rev, policy: { ...policy, ...change } }, TEST_AUTHOR);
  if (!done.ok) throw new Error(done.error.detail);
}

export function alertsOf(mesh: TestEngine, policy: string): readonly Alert[] {
  return [...mesh.engine.state().alerts.values()].filter((alert) => alert.policy === policy);
}

/** The kinds of changes by Interlock, the oldest first. */
export function ownKinds(mesh: TestEngine): readonly string[] {
  const own = mesh.engine.changes({ limit: 100 }).filter(({ author }) => author === "interlock");
  return own.map(({ kind }) => kind).reverse();
}
