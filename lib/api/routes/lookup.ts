import type { MeshEngine } from "../../engine/index.ts";
import type { Change, MeshState, Plan, Refusal, Service, ServiceName } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";

/** The service of that name, or 404. */
export function findService(state: MeshState, name: string, path = "service"): Result<Service, Refusal> {
  const service = state.services.get(name as ServiceName);
  if (service !== undefined) return ok(service);
  const fix = "Look at GET /api/v1/services, or register it first.";
  return err(refusal({ path, code: "service.unknown", detail: `There is no service "${name}".`, fix }));
}

/** The change with that id, or 404. */
export function findChange(engine: Pick<MeshEngine, "change">, id: string): Result<Change, Refusal> {
  const change = engine.change(id);
  if (change !== undefined) return ok(change);
  return err(refusal({ path: "id", code: "change.unknown", detail: `There is no change "${id}".`, fix: "Look at GET /api/v1/changes." }));
}

/** The plan with that id, or 404. */
export function findPlan(state: MeshState, id: string): Result<Plan, Refusal> {
  const plan = state.plans.get(id);
  if (plan !== undefined) return ok(plan);
  return err(refusal({ path: "id", code: "plan.unknown", detail: `There is no plan "${id}".`, fix: "Look at GET /api/v1/plans." }));
}

/** The revs of services as they are in `state`. */
export function revsOf(state: MeshState, services: Iterable<string>): Record<string, number> {
  const revs: Record<string, number> = {};
  for (const name of services) {
    const service = state.services.get(name as ServiceName);
    if (service !== undefined) revs[name] = service.rev;
  }
  return revs;
}

/** Refuses a cursor that no list has given out. */
export function badCursor(cursor: string): Refusal {
  return refusal({
    path: "query.cursor",
    code: "input.invalid",
    detail: `"${cursor}" is no cursor.`,
    fix: "Use nextCursor of the page before.",
  });
}
