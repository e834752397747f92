import type { Judgement } from "../../compatibility/index.ts";
import {
  FULL_WEIGHT_BP,
  type MeshState,
  type Plan,
  type Release,
  type Risk,
  type Service,
  type ServiceName,
  type VersionRef,
  type Weights,
} from "../../model/index.ts";
import { type RiskFacts, riskOf } from "../../release/index.ts";
import { versionCapacity } from "../version-capacity.ts";
import type { DecideContext, Draft } from "./context.ts";
import { trafficServices } from "./forward-growth.ts";
import { lifecycleOf } from "./lifecycle.ts";
import { readyCount } from "./readiness.ts";
import { equalRules } from "./routes.ts";
import { type Cell, cellsBetween } from "./rule-growth.ts";

export interface RiskInput {
  readonly draft: Draft;
  /** The state after the change. */
  readonly after: MeshState;
  readonly judgement: Judgement;
  /** The versions that it brings forward. */
  readonly growth: readonly VersionRef[];
}

/** How much a change of traffic risks; null where it moves none and sets nothing going that will. */
export function riskOfChange(context: DecideContext, { after, draft, growth, judgement }: RiskInput): Risk | null {
  const { state } = context;
  const services = trafficServices(draft.events);
  const plan = plannedBy(context, draft);
  const release = draft.events.find((event) => event.kind === "release-created")?.release;
  if (services.length === 0 && plan === undefined && release === undefined) return null;
  const steps = plan?.waves.slice(plan.wavesDone).flatMap((wave) => wave.steps) ?? [];
  const moves = services.map((name) => moveOf(state, after, name));
  const gaining = [
    ...moves.flatMap(({ gains }) => gains),
    ...steps.map(({ service, to }): Gain => ({ service, version: to, weightBp: FULL_WEIGHT_BP })),
    ...(release === undefined ? [] : [{ service: release.service, version: release.version, weightBp: lastWeight(release) }]),
  ];
  const touched = new Set<string>([...services, ...gaining.map(({ service }) => service)]);
  const facts: RiskFacts = {
    moved: [
      ...moves.map(({ moved }) => moved),
      ...[...new Set(steps.map(({ service }) => service))].map((service) => ({ service, share: 1 })),
      ...(release === undefined ? [] : [{ service: release.service, share: biggestStep(release) }]),
    ],
    unproven: unique([
      ...judgement.unknown.map(({ sentence }) => sentence),
      ...steps.flatMap(({ proof }) => proof.filter(({ verdict }) => verdict === "unknown").map(({ sentence }) => sentence)),
    ]),
    broken: unique(judgement.tolerated.map(({ sentence }) => sentence)),
    irreversible: steps
      .filter(({ reversible }) => !reversible)
      .map(({ from, irreversible, service, to }) => irreversible ?? `${service} cannot go back from ${to} to ${from}.`),
    leaving: gaining.flatMap(({ service, version }): RiskFacts["leaving"] => {
      const { stage } = lifecycleOf(after, { service, version });
      return stage === "deprecated" || stage === "retired" ? [{ service, version, stage }] : [];
    }),
    loads: gaining.flatMap((gain) => loadOf(context, after, gain)),
    alerts: [...state.alerts.values()]
      .filter((alert) => alert.state === "firing" && touched.has(alert.subject.split("@")[0] ?? ""))
      .map(({ summary }) => summary),
    isWayBack: growth.length === 0,
  };
  return riskOf(facts);
}

interface Gain extends VersionRef {
  readonly weightBp: number;
}

interface Move {
  readonly moved: RiskFacts["moved"][number];
  readonly gains: readonly Gain[];
}

/** What goes elsewhere than before, and who gets more; nothing where nobody was served before. */
function moveOf(before: MeshState, after: MeshState, service: ServiceName): Move {
  const [was, is] = [before.services.get(service), after.services.get(service)];
  if (was === undefined || is === undefined) return { moved: { service, share: 0 }, gains: [] };
  if (equalRules(was.rules, is.rules)) {
    const moved = { service, share: lostBp(was.weights, is.weights) / FULL_WEIGHT_BP };
    return { moved, gains: gainsOf(is, [{ from: was.weights, to: is.weights, isWhole: true }]) };
  }
  const cells = cellsBetween(was, is);
  // Nobody counts how many requests a match takes: it may be all of them.
  const share = cells.reduce((most, { from, to }) => Math.max(most, lostBp(from, to)), 0) / FULL_WEIGHT_BP;
  return { moved: { service, share, isAtMost: true }, gains: gainsOf(is, cells) };
}

function lostBp(was: Weights, is: Weights): number {
  return Object.entries(was).reduce((sum, [version, weightBp]) => sum + Math.max(0, weightBp - (is[version] ?? 0)), 0);
}

/** The versions that get more in some cell, with their share of all requests as far as it is known. */
function gainsOf({ name, versions }: Service, cells: readonly Cell[]): readonly Gain[] {
  return [...versions.keys()].flatMap((version): readonly Gain[] => {
    const gained = cells.filter(({ from, to }) => (to[version] ?? 0) > (from[version] ?? 0));
    if (gained.length === 0) return [];
    const weightBp = gained.reduce((most, { isWhole, to }) => (isWhole ? Math.max(most, to[version] ?? 0) : most), 0);
    return [{ service: name, version, weightBp }];
  });
}

/** The plan that the draft sets going forward. */
function plannedBy({ state }: DecideContext, { events }: Draft): Plan | undefined {
  const moved = events.find((event) => event.kind === "plan-moved" && event.cursor.state === "running");
  const plan = moved?.kind === "plan-moved" ? state.plans.get(moved.plan) : undefined;
  return plan?.state === "running" ? undefined : plan;
}

function lastWeight({ steps }: Release): number {
  return steps.at(-1)?.weightBp ?? 0;
}

/** The biggest share that one step of a release moves. */
function biggestStep({ start, steps, version }: Release): number {
  let fromBp = start[version] ?? 0;
  let biggestBp = 0;
  for (const { weightBp } of steps) {
    biggestBp = Math.max(biggestBp, weightBp - fromBp);
    fromBp = weightBp;
  }
  return biggestBp / FULL_WEIGHT_BP;
}

function loadOf(context: DecideContext, after: MeshState, { service, version, weightBp }: Gain): RiskFacts["loads"] {
  const { traffic } = context;
  const ref = { service, version };
  const capacityRps = versionCapacity(after, ref, readyCount(context, after, ref));
  if (traffic === undefined || capacityRps === undefined) return [];
  return [{ service, version, rps: (traffic.rps(service) * weightBp) / FULL_WEIGHT_BP, capacityRps }];
}

function unique(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}
