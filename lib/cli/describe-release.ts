import type { ResponseOf } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { formatAge, formatWeight } from "./format-figures.ts";
import type { Cell } from "./render-table.ts";

export type ReleaseAnswer = ResponseOf<"GET /api/v1/releases/{id}">;
export type ReleaseItem = ResponseOf<"GET /api/v1/releases">["items"][number];

const BAR_CELLS = 24;

/** A release with its steps, its judge and what can be done, for people. */
export function describeRelease(context: CliContext, release: ReleaseAnswer): void {
  const { paint, say } = context;
  say(`${paint.bold(release.id)}  ${release.service} ${release.version}  ${stateText(context, release)}`);
  say(`${releaseBar(release)}`);
  const against = release.baseline === null ? "" : ` against ${release.baseline}`;
  const kind = release.strategyName ?? release.strategy.kind;
  const plan = release.plan === null ? "" : `, for ${release.plan}`;
  say(`${kind}${against}, by ${release.author} ${formatAge(release.createdAt, context.io.nowMs())} ago${plan}`);
  if (release.because !== null) say(paint.yellow(release.because));
  if (release.waitingFor !== null) say(`Waits: ${release.waitingFor}`);
  for (const { because, release: other, service } of release.confounds)
    say(paint.yellow(`Confounded with ${other} of ${service}: ${because}`));
  say("");
  describeSteps(context, release);
  say("");
  describeJudge(context, release);
  const allowed = release.verbs.filter((verb) => verb.allowed).map(({ verb }) => verb);
  if (allowed.length > 0) say(paint.dim(`interlock release <verb> ${release.id}: ${allowed.join(", ")}`));
}

function describeSteps({ paint, say }: CliContext, { steps }: ReleaseAnswer): void {
  for (const [index, step] of steps.entries()) {
    const mark = step.state === "done" ? paint.green("✓") : step.state === "current" ? paint.bold("▸") : paint.dim("·");
    const gate = step.gate === undefined ? "" : `, ${step.gate === "event" ? (step.event ?? "event") : step.gate} gate`;
    const pause = step.pauseMs === undefined ? "" : `, ${step.pauseMs / 1_000} s`;
    say(`${mark} ${index + 1}  ${formatWeight(step.weightBp)}${pause}${gate}`);
  }
}

function describeJudge({ paint, say }: CliContext, { judge }: ReleaseAnswer): void {
  const verdict = judge.verdict === "pass" ? paint.green("PASS") : judge.verdict === "fail" ? paint.red("FAIL") : "INCONCLUSIVE";
  say(`Judge: ${verdict}  ${judge.sentence}`);
  for (const guard of judge.guards) if (guard.state === "warning") say(paint.yellow(`  ${guard.sentence}`));
  if (judge.forecast !== null) say(`  ${judge.forecast.sentence}`);
}

/** How far the weight is, drawn: `[██████······] 25 %  step 2 of 4`. */
export function releaseBar({ state, step, steps, weightBp }: Pick<ReleaseItem, "state" | "step" | "steps" | "weightBp">): string {
  const full = Math.round((weightBp / 10_000) * BAR_CELLS);
  const place = step < 0 ? state : `step ${step + 1} of ${steps.length}`;
  return `[${"█".repeat(full)}${"·".repeat(BAR_CELLS - full)}] ${formatWeight(weightBp)}  ${place}`;
}

/** The state, in its colour. */
export function stateCell({ held, state }: Pick<ReleaseItem, "held" | "state">): Cell {
  const text = held ? `${state}, held` : state;
  if (state === "succeeded") return { text, colour: "green" };
  if (state === "paused" || held) return { text, colour: "yellow" };
  return state === "rolling-back" || state === "rolled-back" || state === "aborting" || state === "aborted"
    ? { text, colour: "red" }
    : text;
}

function stateText({ paint }: CliContext, release: ReleaseItem | ReleaseAnswer): string {
  const cell = stateCell(release);
  if (typeof cell === "string") return cell;
  return cell.colour === undefined ? cell.text : paint[cell.colour](cell.text);
}
