import type { Plan } from "../../model/index.ts";
import { DecideMesh, registered } from "./decide-mesh.fixture.ts";

/** Two services whose versions only work in pairs: `a` 1 with `b` 1, `a` 2 with `b` 2. Nothing but a lane leads from one to the other. */
export function twins(): DecideMesh {
  const mesh = new DecideMesh();
  mesh.must(
    ...registered("b", { "1.0.0": {}, "2.0.0": {} }),
    ...registered("a", { "1.0.0": { b: "^1.0.0" }, "2.0.0": { b: "^2.0.0" } }),
    ...registered("web", { "1.0.0": { a: "*" } }),
  );
  return mesh;
}

export function split(mesh: DecideMesh, service: string, weights: Readonly<Record<string, number>>) {
  return { kind: "split.set", service, rev: mesh.rev(service), weights } as const;
}

export const TO_NEW = { checkout: "2.0.0", payments: "3.0.0" };

export function create(
  target: Readonly<Record<string, string>>,
  more: { readonly avoid?: readonly { service: string; version: string }[] } = {},
) {
  return { kind: "plan.create", target, avoid: [], prefer: "steps", ...more } as const;
}

/** The newest plan. */
export function planOf(mesh: DecideMesh): Plan {
  const plan = [...mesh.state.plans.values()].at(-1);
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

/** One change of the plan under way, as the executor asks for it. */
export function advance(mesh: DecideMesh) {
  const { direction, id, laneStage, wavesDone } = planOf(mesh);
  return { kind: "plan.advance", plan: id, from: { direction, laneStage, wavesDone } } as const;
}

/** Advances until the plan ends. */
export function walk(mesh: DecideMesh): void {
  while (planOf(mesh).state === "running" || planOf(mesh).state === "reversing") mesh.must(advance(mesh));
}
