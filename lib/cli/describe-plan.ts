import type { ApiProblem, ResponseOf } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { formatCount } from "./format-figures.ts";
import type { Report, ReportCase } from "./render-report.ts";

/** A plan as the engine shows it. */
export type PlanAnswer = ResponseOf<"GET /api/v1/plans/{id}">;
type Wave = PlanAnswer["waves"][number];
type Step = Wave["steps"][number];

const KINDS: Readonly<Record<Wave["kind"], string>> = {
  shift: "shift",
  bridge: "bridge, a version in between",
  lane: "lane, all of these as one: whole requests move, those under way finish",
};

/** The plan for people: each wave with its steps, what is proven, what is not, where the way back ends. */
export function describePlan({ paint, say }: CliContext, plan: PlanAnswer): void {
  say(`${paint.bold(plan.id)}  ${paint[plan.state === "paused" ? "yellow" : "bold"](plan.state)}  to ${targetOf(plan)}`);
  const { risk, steps, waves } = plan.cost;
  const proven =
    risk === 0 ? paint.green("every pair on the way is proven") : paint.yellow(`${formatCount(risk, "pair")} on the way unproven`);
  say(`${formatCount(steps, "step")} in ${formatCount(waves, "wave")}; ${proven}.`);
  for (const [index, wave] of plan.waves.entries()) {
    say("");
    const mark = wave.state === "done" ? paint.green("done") : wave.state === "running" ? paint.yellow("under way") : "";
    say(`${paint.bold(`Wave ${index + 1}`)}  ${KINDS[wave.kind]}  ${mark}`.trimEnd());
    for (const step of wave.steps) describeStep({ paint, say }, step);
  }
  say("");
  if (plan.pausedBecause !== null) say(paint.yellow(`Paused: ${plan.pausedBecause}`));
  if (plan.waitingFor !== null) say(paint.yellow(`Waits: ${plan.waitingFor}`));
  if (plan.check?.holds === false) say(paint.red(`It does not hold any more: ${plan.check.sentence}`));
  for (const { cost } of plan.alternatives)
    say(`Another way: ${formatCount(cost.steps, "step")}, ${formatCount(cost.waves, "wave")}, ${formatCount(cost.risk, "unproven pair")}.`);
  if (plan.state === "ready") say(`Execute it: interlock plan execute ${plan.id} --watch`);
}

function describeStep({ paint, say }: Pick<CliContext, "paint" | "say">, step: Step): void {
  const ready = step.ready === 0 ? paint.red("no ready instance") : `${formatCount(step.ready, "ready instance")}`;
  say(`  ${paint.bold(step.service)} ${step.from} → ${step.to}  ${ready}`);
  for (const { sentence, verdict } of step.proof) say(`    ${verdict === "compatible" ? paint.green("✓") : paint.yellow("?")} ${sentence}`);
  if (!step.reversible) say(`    ${paint.yellow(`No way back: ${step.irreversible ?? "the old version cannot come back."}`)}`);
}

function targetOf({ target }: PlanAnswer): string {
  return Object.entries(target)
    .map(([service, version]) => `${service} ${version}`)
    .join(", ");
}

/** The plan for a pipeline: a case per step, unknown where a pair of it is unproven. */
export function planReport(plan: PlanAnswer): Report {
  const cases = plan.waves.flatMap((wave, index) => wave.steps.map((step) => stepCase(step, index)));
  const { risk, steps, waves } = plan.cost;
  const way = `${formatCount(steps, "step")} in ${formatCount(waves, "wave")}`;
  const summary = risk === 0 ? `${way}; every pair on the way is proven.` : `${way}; ${formatCount(risk, "pair")} on the way unproven.`;
  return { title: `${plan.id}: ${targetOf(plan)}`, verdict: risk === 0 ? "compatible" : "unknown", summary, cases };
}

function stepCase({ from, irreversible, proof, reversible, service, to }: Step, wave: number): ReportCase {
  const unknown = proof.filter(({ verdict }) => verdict === "unknown");
  const shown = unknown.length > 0 ? unknown : proof;
  const back = reversible ? "" : ` No way back: ${irreversible ?? "the old version cannot come back."}`;
  return {
    name: `wave ${wave + 1}: ${service} ${from} → ${to}`,
    verdict: unknown.length > 0 ? "unknown" : "compatible",
    detail: shown.map(({ sentence }) => sentence).join(" ") + back,
  };
}

/** Why there is no way, for a pipeline: a case per pair in the way. */
export function refusedPlanReport({ detail, errors }: ApiProblem): Report {
  const cases = errors.map(
    (error): ReportCase => ({
      name: error.path === "" ? "plan" : error.path,
      verdict: "incompatible",
      detail: `${error.detail} ${error.fix}`.trim(),
    }),
  );
  return { title: "No safe way", verdict: "incompatible", summary: detail, cases };
}
