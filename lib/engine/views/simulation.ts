import type { MeshState, Refusal, Snapshot } from "../../model/index.ts";
import { compileSnapshot, type RequestHead } from "../../routing/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { findService, refuseAll, unknownVersion } from "../decide/refusals.ts";
import type { SimulationQuery, SimulationView } from "../views.ts";

/** Where a request would go on `snapshot`, the one that proxies are sent. */
export function simulationView(state: MeshState, snapshot: Snapshot | null, query: SimulationQuery): Result<SimulationView, Refusal> {
  const found = findService(state, query.service);
  if (!found.ok) return found;
  const problems = checkCaller(state, query);
  if (problems.length > 0) return refuseAll(problems);
  const compiled = snapshot === null ? null : compileSnapshot(snapshot);
  if (compiled === null || !compiled.ok) {
    return err({ code: "engine.not-ready", detail: "There is no configuration of the proxies yet.", problems: [] });
  }
  const decision = compiled.value.decide(headOf(query), { nextUint32: () => 0 });
  if (decision.kind === "refusal") return ok({ rule: null, versions: [], steps: [], code: decision.code });
  const weights = Object.entries(decision.rule?.split?.weights ?? found.value.weights);
  return ok({
    rule: decision.rule,
    versions: weights.filter(([, weightBp]) => weightBp > 0).map(([version, weightBp]) => ({ version, share: weightBp / 10_000 })),
    steps: [],
  });
}

function checkCaller(state: MeshState, { caller }: SimulationQuery) {
  if (caller === undefined) return [];
  const service = findService(state, caller.service, "caller.service");
  if (!service.ok) return service.error.problems;
  return service.value.versions.has(caller.version)
    ? []
    : [unknownVersion(service.value, caller.version, "caller.version", "version.unknown")];
}

function headOf({ service, method, path, headers }: SimulationQuery): RequestHead {
  const [plain = "/", ...query] = path.split("?");
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { host: `${service}.mesh`, method, path: plain, query: query.join("?"), header: (name) => byName.get(name) };
}
