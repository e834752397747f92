import type { MeshState, Problem, Refusal, Snapshot } from "../../model/index.ts";
import { compileSnapshot, simulate } from "../../routing/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { findService, refuseAll, unknownVersion } from "../decide/refusals.ts";
import { checkRuleInput, normaliseRules } from "../decide/routes.ts";
import type { SimulationQuery, SimulationView } from "../views.ts";

export interface SimulationInput {
  readonly state: MeshState;
  /** What proxies are sent. */
  readonly snapshot: Snapshot | null;
  readonly trustDomain: string;
}

/** Where a request would go, and why, by the code of the proxies on the snapshot that they are sent, or with draft rules in it. */
export function simulationView({ state, snapshot, trustDomain }: SimulationInput, query: SimulationQuery): Result<SimulationView, Refusal> {
  const found = findService(state, query.service);
  if (!found.ok) return found;
  const problems = [
    ...checkCaller(state, query),
    ...checkRequest(query),
    ...checkRuleInput(state, found.value, query.rules ?? [], "rules"),
  ];
  if (problems.length > 0) return refuseAll(problems);
  const current = snapshot?.services[found.value.name];
  if (snapshot === null || current === undefined) return notReady();
  const service = query.rules === undefined ? current : { ...current, rules: normaliseRules(query.rules) };
  // Another host may lead to another service; otherwise the one is all that is looked at.
  const isHostGiven = Object.keys(query.headers).some((name) => name.toLowerCase() === "host");
  const table = compileSnapshot({
    version: snapshot.version,
    services: { ...(isHostGiven && snapshot.services), [service.name]: service },
  });
  return table.ok ? ok(simulate(table.value, query, trustDomain)) : notReady();
}

function notReady(): Result<never, Refusal> {
  const detail = "The proxies have no configuration of this service yet.";
  return err({
    code: "engine.not-ready",
    detail,
    problems: [{ path: "service", code: "engine.not-ready", detail, fix: "Try again in a moment." }],
  });
}

function checkCaller(state: MeshState, { caller }: SimulationQuery): readonly Problem[] {
  if (caller === undefined) return [];
  const service = findService(state, caller.service, "caller.service");
  if (!service.ok) return service.error.problems;
  if (service.value.versions.has(caller.version)) return [];
  return [unknownVersion(service.value, caller.version, "caller.version", "version.unknown")];
}

const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A request target as sent: visible ASCII, no fragment. */
const TARGET = /^\/[\x21\x22\x24-\x7e]*$/;

function checkRequest({ method, path }: SimulationQuery): readonly Problem[] {
  const problems: Problem[] = [];
  if (!METHOD.test(method))
    problems.push({ path: "method", code: "input.invalid", detail: `"${method}" is not a method.`, fix: "Write a method such as GET." });
  if (!TARGET.test(path)) {
    const fix = 'Write it as a client sends it: it starts with "/", and what is not ASCII is percent-encoded.';
    problems.push({ path: "path", code: "input.invalid", detail: `No request can have the path "${path}".`, fix });
  }
  return problems;
}
