/**
 * Prevention policies, where they hold: a change that brings a version forward has to keep to every one of them that is switched on. What leads back never
 * gets here (`forward-growth.ts`), and no data about a figure holds nothing back: that is the judge's matter.
 */
import type { GrowthLimit, MeshState, Policy, Problem, VersionRef } from "../../model/index.ts";
import {
  bindExpression,
  evaluateMetric,
  expressionsOf,
  formatBound,
  formatFigure,
  formatMetric,
  isBeyond,
  isGrowthTrigger,
  policiesOf,
  unitOf,
} from "../../policy/index.ts";
import { isRuling, withoutEndedRules } from "../../release/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { instancesOf } from "./readiness.ts";
import { cellsBetween, grownBetween, type Takes } from "./rule-growth.ts";

/** Why versions that grow have to wait, a problem for each policy and version. */
export function guardrailProblems(
  context: DecideContext,
  { after, growth, paths }: { readonly after: MeshState; readonly growth: readonly VersionRef[]; readonly paths: Draft["paths"] },
): readonly Problem[] {
  if (growth.length === 0) return [];
  const guardrails = [...policiesOf(context.state).values()].filter(({ enabled, trigger }) => enabled && isGrowthTrigger(trigger));
  return growth.flatMap((ref) => {
    const path = paths?.get(pathKey(ref.service, ref.version)) ?? "";
    return guardrails.flatMap((policy) => {
      const problem =
        isGrowthTrigger(policy.trigger) && concerns(policy.trigger.service, ref)
          ? judge(context, policy, policy.trigger.growth, { after, ref })
          : null;
      return problem === null ? [] : [{ ...problem, path }];
    });
  });
}

function concerns(service: string | undefined, ref: VersionRef): boolean {
  return service === undefined || service === ref.service;
}

function judge(
  context: DecideContext,
  policy: Policy,
  limit: GrowthLimit,
  { after, ref }: { readonly after: MeshState; readonly ref: VersionRef },
): Omit<Problem, "path"> | null {
  const { service, version } = ref;
  const says = `The policy "${policy.name}"`;
  const off = `or switch the policy off: interlock policy disable ${policy.id}.`;
  if ("maxStepBp" in limit) {
    const bySplit = weightOf(after, ref) - weightOf(context.state, ref);
    const byRules = gainByRules(context.state, after, ref);
    const gain = Math.max(bySplit, byRules);
    if (gain <= limit.maxStepBp) return null;
    const more = `${percent(gain)} more${byRules > bySplit ? " of the requests that a rule takes" : ""}`;
    const detail = `${says} allows ${percent(limit.maxStepBp)} at once, and ${service} ${version} would get ${more}.`;
    return { code: "guardrail.step", detail, fix: `Take smaller steps, ${off}` };
  }
  if ("minReady" in limit) {
    const ready = instancesOf(context, after, ref).filter(({ id, standby }) => standby !== true && context.whyOut(id) === null).length;
    if (ready >= limit.minReady) return null;
    const detail = `${says} asks for ${limit.minReady} ready instances of ${service} ${version}, and there ${ready === 1 ? "is 1" : `are ${ready}`}.`;
    return { code: "guardrail.ready", detail, fix: `Start more, ${off}` };
  }
  const { trigger } = expressionsOf(policy);
  const bound = trigger === null ? null : bindExpression(trigger, { kind: "version", service, version });
  if (bound === null || context.figure === undefined) return null;
  const value = evaluateMetric(bound, { value: context.figure });
  if (value === null || isBeyond(value, limit) !== true) return null;
  const unit = unitOf(bound);
  const detail = `${says} holds ${service} ${version} back: ${formatMetric(bound)} is ${formatFigure(value, unit)}, ${formatBound(limit, unit)}.`;
  return { code: "guardrail.figures", detail, fix: `Wait, or find out why, ${off}` };
}

function weightOf({ services }: MeshState, { service, version }: VersionRef): number {
  return services.get(service)?.weights[version] ?? 0;
}

/** What rules give a version at most, those left out that releases set for the requests they test on. */
function gainByRules(before: MeshState, after: MeshState, { service, version }: VersionRef): number {
  const [was, is] = [takesOf(before, service), takesOf(after, service)];
  if (was === null || is === null) return 0;
  return cellsBetween(was, is).reduce(
    (most, { from, to }) => (grownBetween(from, to).includes(version) ? Math.max(most, (to[version] ?? 0) - (from[version] ?? 0)) : most),
    0,
  );
}

function takesOf({ releases, services }: MeshState, name: VersionRef["service"]): Takes | null {
  const service = services.get(name);
  if (service === undefined) return null;
  const ended = [...releases.values()].filter(isRuling).map((release) => ({ ...release, state: "succeeded" as const }));
  return { weights: service.weights, rules: withoutEndedRules(ended, service.rules) };
}

function percent(weightBp: number): string {
  return formatFigure(weightBp / 10_000, "share");
}
