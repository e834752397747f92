import type { Judgement } from "../../compatibility/index.ts";
import {
  FULL_WEIGHT_BP,
  type MeshState,
  type Plan,
  type Release,
  type Risk,
  type ServiceName,
  type VersionRef,
} from "../../model/index.ts";
import { type RiskFacts, riskOf } from "../../release/index.ts";
import { versionCapacity } from "../version-capacity.ts";
import type { DecideContext, Draft } from "./context.ts";
import { trafficServices } from "./forward-growth.ts";
import { lifecycleOf } from "./lifecycle.ts";
import { readyCount } from "./readiness.ts";

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
  const gaining = [
    ...services.flatMap((name) => gainingVersions(state, after, name)),
    ...steps.map(({ service, to }): Gain => ({ service, version: to, weightBp: FULL_WEIGHT_BP })),
    ...(release === undefined ? [] : [{ service: release.service, version: release.version, weightBp: lastWeight(release) }]),
  ];
  const touched = new Set<string>([...services, ...gaining.map(({ service }) => service)]);
  const facts: RiskFacts = {
    moved: [
      ...services.map((service) => ({ service, share: movedShare(state, after, service) })),
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

function gainingVersions(before: MeshState, after: MeshState, name: ServiceName): readonly Gain[] {
  const was = before.services.get(name)?.weights ?? {};
  const is = after.services.get(name);
  return [...(is?.versions.keys() ?? [])]
    .map((version) => ({ service: name, version, weightBp: is?.weights[version] ?? 0 }))
    .filter(({ version, weightBp }) => weightBp > (was[version] ?? 0));
}

/** Of the service's split, what goes elsewhere than before; nothing where nobody was served before. */
function movedShare(before: MeshState, after: MeshState, name: ServiceName): number {
  const was = before.services.get(name)?.weights ?? {};
  const is = after.services.get(name)?.weights ?? {};
  const lost = Object.entries(was).reduce((sum, [version, weightBp]) => sum + Math.max(0, weightBp - (is[version] ?? 0)), 0);
  return lost / FULL_WEIGHT_BP;
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
