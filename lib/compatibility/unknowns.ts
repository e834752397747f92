/**
 * Everything that is unknown and worth knowing, over the whole mesh: live requests that meet an unknown pair, live pairs without a verdict, and the best next test of each
 * edge. Ranked by requests at stake times pairs that a test would settle, so that neither a busy pair nor a telling test is hidden by the other.
 */
import type { MeshState, ServiceName, Version, VersionRef } from "../model/index.ts";
import { edgeVerdicts, verdictIn } from "./edge-verdicts.ts";
import type { FlowEdge } from "./exposure.ts";
import { inferredVerdict, type LearnedEdge, learnedEdge, versionsAt } from "./learned-edge.ts";
import { knownCalls, type Pair, pairKey, undecidedLivePairs } from "./live-pairs.ts";
import { minutesToProve, trafficStanding } from "./traffic-standing.ts";

/** An unknown pair. */
export interface Unknown extends Pair {
  /** What the known pairs of the edge suggest; the gate does not go by it. */
  readonly inferred: "compatible" | "incompatible" | null;
  /** Requests can meet it. */
  readonly live: boolean;
  /** Requests/s that meet it now. */
  readonly rps: number;
  /** Further unknown pairs of the edge that a test of this one would decide: at least, and at most. */
  readonly settles: { readonly least: number; readonly most: number };
  /** The test that the edge's remaining unknowns are best begun with. */
  readonly isNextTest: boolean;
  /** Tests that settle the edge, at most. */
  readonly remaining: number;
  /** Minutes of live traffic at the present rate until it is proven, if it never fails; null where no requests meet it. */
  readonly minutes: number | null;
  /** How to find out, in a sentence. */
  readonly how: string;
}

/** The first of them, and how many there are that are worth naming. */
export interface RankedUnknowns {
  readonly items: readonly Unknown[];
  readonly total: number;
}

/** At most `limit` unknown pairs, those most worth knowing first. */
export function rankUnknowns(state: MeshState, flows: readonly FlowEdge[], nowIso: string, limit: number): RankedUnknowns {
  const ranking = rankingSteps(state, flows, nowIso, limit);
  for (let step = ranking.next(); ; step = ranking.next()) if (step.done === true) return step.value;
}

/** As `rankUnknowns`, with a stop after each edge: learning all edges of a large mesh anew takes a while. */
export function* rankingSteps(
  state: MeshState,
  flows: readonly FlowEdge[],
  nowIso: string,
  limit: number,
): Generator<undefined, RankedUnknowns> {
  const calls = flows
    .filter(
      ({ from, to }) =>
        from.version !== null && state.services.has(from.service as ServiceName) && state.services.has(to.service as ServiceName),
    )
    .map(({ from, to }) => ({ consumer: from.service as ServiceName, provider: to.service as ServiceName }));
  const rates = new Map<string, number>();
  for (const { from, to, rps } of flows) {
    if (from.version === null || to.version === null) continue;
    rates.set(pairKey({ consumer: refOf(from.service, from.version), provider: refOf(to.service, to.version) }), rps);
  }
  const live = Map.groupBy(undecidedLivePairs(state, calls, nowIso), ({ consumer, provider }) => `${consumer.service}>${provider.service}`);
  const flowing = Map.groupBy(flowPairs(flows), ({ consumer, provider }) => `${consumer.service}>${provider.service}`);
  const candidates: Candidate[] = [];
  for (const [consumer, providers] of knownCalls(state, calls, nowIso)) {
    for (const provider of providers) {
      const edge = learnedEdge(state, consumer, provider, nowIso);
      const verdicts = edgeVerdicts(state, consumer, provider, nowIso);
      if (edge === null || verdicts === null) continue;
      const met = (flowing.get(`${consumer}>${provider}`) ?? []).filter(
        (pair) => verdictIn(verdicts, pair.consumer.version, pair.provider.version) === "unknown",
      );
      candidates.push(
        ...candidatesOf({ state, nowIso, edge, rates, met, live: live.get(`${consumer}>${provider}`) ?? [], consumer, provider }),
      );
      yield;
    }
  }
  candidates.sort((left, right) => right.worth - left.worth || (left.key < right.key ? -1 : 1));
  return { items: candidates.slice(0, limit).map(unknownOf), total: candidates.length };
}

interface EdgeInput {
  readonly state: MeshState;
  readonly nowIso: string;
  readonly edge: LearnedEdge;
  readonly rates: ReadonlyMap<string, number>;
  /** Pairs with requests. */
  readonly met: readonly Pair[];
  /** Pairs that requests can meet. */
  readonly live: readonly Pair[];
  readonly consumer: ServiceName;
  readonly provider: ServiceName;
}

/** What the rank of an unknown pair hangs on; the rest is found out only for those that are shown. */
interface Candidate extends Pick<Unknown, "live" | "rps" | "settles" | "isNextTest"> {
  readonly input: EdgeInput;
  readonly pair: Pair;
  readonly key: string;
  readonly worth: number;
}

function candidatesOf(input: EdgeInput): readonly Candidate[] {
  const { consumer, edge, live, met, provider } = input;
  const isLive = new Set([...live, ...met].map(pairKey));
  const pairs = new Map([...met, ...live].map((pair) => [pairKey(pair), pair]));
  const next = edge.next === null ? null : pairAt(input, edge.next);
  const nextKey = next === null ? null : pairKey(next);
  if (next !== null && nextKey !== null) pairs.set(nextKey, next);
  const isRegistered = (pair: Pair) =>
    edge.knowledge.consumers.positionOf(pair.consumer.version) >= 0 && edge.knowledge.providers.positionOf(pair.provider.version) >= 0;
  return [...pairs]
    .filter(([, pair]) => pair.consumer.service === consumer && pair.provider.service === provider && isRegistered(pair))
    .map(([key, pair]) => candidateOf(input, pair, key, isLive.has(key), key === nextKey));
}

function candidateOf(input: EdgeInput, pair: Pair, key: string, live: boolean, isNextTest: boolean): Candidate {
  const { knowledge, next, settledBy } = input.edge;
  const row = knowledge.consumers.positionOf(pair.consumer.version);
  const column = knowledge.providers.positionOf(pair.provider.version);
  const rps = input.rates.get(key) ?? 0;
  const settles = isNextTest && next !== null ? next.settles : settledBy(row, column);
  return { input, pair, key, live, isNextTest, rps, settles, worth: (1 + settles.least + settles.most) * (1 + rps + (live ? 0.5 : 0)) };
}

function unknownOf({ input, isNextTest, live, pair, rps, settles }: Candidate): Unknown {
  const { edge, nowIso, rates, state } = input;
  const others = rps > 0 ? otherCallers(input, pair).reduce((sum, other) => sum + (rates.get(pairKey(other)) ?? 0), 0) : 0;
  const isWatched = rps > 0 && trafficStanding(state, pair, nowIso).watch === "both";
  const minutes = isWatched ? Math.ceil(minutesToProve(rps, others)) : null;
  return {
    ...pair,
    inferred: inferredVerdict(edge, pair.consumer.version, pair.provider.version),
    live,
    rps,
    settles,
    isNextTest,
    remaining: edge.next?.remaining ?? 1,
    minutes,
    how: howSentence(pair, minutes),
  };
}

/** Pairs of other versions of the consumer with the same version of the provider. */
function otherCallers({ edge }: EdgeInput, { consumer, provider }: Pair): readonly Pair[] {
  return edge.knowledge.consumers.versions
    .filter((version) => version !== consumer.version)
    .map((version) => ({ consumer: { service: consumer.service, version }, provider }));
}

function howSentence({ consumer, provider }: Pair, minutes: number | null): string {
  const test = `Run the contract test of ${consumer.service} ${consumer.version} against ${provider.service} ${provider.version} and publish its result`;
  if (minutes === null) return `${test}.`;
  return `${test}, or let them run: at the present rate live traffic proves it in about ${minutes} ${minutes === 1 ? "minute" : "minutes"}, if no call fails.`;
}

function pairAt({ consumer, edge, provider }: EdgeInput, cell: { readonly consumer: number; readonly provider: number }): Pair {
  const { consumerVersion, providerVersion } = versionsAt(edge.knowledge, cell);
  return { consumer: { service: consumer, version: consumerVersion }, provider: { service: provider, version: providerVersion } };
}

function flowPairs(flows: readonly FlowEdge[]): readonly Pair[] {
  return flows.flatMap(({ from, to, rps }) => {
    if (from.version === null || to.version === null || rps <= 0) return [];
    return [{ consumer: refOf(from.service, from.version), provider: refOf(to.service, to.version) }];
  });
}

function refOf(service: string, version: string): VersionRef {
  return { service: service as ServiceName, version: version as Version };
}
