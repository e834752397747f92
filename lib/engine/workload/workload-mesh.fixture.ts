import { afterEach } from "vitest";
import { DEPLOYMENT_DEFAULTS, type Deployment, type ServiceName, type Version } from "../../model/index.ts";
import { createFakeClock, type FakeClock, openTestEngine, type TestEngine } from "../../testing/index.ts";
import { dialAsProxy, type TestProxy } from "../proxies/test-proxy.fixture.ts";
import { ScriptedAgent } from "./scripted-agent.fixture.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export const REF = { service: "web" as ServiceName, version: "1.0.0" as Version };
export const WANTED = {
  replicas: 2,
  command: ["node", "server.js"],
  ...DEPLOYMENT_DEFAULTS,
} as const;

/** An engine with proxies and scripted agents, and web 1.0.0 to deploy. */
export interface Mesh {
  test: TestEngine;
  readonly clock: FakeClock;
  agents: ScriptedAgent[];
  proxies: readonly TestProxy[];
  deploy(more?: Partial<Deployment>): Promise<void>;
  shown(): ReturnType<TestEngine["engine"]["workloads"]["show"]>;
  /** Reports of every agent, as often as it takes until nothing moves; `watch` sees each step. */
  settle(watch?: () => void): void;
}

export async function connectProxies(test: TestEngine, nodes: readonly string[]): Promise<readonly TestProxy[]> {
  const proxies: TestProxy[] = [];
  for (const node of nodes) {
    const proxy = await dialAsProxy(test.proxySocket);
    closers.push(() => proxy.close());
    proxy.hello({ proxyId: node, bootId: `boot-${node}`, node, zone: node });
    await proxy.next("snapshot");
    proxies.push(proxy);
  }
  return proxies;
}

export async function openMesh(nodes: readonly string[] = ["node-a", "node-b", "node-c"]): Promise<Mesh> {
  const clock = createFakeClock();
  const test = await openTestEngine(clock);
  const mesh: Mesh = {
    test,
    clock,
    agents: [],
    proxies: [],
    deploy: (more = {}) => mesh.test.apply({ kind: "deployment.set", ...REF, deployment: { ...WANTED, ...more } }),
    shown() {
      const deployment = mesh.test.engine.state().deployments.get("web@1.0.0");
      if (deployment === undefined) throw new Error("web 1.0.0 is not deployed");
      return mesh.test.engine.workloads.show(deployment);
    },
    settle(watch = () => {}) {
      for (let round = 0; round < 60; round += 1) {
        for (const agent of mesh.agents) agent.report();
        clock.advance(500);
        watch();
      }
    },
  };
  closers.push(() => mesh.test.remove());
  await test.apply({ kind: "service.register", service: "web", hosts: [] });
  await test.apply({ kind: "version.register", service: "web", version: "1.0.0", requirements: {} });
  mesh.proxies = await connectProxies(test, nodes);
  mesh.agents = nodes.map((node) => new ScriptedAgent(test, node));
  mesh.settle();
  return mesh;
}

export function nodesOf(mesh: Mesh): readonly string[] {
  return mesh
    .shown()
    .instances.map(({ node }) => node)
    .toSorted();
}
