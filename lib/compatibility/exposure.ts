/**
 * Exposure: the share of live request chains that crosses a pair with a given verdict, 0 to 1.
 *
 * A chain is a request from outside with all calls that it causes. What is measured are rates per edge (caller version → callee version), not
 * single chains, so the share is computed from a branching model:
 *
 *   rate(n)      requests/s that arrive at version n
 *   calls(n, S)  calls to service S per request at n = Σ rates of edges n → S@v ÷ rate(n)
 *   share(n,S,v) part of these that goes to version v
 *   bad(n, S)    Σ_v share(n,S,v) · (1 if the pair n → S@v has the verdict, else cross(S@v))
 *   cross(n)     1 − Π_S survive(calls(n,S), bad(n,S))
 *   survive(k,q) 1 − k·q for k ≤ 1 (the call happens with probability k), (1 − q)^k for k > 1 (calls draw their version independently)
 *   exposure     Σ_entries rate · bad ÷ Σ_entries rate
 *
 * Entries: edges from `ingress`, and the calls of versions that nobody calls (workers), each call being a chain of its own.
 * Exact where a request calls each service at most once, and whether it calls one tells nothing about whether it calls another. Where calls go together
 * (one page calls both) the share is too high, where they exclude each other (a search, or a purchase) too low; for two bad services with shares a and b
 * it stays, like the truth, between the greater and a + b. Where all bad pairs lie behind one service there is no such error.
 * Cycles: the least fixed point, by iteration from 0, stopped after `ROUNDS_MAX`. Edges from ingress are no pairs; calls that reached no version cross
 * nothing.
 *
 * Invariants: within 0 and 1; 0 when no measured edge has the verdict; never falls when one more pair gets the verdict.
 *
 * The prediction for new weights keeps calls(n, S) and replaces share(n, S, v) by the new weights wherever a service's weights change; rules with
 * splits of their own are not told apart. A version without traffic so far is taken to call what its sister versions call.
 */
import { type EdgeEnd, type Exposure, equalWeights, FULL_WEIGHT_BP, type MeshState, type Verdict, type Weights } from "../model/index.ts";
import { verdictOfEdge } from "./verdict-of.ts";

/** A measured edge. Traffic from outside: `{service: "ingress", version: null}`. */
export interface FlowEdge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly rps: number;
}

/** Requests/s by callee service and version; version "" stands for requests that reached none. */
type Calls = Map<string, Map<string, number>>;

interface Node {
  readonly end: EdgeEnd;
  inboundRps: number;
  readonly calls: Calls;
}

type Flow = ReadonlyMap<string, Node>;

/** What verdicts are read from. */
interface Known {
  readonly state: MeshState;
  readonly nowIso: string;
}

/** Rounds after which the iteration over cycles stops; a chain of this many calls in a row is beyond any mesh. */
const ROUNDS_MAX = 64;
const SETTLED = 1e-9;

/** Exposure of the traffic as measured. */
export function exposure(state: MeshState, edges: Iterable<FlowEdge>, nowIso: string): Exposure {
  return exposureOf({ state, nowIso }, flowOf(edges));
}

/** Exposure that the measured traffic would have after a change of weights or requirements. */
export function predictedExposure(before: MeshState, after: MeshState, edges: Iterable<FlowEdge>, nowIso: string): Exposure {
  const changed = new Map<string, Weights>();
  for (const service of after.services.values()) {
    const was = before.services.get(service.name);
    if (was !== undefined && !equalWeights(was.weights, service.weights)) changed.set(service.name, service.weights);
  }
  const flow = flowOf(edges);
  return exposureOf({ state: after, nowIso }, changed.size === 0 ? flow : redirected(flow, changed));
}

function exposureOf(known: Known, flow: Flow): Exposure {
  const nodes = measured(known, flow);
  return { broken: crossingShare(nodes, "incompatible"), unproven: crossingShare(nodes, "unknown") };
}

/** The calls of a version to one service; verdicts and callees are looked up once, however many rounds the iteration takes. */
interface CallGroup {
  readonly rps: number;
  readonly callees: readonly { readonly rps: number; readonly verdict: Verdict; readonly place: number }[];
}

interface MeasuredNode {
  readonly inboundRps: number;
  readonly groups: readonly CallGroup[];
}

/** The flow with verdicts; `place` is that of the callee in the list, -1 where it has none. */
function measured({ nowIso, state }: Known, flow: Flow): readonly MeasuredNode[] {
  const places = new Map([...flow.keys()].map((key, place) => [key, place]));
  return [...flow.values()].map(({ calls, end, inboundRps }) => ({
    inboundRps,
    groups: [...calls].map(([service, versions]) => ({
      rps: sum(versions.values()),
      callees: [...versions].flatMap(([version, rps]) => {
        const to = { service, version };
        return version === "" ? [] : [{ rps, verdict: verdictOfEdge(state, end, to, nowIso), place: places.get(keyOf(to)) ?? -1 }];
      }),
    })),
  }));
}

function flowOf(edges: Iterable<FlowEdge>): Map<string, Node> {
  const flow = new Map<string, Node>();
  for (const { from, to, rps } of edges) {
    if (!(rps > 0)) continue;
    const versions = mapIn(nodeOf(flow, from).calls, to.service);
    versions.set(to.version ?? "", (versions.get(to.version ?? "") ?? 0) + rps);
    if (to.version !== null) nodeOf(flow, to).inboundRps += rps;
  }
  return flow;
}

function nodeOf(flow: Map<string, Node>, end: EdgeEnd): Node {
  const known = flow.get(keyOf(end));
  if (known !== undefined) return known;
  const node: Node = { end, inboundRps: 0, calls: new Map() };
  flow.set(keyOf(end), node);
  return node;
}

function keyOf(end: EdgeEnd): string {
  return `${end.service}@${end.version ?? ""}`;
}

function mapIn(calls: Calls, service: string): Map<string, number> {
  const versions = calls.get(service) ?? new Map<string, number>();
  calls.set(service, versions);
  return versions;
}

function crossingShare(nodes: readonly MeasuredNode[], verdict: Verdict): number {
  const cross = crossings(nodes, verdict);
  let chains = 0;
  let crossing = 0;
  for (const { groups, inboundRps } of nodes) {
    if (inboundRps > 0) continue;
    for (const group of groups) {
      chains += group.rps;
      crossing += group.rps * badShare(group, verdict, cross);
    }
  }
  return chains === 0 ? 0 : clamp(crossing / chains);
}

/** cross(n) of every version that is called, by place. */
function crossings(nodes: readonly MeasuredNode[], verdict: Verdict): Float64Array {
  const cross = new Float64Array(nodes.length);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let moved = 0;
    for (const [place, { groups, inboundRps }] of nodes.entries()) {
      if (inboundRps === 0) continue;
      let survives = 1;
      for (const group of groups) survives *= survive(group.rps / inboundRps, badShare(group, verdict, cross));
      moved = Math.max(moved, Math.abs(1 - survives - (cross[place] ?? 0)));
      cross[place] = clamp(1 - survives);
    }
    if (moved < SETTLED) break;
  }
  return cross;
}

function badShare({ callees, rps: all }: CallGroup, verdict: Verdict, cross: Float64Array): number {
  let bad = 0;
  for (const callee of callees) bad += callee.rps * (callee.verdict === verdict ? 1 : (cross[callee.place] ?? 0));
  return clamp(bad / all);
}

function survive(calls: number, bad: number): number {
  return calls <= 1 ? 1 - calls * bad : (1 - bad) ** calls;
}

/** The flow with all calls to changed services shared out by their new weights, and new versions calling what their sisters call. */
function redirected(flow: Flow, changed: ReadonlyMap<string, Weights>): Flow {
  const next = new Map<string, Node>();
  for (const [key, node] of flow)
    next.set(key, { end: node.end, inboundRps: node.inboundRps, calls: redirectedCalls(node.calls, changed) });
  for (const [service, weights] of changed) {
    const sisters = [...flow.values()].filter((node) => node.end.service === service && node.inboundRps > 0);
    for (const version of Object.keys(weights)) {
      const key = keyOf({ service, version });
      if ((next.get(key)?.inboundRps ?? 0) > 0) continue;
      next.set(key, {
        end: { service, version },
        inboundRps: sum(sisters.map((node) => node.inboundRps)),
        calls: redirectedCalls(pooled(sisters), changed),
      });
    }
  }
  return next;
}

function redirectedCalls(calls: Calls, changed: ReadonlyMap<string, Weights>): Calls {
  const next: Calls = new Map();
  for (const [service, versions] of calls) {
    const weights = changed.get(service);
    const rps = sum(versions.values());
    const shares =
      weights === undefined
        ? versions
        : new Map(Object.entries(weights).map(([version, weightBp]) => [version, (rps * weightBp) / FULL_WEIGHT_BP]));
    if (shares.size > 0) next.set(service, shares);
  }
  return next;
}

function pooled(nodes: readonly Node[]): Calls {
  const calls: Calls = new Map();
  for (const node of nodes) {
    for (const [service, versions] of node.calls) {
      const pool = mapIn(calls, service);
      for (const [version, rps] of versions) pool.set(version, (pool.get(version) ?? 0) + rps);
    }
  }
  return calls;
}

function sum(figures: Iterable<number>): number {
  let total = 0;
  for (const figure of figures) total += figure;
  return total;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
