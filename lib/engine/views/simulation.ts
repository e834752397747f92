import type { MeshState, Refusal, Snapshot } from "../../model/index.ts";
import { compileSnapshot, simulate } from "../../routing/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { findService, refuseAll, unknownVersion } from "../decide/refusals.ts";
import type { SimulationQuery, SimulationView } from "../views.ts";

/** Where a request would go on `snapshot`, the one that proxies are sent. */
export function simulationView(
  state: MeshState,
  snapshot: Snapshot | null,
  query: SimulationQuery,
  trustDomain = "interlock.local",
): Result<SimulationView, Refusal> {
  const found = findService(state, query.service);
  if (!found.ok) return found;
  const problems = checkCaller(state, query);
  if (problems.length > 0) return refuseAll(problems);
  const compiled = snapshot === null ? null : compileSnapshot(snapshot);
  if (compiled === null || !compiled.ok) {
    return err({ code: "engine.not-ready", detail: "There is no configuration of the proxies yet.", problems: [] });
  }
  return ok(simulate(compiled.value, query, trustDomain));
}

function checkCaller(state: MeshState, { caller }: SimulationQuery) {
  if (caller === undefined) return [];
  const service = findService(state, caller.service, "caller.service");
  if (!service.ok) return service.error.problems;
  return service.value.versions.has(caller.version)
    ? []
    : [unknownVersion(service.value, caller.version, "caller.version", "version.unknown")];
}
