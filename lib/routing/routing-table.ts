import {
  type Endpoint,
  type ErrorCode,
  FULL_WEIGHT_BP,
  type Problem,
  type RouteRule,
  type ServiceName,
  type Snapshot,
  type SnapshotDelta,
  type SnapshotService,
  type Version,
  type Weights,
} from "../model/index.ts";
import { err, ok, type Random, type Result } from "../std/index.ts";
import { checkRules } from "./check-rules.ts";
import { createHostIndex, type HostIndex } from "./hosts.ts";
import { compareMatches, summariseMatch } from "./match-summary.ts";
import { compileMatch, type Matcher, type RequestHead } from "./matcher.ts";
import { createPicker, type Picker } from "./picker.ts";

/** Where a request goes. Decisions are made once per table and handed out again and again: never change one. */
export interface RouteDecision {
  readonly kind: "route";
  readonly service: ServiceName;
  readonly version: Version;
  /** The rule that matched; null when none did. */
  readonly rule: RouteRule | null;
  /** The service's `splitEpoch` when its split chose the version; null when the rule's own split did. */
  readonly splitEpoch: number | null;
  /** Known instances of the version; may be empty. */
  readonly endpoints: readonly Endpoint[];
}

/** Why a request goes nowhere. */
export interface RouteRefusal {
  readonly kind: "refusal";
  readonly code: Extract<ErrorCode, "routing.unknown-host" | "routing.no-split">;
  /** Null for an unknown host. */
  readonly service: ServiceName | null;
}

interface Target {
  readonly picker: Picker;
  readonly decisions: readonly RouteDecision[];
}

/** One service with its rules compiled. */
interface CompiledService {
  readonly source: SnapshotService;
  readonly entries: readonly { readonly fits: Matcher; readonly target: Target }[];
  readonly split: Target;
  readonly noSplit: RouteRefusal;
}

const UNKNOWN_HOST: RouteRefusal = { kind: "refusal", code: "routing.unknown-host", service: null };

/** Compiles a snapshot; lists every problem when it is not one that the engine would have built. */
export function compileSnapshot(snapshot: Pick<Snapshot, "version" | "services">): Result<RoutingTable, readonly Problem[]> {
  const services = Object.values(snapshot.services);
  const problems = services.flatMap(checkService);
  if (problems.length > 0) return err(problems);
  const compiled = new Map(services.map((service) => [service.name, compileService(service)]));
  return ok(new RoutingTable(snapshot.version, compiled, createHostIndex(services)));
}

/** A snapshot made ready for requests. Immutable: a delta makes a new table that shares what did not change. */
export class RoutingTable {
  readonly version: number;
  readonly #services: ReadonlyMap<ServiceName, CompiledService>;
  readonly #hosts: HostIndex;

  /** Use `compileSnapshot`. */
  constructor(version: number, services: ReadonlyMap<ServiceName, CompiledService>, hosts: HostIndex) {
    this.version = version;
    this.#services = services;
    this.#hosts = hosts;
  }

  decide(request: RequestHead, random: Random): RouteDecision | RouteRefusal {
    const name = this.#hosts.serviceFor(request.host);
    const service = name === undefined ? undefined : this.#services.get(name);
    return service === undefined ? UNKNOWN_HOST : decideWithin(service, request, random);
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

function decideWithin(service: CompiledService, request: RequestHead, random: Random): RouteDecision | RouteRefusal {
  let target = service.split;
  for (const entry of service.entries) {
    if (entry.fits(request)) {
      target = entry.target;
      break;
    }
  }
  return target.decisions[target.picker.pick(random)] ?? service.noSplit;
}

/** Single matches of all rules in order of precedence, each with the split that it leads to. */
function compileService(source: SnapshotService): CompiledService {
  const endpoints = new Map<Version, Endpoint[]>();
  for (const endpoint of source.endpoints) {
    const known = endpoints.get(endpoint.version);
    if (known === undefined) endpoints.set(endpoint.version, [endpoint]);
    else known.push(endpoint);
  }
  const targetOf = (weights: Weights, rule: RouteRule | null, splitEpoch: number | null): Target => {
    const picker = createPicker(weights);
    const decisions = picker.versions.map(
      (version): RouteDecision => ({
        kind: "route",
        service: source.name,
        version,
        rule,
        splitEpoch,
        endpoints: endpoints.get(version) ?? [],
      }),
    );
    return { picker, decisions };
  };
  const entries = source.rules
    .flatMap((rule) => {
      const target =
        rule.split === undefined ? targetOf(source.weights, rule, source.splitEpoch) : targetOf(rule.split.weights, rule, null);
      return rule.matches.map((match) => ({ summary: summariseMatch(match), fits: compileMatch(match), target }));
    })
    .sort((left, right) => compareMatches(left.summary, right.summary));
  return {
    source,
    entries: entries.map(({ fits, target }) => ({ fits, target })),
    split: targetOf(source.weights, null, source.splitEpoch),
    noSplit: { kind: "refusal", code: "routing.no-split", service: source.name },
  };
}

function checkService(service: SnapshotService): Problem[] {
  const path = `services.${service.name}`;
  const problems = [...checkWeights(service.weights, `${path}.weights`), ...checkRules(service.rules, `${path}.rules`)];
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
