import {
  type EdgeEnd,
  FULL_WEIGHT_BP,
  type Problem,
  type ServiceName,
  type Snapshot,
  type SnapshotDelta,
  type SnapshotService,
  type Weights,
} from "../model/index.ts";
import { err, ok, type Random, type Result } from "../std/index.ts";
import { checkAuthorization } from "./check-authorization.ts";
import { checkRules } from "./check-rules.ts";
import { type CompiledService, compileService, type SplitView } from "./compiled-service.ts";
import { abortAnswer, drawDecision, drawFault, mirrorTarget, redirectAnswer } from "./draw-decision.ts";
import { explainTarget } from "./explain-route.ts";
import { createHostIndex, type HostIndex } from "./hosts.ts";
import type { RequestHead } from "./matcher.ts";
import { RangeHeaderReader } from "./range-header.ts";
import { chooseRule, chooseView, type RuleChoice, rangeAsked, refuseEmpty, sentPath } from "./resolve-route.ts";
import type { RouteAnswer, RouteDecision, RouteRefusal } from "./route-decision.ts";
import type { RouteTrace } from "./route-trace.ts";

const UNKNOWN_HOST: RouteRefusal = { kind: "refusal", code: "routing.unknown-host", service: null, detail: "No service has this host." };

/** Compiles a snapshot; lists every problem when it is not one that the engine would have built. */
export function compileSnapshot(snapshot: Pick<Snapshot, "version" | "services">): Result<RoutingTable, readonly Problem[]> {
  const services = Object.values(snapshot.services);
  const problems = services.flatMap(checkService);
  if (problems.length > 0) return err(problems);
  const compiled = new Map(services.map((service) => [service.name, compileService(service)]));
  return ok(new RoutingTable(snapshot.version, compiled, createHostIndex(services)));
}

/** A request's rule, and the versions that are left to choose from. */
export interface ResolvedRoute {
  readonly kind: "resolved";
  readonly service: CompiledService;
  readonly choice: RuleChoice;
  readonly view: SplitView;
}

/** A snapshot made ready for requests. Immutable: a delta makes a new table that shares what did not change. */
export class RoutingTable {
  readonly version: number;
  readonly #services: ReadonlyMap<ServiceName, CompiledService>;
  readonly #hosts: HostIndex;
  readonly #ranges = new RangeHeaderReader();
  readonly #mirrorTo = (service: string, version: string, caller: EdgeEnd) =>
    mirrorTarget(this.#services.get(service as ServiceName), version, caller);

  /** Use `compileSnapshot`. */
  constructor(version: number, services: ReadonlyMap<ServiceName, CompiledService>, hosts: HostIndex) {
    this.version = version;
    this.#services = services;
    this.#hosts = hosts;
  }

  /** What becomes of a request; the same for the same draws. */
  decide(request: RequestHead, caller: EdgeEnd, random: Random): RouteDecision | RouteAnswer | RouteRefusal {
    const resolved = this.resolve(request, caller);
    if (resolved.kind !== "resolved") return resolved;
    const { choice, service, view } = resolved;
    const { target } = choice.entry;
    if (target.isPlain) return view.decisions[view.picker.pick(random)] ?? this.#refuse(resolved, request, caller);
    const fault = drawFault(target.fault, random);
    const abort = fault === null ? null : abortAnswer(service, target, fault);
    if (abort !== null) return abort;
    if (view.emptiedBy !== null) return this.#refuse(resolved, request, caller);
    return drawDecision({
      service,
      choice,
      view,
      request,
      caller,
      fault,
      random,
      mirrorTo: this.#mirrorTo,
    });
  }

  /** All of a decision that no chance enters. */
  resolve(request: RequestHead, caller: EdgeEnd, trace?: RouteTrace): ResolvedRoute | RouteAnswer | RouteRefusal {
    const name = this.#hosts.serviceFor(request.host);
    const service = name === undefined ? undefined : this.#services.get(name);
    if (service === undefined) {
      trace?.add("host", "unknown", `No service has the host ${request.host}.`);
      return UNKNOWN_HOST;
    }
    trace?.add("host", service.source.name, `${request.host} is a host of ${service.source.name}.`);
    const choice = chooseRule(service, request, caller, trace);
    if ("kind" in choice) return choice;
    const { target } = choice.entry;
    const redirect = target.redirect === null ? null : redirectAnswer(service, choice, request);
    if (trace !== undefined) explainTarget(trace, choice, redirect, sentPath(target, choice));
    if (redirect !== null) return redirect;
    const view = chooseView(service, target, request, caller, this.#ranges, trace);
    return "kind" in view ? view : { kind: "resolved", service, choice, view };
  }

  #refuse({ choice, service, view }: ResolvedRoute, request: RequestHead, caller: EdgeEnd): RouteRefusal {
    return refuseEmpty(service, choice.entry.target, view, caller, rangeAsked(service, request, caller));
  }

  /** A service as the snapshot gave it. */
  service(name: ServiceName): SnapshotService | undefined {
    return this.#services.get(name)?.source;
  }

  *services(): IterableIterator<SnapshotService> {
    for (const { source } of this.#services.values()) yield source;
  }

  /** The table after a delta that starts from this one's version; only services in the delta are compiled. Refused whole when anything in it is wrong. */
  applyDelta(delta: SnapshotDelta): Result<RoutingTable, readonly Problem[]> {
    const problems = delta.upserts.flatMap(checkService);
    if (delta.base !== this.version) {
      const detail = `The delta starts from ${delta.base}, the table is ${this.version}.`;
      problems.push({ path: "base", code: "input.invalid", detail, fix: "Send the whole snapshot." });
    }
    if (problems.length > 0) return err(problems);
    const services = new Map(this.#services);
    let hostsChanged = false;
    for (const name of delta.removed) hostsChanged = services.delete(name) || hostsChanged;
    for (const service of delta.upserts) {
      const was = services.get(service.name)?.source.hosts;
      hostsChanged ||= was === undefined || was.join() !== service.hosts.join();
      services.set(service.name, compileService(service));
    }
    const hosts = hostsChanged ? createHostIndex([...services.values()].map(({ source }) => source)) : this.#hosts;
    return ok(new RoutingTable(delta.version, services, hosts));
  }
}

function checkService(service: SnapshotService): Problem[] {
  const path = `services.${service.name}`;
  const problems = [...checkWeights(service.weights, `${path}.weights`), ...checkRules(service.rules, `${path}.rules`)];
  if (service.authorization !== null) problems.push(...checkAuthorization(service.authorization, `${path}.authorization`));
  for (const [index, rule] of service.rules.entries()) {
    if (rule.split !== undefined) problems.push(...checkWeights(rule.split.weights, `${path}.rules.${index}.split.weights`));
  }
  return problems;
}

/** In a snapshot a split is empty or whole; the engine has told the operator long before. */
function checkWeights(weights: Weights, path: string): Problem[] {
  const figures = Object.values(weights);
  const isWhole = figures.every((weightBp) => Number.isInteger(weightBp) && weightBp >= 0);
  const total = figures.reduce((sum, weightBp) => sum + weightBp, 0);
  if (isWhole && (figures.length === 0 || total === FULL_WEIGHT_BP)) return [];
  return [
    {
      path,
      code: "split.sum",
      detail: `The weights sum to ${total}, not to ${FULL_WEIGHT_BP}.`,
      fix: "Make the weights sum to 10 000, or leave all out.",
    },
  ];
}
