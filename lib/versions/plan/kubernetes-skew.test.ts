import { describe, expect, test } from "vitest";
import { countPlans } from "./count-plans.fixture.ts";
import { describePair, faultOf, problemOf } from "./plan-mesh.fixture.ts";
import { PlanMesh, STAY } from "./plan-mesh.ts";
import { planOf } from "./plan-of.ts";

/**
 * The version skew policy of Kubernetes as a mesh, 1.28 to 1.31. Managers and the scheduler are at most one minor behind every live kube-apiserver and
 * not ahead of it; kubelet and kube-proxy at most three behind; kube-proxy within three of the kubelet; kube-apiservers within one of each other.
 */
const VERSIONS = ["1.28.0", "1.29.0", "1.30.0", "1.31.0"];
const COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "cloud-controller-manager", "kubelet", "kube-proxy"];
const SKEW: Readonly<Record<string, number>> = {
  "kube-controller-manager": 1,
  "kube-scheduler": 1,
  "cloud-controller-manager": 1,
  kubelet: 3,
  "kube-proxy": 3,
};

const problem = problemOf({
  services: Object.fromEntries(COMPONENTS.map((name) => [name, { versions: VERSIONS, live: [0] }])),
  edges: [...Object.keys(SKEW).map((name) => [name, "kube-apiserver"] as const), ["kube-proxy", "kubelet"]],
  target: Object.fromEntries(COMPONENTS.map((name) => [name, 3])),
  mayMeet: (consumer, own, provider, other) =>
    provider === "kubelet" ? Math.abs(own - other) <= 3 : own <= other && own >= other - (SKEW[consumer] ?? 0),
  mayStep: (service, from, to) => service !== "kube-apiserver" || Math.abs(to - from) <= 1,
});

describe("the version skew policy of Kubernetes, 1.28 to 1.31, six components", () => {
  test("has 4 320 shortest plans of 14 steps among 233 reachable states", () => {
    const mesh = new PlanMesh(problem);
    const services = COMPONENTS.map((_, place) => place);
    expect(countPlans(mesh, { services, goal: problem.target, outside: () => STAY })).toEqual({ states: 233, steps: 14, shortest: 4_320 });
  });

  test("is planned in 14 steps: the apiserver minor by minor, the kubelet once and at the end", () => {
    const plan = planOf(problem, { describe: describePair });
    expect(plan.ok).toBe(true);
    if (!plan.ok) return;
    expect(plan.value.cost.steps).toBe(14);
    const stepsOf = (name: string) =>
      plan.value.waves.flatMap(({ steps }) => steps.filter(({ service }) => service === name).map(({ from, to }) => `${from} ${to}`));
    expect(stepsOf("kube-apiserver")).toEqual(["1.28.0 1.29.0", "1.29.0 1.30.0", "1.30.0 1.31.0"]);
    expect(stepsOf("kubelet")).toEqual(["1.28.0 1.31.0"]);
    expect(faultOf(problem, plan.value)).toBeNull();
    // One wave of the apiserver and one of the managers per minor, the nodes with the last of them.
    expect(plan.value.waves.length).toBe(6);
  });
});
