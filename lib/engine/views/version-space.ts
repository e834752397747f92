/**
 * The space of versions as the evidence has it now: which versions some consistent configuration has, the newest and the oldest one, how many
 * there are, and for contradictory pins why and what would make them possible. All of it is solved in `lib/versions`; this chooses what is
 * asked and puts answers into words.
 *
 * Two readings: what is not disproven bounds from above and decides `feasible`, what is proven bounds the count from below. Services without
 * a candidate (with `live`: without a ready instance) are left out, they run nothing that could meet anything.
 */
import { decidingEvidence, liveVersions, spaceOf, verdictOf } from "../../compatibility/index.ts";
import type { MeshState, Refusal, ServiceName, Version, VersionRef } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import {
  type Counterfactual,
  type DescribePair,
  type ExplanationStep,
  type ForbiddenPair,
  type Space,
  type SpaceQuestion,
  type SpaceSolution,
  sentencesOf,
} from "../../versions/index.ts";
import type { DecideContext } from "../decide/context.ts";
import { isReady } from "../decide/readiness.ts";
import { parsePins } from "./parse-pins.ts";

export interface VersionSpaceQuery {
  /** `service@version`, each service once. */
  readonly pins: readonly string[];
  /** Only versions with a ready instance. */
  readonly live: boolean;
}

export interface SpaceVersionView {
  readonly version: Version;
  readonly feasible: boolean;
  /** Gets traffic now. */
  readonly live: boolean;
  /** Share of the configurations that have it, 0 to 1; null where they were not counted. */
  readonly share: number | null;
  /** Why it is not feasible. */
  readonly reason?: string;
}

export interface WayOutView {
  /** The fewest pins to move, and where to; empty where no move of pins helps. */
  readonly pins: readonly { readonly service: ServiceName; readonly from: Version; readonly to: Version }[];
  /** A configuration that is possible then. */
  readonly configuration: Readonly<Record<string, Version>> | null;
  /** Or: the fewest pairs that would have to be shown to work; null where more than a few would. */
  readonly pairs: readonly { readonly consumer: VersionRef; readonly provider: VersionRef; readonly sentence: string }[] | null;
}

export interface VersionSpaceView {
  readonly services: readonly { readonly name: ServiceName; readonly versions: readonly SpaceVersionView[] }[];
  readonly newest: Readonly<Record<string, Version>> | null;
  readonly oldest: Readonly<Record<string, Version>> | null;
  /** Decimal; `lower`: proven configurations, `upper`: those not disproven, `exact`: where the two are equal. */
  readonly count: { readonly exact?: string; readonly lower: string; readonly upper: string };
  /** Services around which the space is too wide to count: `lower` and `upper` are bounds then. */
  readonly tooWide: readonly ServiceName[];
  /** False where a search was cut short: a version that counts as feasible may not be. */
  readonly settled: boolean;
  /** Why no configuration has the pins, step by step; empty where one has. */
  readonly why: readonly string[];
  readonly counterfactual: WayOutView | null;
}

/** Choices tried per part of the mesh before its count becomes a bound: some tenths of a second. */
const TRIALS_MAX = 1_000_000;

/** Versions that are named as what is left. */
const LEFT_NAMED_MAX = 3;

/** Versions that are told why they are not feasible by a derivation of their own. */
const REASONS_MAX = 40;

/** Refused: pins that name nothing, or cannot be read. Nothing is solved yet. */
export function askSpace(context: DecideContext, query: VersionSpaceQuery): Result<SpaceAsked, Refusal> {
  const parsed = parsePins(context.state, query.pins);
  return parsed.ok ? ok(ask(context, query, parsed.value)) : err(parsed.error);
}

/** What has to be solved; null where no answer can have the pins. */
export function spaceQuestion({ outside, pins, possible, proven }: SpaceAsked): SpaceQuestion | null {
  if (outside.length > 0) return null;
  return { kind: "space", possible, proven, pins, trialsMax: TRIALS_MAX, reasonsMax: REASONS_MAX };
}

/** Puts an answer into words; null: there was nothing to solve. */
export function spaceView(asked: SpaceAsked, answer: SpaceSolution | null): VersionSpaceView {
  const solved: Solved = { ...asked, ...(answer ?? NOTHING) };
  const { lower, newest, oldest, possible, settled, tooWide, wayOut } = solved;
  return {
    services: serviceViews(solved),
    newest: named(possible, newest),
    oldest: named(possible, oldest),
    count: { ...(lower === solved.upper && { exact: String(lower) }), lower: String(lower), upper: String(solved.upper) },
    tooWide: tooWide as readonly ServiceName[],
    settled,
    why: whyNot(solved),
    counterfactual: wayOut === null ? null : wayOutView(solved, wayOut),
  };
}

const NOTHING: SpaceSolution = {
  consistent: false,
  settled: true,
  feasible: [],
  newest: null,
  oldest: null,
  lower: 0n,
  upper: 0n,
  tooWide: [],
  shares: null,
  reasons: [],
  why: [],
  wayOut: null,
};

/** A question about the space with the state that it was asked on. */
export interface SpaceAsked {
  readonly state: MeshState;
  readonly nowIso: string;
  /** Over pairs that are not disproven, and over proven ones; of the same services. */
  readonly possible: Space;
  readonly proven: Space;
  readonly pins: ReadonlyMap<number, number>;
  /** Pinned versions that may not be chosen: no instance of them is ready. */
  readonly outside: readonly VersionRef[];
}

type Solved = SpaceAsked & SpaceSolution;

function ask(context: DecideContext, query: VersionSpaceQuery, refs: readonly VersionRef[]): SpaceAsked {
  const { calls, nowIso, state } = context;
  const mayChoose = (ref: VersionRef) => !query.live || isReady(context, state, ref);
  const build = (pairs: "proven" | "not-disproven") => withCandidates(spaceOf(state, nowIso, { pairs, calls, candidates: mayChoose }));
  const possible = build("not-disproven");
  const place = new Map(possible.services.map(({ name }, index) => [name, index]));
  const inside = refs.filter(mayChoose);
  const pins = new Map(
    inside.map(({ service, version }) => {
      const index = place.get(service) ?? -1;
      return [index, possible.services[index]?.order.positionOf(version) ?? -1] as const;
    }),
  );
  const outside = refs.filter((ref) => !mayChoose(ref));
  return { state, nowIso, possible, proven: build("proven"), pins, outside };
}

/** The space without the services that have no candidate. */
function withCandidates({ edges, services }: Space): Space {
  const kept = [...services.keys()].filter((service) => services[service]?.candidates.isEmpty === false);
  const place = new Map(kept.map((service, index) => [service, index]));
  return {
    services: kept.flatMap((service) => services[service] ?? []),
    edges: edges.flatMap((edge) => {
      const [consumer, provider] = [place.get(edge.consumer), place.get(edge.provider)];
      return consumer === undefined || provider === undefined ? [] : [{ ...edge, consumer, provider }];
    }),
  };
}

function serviceViews(solved: Solved): VersionSpaceView["services"] {
  const { feasible, possible, reasons, shares, state } = solved;
  const place = new Map(possible.services.map(({ name }, index) => [name, index]));
  const steps = new Map(reasons.map((reason) => [`${reason.service}@${reason.position}`, reason.steps]));
  return [...state.services.values()].map((service) => {
    const index = place.get(service.name) ?? -1;
    const live = liveVersions(service);
    const isFeasible = new Set(feasible[index] ?? []);
    const versions = [...(spaceVersions(solved, service.name) ?? [])].map((version, position): SpaceVersionView => {
      const told = steps.get(`${index}@${position}`);
      const reason = isFeasible.has(position) ? undefined : reasonOf(solved, { index, position }, told);
      const share = shares === null || index === -1 ? null : (shares[index]?.[position] ?? 0);
      return { version, feasible: isFeasible.has(position), live: live.has(version), share, ...(reason !== undefined && { reason }) };
    });
    return { name: service.name, versions };
  });
}

/** All registered versions of a service, lowest first, whether or not they may be chosen. */
function spaceVersions({ possible, state }: SpaceAsked, name: ServiceName): Iterable<Version> | undefined {
  const known = possible.services.find((service) => service.name === name);
  return known?.order.versions ?? state.services.get(name)?.versions.keys();
}

interface Candidate {
  /** Of the service in the space; -1 where it is left out. */
  readonly index: number;
  readonly position: number;
}

function reasonOf(solved: Solved, one: Candidate, steps: readonly ExplanationStep[] | undefined): string | undefined {
  const { possible, pins } = solved;
  const service = possible.services[one.index];
  if (service === undefined || !service.candidates.has(one.position)) return "No instance of it is ready.";
  const pinned = pins.get(one.index);
  if (pinned !== undefined && pinned !== one.position) return `${service.name} is pinned to ${service.order.versions[pinned]}.`;
  if (steps === undefined) return undefined;
  const told = steps.filter((step) => step.kind !== "pin" || step.service !== one.index);
  // The last step empties a service. Of the one in question, whose pin is not told, or of a pinned one it is the contradiction itself:
  // what follows for the one in question is said in its place.
  const last = told.at(-1);
  const isContradiction = last?.kind === "so" && (last.service === one.index || pins.has(last.service));
  const sentences = sentencesOf(possible, isContradiction ? told.slice(0, -1) : told, wordsOf(solved));
  return [...sentences, ...conclusion(solved, one)].join(" ");
}

/** What a service must be, where few enough versions are left to name. */
function conclusion({ feasible, possible }: Solved, { index }: Candidate): readonly string[] {
  const service = possible.services[index];
  const left = (feasible[index] ?? []).flatMap((position) => service?.order.versions[position] ?? []);
  if (service === undefined || left.length === 0 || left.length > LEFT_NAMED_MAX) return [];
  return [`So ${service.name} must be ${[left.slice(0, -1).join(", "), left.at(-1)].filter(Boolean).join(" or ")}.`];
}

function whyNot(solved: Solved): string[] {
  const { outside, possible, why } = solved;
  if (outside.length > 0) {
    return outside.flatMap(({ service, version }) => [
      `You pinned ${service} ${version}.`,
      `No instance of ${service} ${version} is ready.`,
    ]);
  }
  return [...sentencesOf(possible, why, wordsOf(solved))];
}

function wayOutView(solved: Solved, { move, pairs }: Counterfactual): WayOutView {
  const { possible } = solved;
  const version = (service: number, position: number) => possible.services[service]?.order.versions[position] as Version;
  return {
    pins: (move?.pins ?? []).map(({ from, service, to }) => ({
      service: possible.services[service]?.name as ServiceName,
      from: version(service, from),
      to: version(service, to),
    })),
    configuration: named(possible, move?.configuration ?? null),
    pairs:
      pairs?.map((pair) => ({ ...refsOf(possible, pair), sentence: wordsOf(solved)(pair.edge, pair.consumer, pair.provider) })) ?? null,
  };
}

function refsOf({ edges, services }: Space, { consumer, edge, provider }: ForbiddenPair): { consumer: VersionRef; provider: VersionRef } {
  const ref = (service: number | undefined, position: number) => {
    const found = services[service ?? -1];
    return { service: found?.name, version: found?.order.versions[position] } as VersionRef;
  };
  return { consumer: ref(edges[edge]?.consumer, consumer), provider: ref(edges[edge]?.provider, provider) };
}

/** The evidence against a pair, as its verdict tells it. */
function wordsOf({ nowIso, possible, state }: SpaceAsked): DescribePair {
  return (edge, from, to) => {
    const { consumer, provider } = refsOf(possible, { edge, consumer: from, provider: to });
    const { evidence } = verdictOf(state, consumer, provider, nowIso);
    const deciding = decidingEvidence(evidence, "incompatible");
    return deciding?.sentence ?? `${consumer.service} ${consumer.version} does not work with ${provider.service} ${provider.version}.`;
  };
}

function named({ services }: Space, configuration: readonly number[] | null): Record<string, Version> | null {
  if (configuration === null) return null;
  return Object.fromEntries(services.map(({ name, order }, index) => [name, order.versions[configuration[index] ?? -1] as Version]));
}
