import type { DrainingVersion, Plan, PlanState } from "../model/index.ts";
import { command, type FakeClock, serviceName, staticInstance, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import { dialAsProxy, type TestProxy } from "./proxies/test-proxy.fixture.ts";
import { closers } from "./test-engine.fixture.ts";

/** The shop of the story, both services at their old versions, every version with an instance. */
export async function withShop(mesh: TestEngine): Promise<void> {
  const requirements = { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" } };
  await registered(mesh, "payments", { "2.3.0": {}, "3.0.0": {} }, 9_100);
  await registered(mesh, "checkout", requirements, 9_200);
}

/** Versions that only work in pairs: `a` 1 with `b` 1, `a` 2 with `b` 2. */
export async function withTwins(mesh: TestEngine): Promise<void> {
  await registered(mesh, "b", { "1.0.0": {}, "2.0.0": {} }, 9_300);
  await registered(mesh, "a", { "1.0.0": { b: "^1.0.0" }, "2.0.0": { b: "^2.0.0" } }, 9_400);
}

async function registered(mesh: TestEngine, service: string, versions: Readonly<Record<string, object>>, port: number): Promise<void> {
  await mesh.apply({ kind: "service.register", service, hosts: [] });
  for (const [index, [version, requirements]] of Object.entries(versions).entries()) {
    await mesh.apply({ kind: "version.register", service, version, requirements });
    await mesh.apply(staticInstance(service, version, port + index));
  }
}

/** A proxy that serves whatever it is sent, at once; `underWay` are the requests that it then says are under way to versions without weight. */
export async function obedientProxy(mesh: TestEngine, underWay: readonly DrainingVersion[] = []): Promise<TestProxy> {
  const proxy = await dialAsProxy(mesh.proxySocket);
  closers.push(() => proxy.close());
  proxy.hello();
  const obey = (kind: "snapshot" | "delta") =>
    void proxy.next(kind).then((message) => {
      const { version } = message.kind === "snapshot" ? message.snapshot : message.delta;
      proxy.send({ kind: "ack", version, draining: underWay });
      obey(kind);
    });
  obey("snapshot");
  obey("delta");
  return proxy;
}

/** Makes a plan, or does something with it; returns the plan. */
export async function planned(mesh: TestEngine, target: Readonly<Record<string, string>>): Promise<Plan> {
  await mesh.apply({ kind: "plan.create", target, avoid: [], prefer: "steps" });
  return newestPlan(mesh);
}

export function newestPlan(mesh: TestEngine): Plan {
  const plan = [...mesh.engine.state().plans.values()].at(-1);
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

export function told(mesh: TestEngine, verb: "execute" | "pause" | "resume" | "reverse", author = TEST_AUTHOR) {
  return mesh.engine.execute(command({ kind: `plan.${verb}`, plan: newestPlan(mesh).id }), author);
}

/** Lets time pass until the newest plan is in a state; fails after as many steps as would be an hour. */
export async function untilPlan(mesh: TestEngine, clock: FakeClock, state: PlanState): Promise<Plan> {
  for (let step = 0; step < 7_200; step++) {
    const plan = newestPlan(mesh);
    if (plan.state === state) return plan;
    clock.advance(500);
    // What proxies answer comes over a socket.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`the plan is ${JSON.stringify(newestPlan(mesh))}, it waits for ${mesh.engine.plans.waitsFor(newestPlan(mesh))}`);
}

export function weightsOf(mesh: TestEngine, ...services: readonly string[]) {
  return services.map((name) => mesh.engine.state().services.get(serviceName(name))?.weights);
}
