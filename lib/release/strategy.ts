/**
 * Strategies: how the weight of a new version grows. A strategy is data; `stepsOf` makes its steps, `checkStrategy` says what is wrong with it.
 *
 *   canary, linear, exponential   weights that only go up, to all of the traffic
 *   blue-green                    nothing at first, under a host of its own; then everything, when somebody promotes
 *   ab                            requests that match, until somebody promotes; then everything
 *   shadow                        copies only; it ends without having moved any traffic
 *   harm-budget                   makes its weights as it goes (`harm-ramp.ts`); only the last one is known before
 *
 * Invariant: the steps of a strategy without problems go up and end, in at most `STEPS_MAX`.
 */
import { FULL_WEIGHT_BP, type Problem, type Strategy, type StrategyStep } from "../model/index.ts";
import { checkRules, parseHostPattern } from "../routing/index.ts";
import { isGateEvent } from "./gate-event.ts";

/** So many steps at most. */
export const STEPS_MAX = 200;
/** A pause and a period are so long at least. */
export const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 30 * 86_400_000;
/** An exponential ramp ends once less than this is left. */
const REST_BP = 100;

/** The weights to come, in order. Of a strategy without problems. */
export function stepsOf(strategy: Strategy): readonly StrategyStep[] {
  switch (strategy.kind) {
    case "canary":
      return strategy.steps;
    case "linear":
      return timed(linearWeights(strategy.fromBp, strategy.stepBp), strategy.everyMs);
    case "exponential":
      return timed(exponentialWeights(strategy.gamma), strategy.everyMs);
    case "blue-green":
    case "ab":
      return [{ weightBp: 0, gate: "manual" }, { weightBp: FULL_WEIGHT_BP }];
    case "shadow":
      return [{ weightBp: 0, gate: "manual" }];
    case "harm-budget":
      return [{ weightBp: FULL_WEIGHT_BP }];
  }
}

/** The steps with a gate on each that has none, the last apart. */
export function gatedSteps(steps: readonly StrategyStep[], gate: "manual" | "pass" | undefined): readonly StrategyStep[] {
  if (gate === undefined) return steps;
  return steps.map((step, index) => (step.gate !== undefined || index === steps.length - 1 ? step : { ...step, gate }));
}

/** Whether weights of the service move step by step, so that one can jump to any of them. */
export function isGradual({ kind }: Pick<Strategy, "kind">): boolean {
  return kind === "canary" || kind === "linear" || kind === "exponential" || kind === "harm-budget";
}

/** Everything that is wrong with a strategy; `path` is where it stood in the input. */
export function checkStrategy(strategy: Strategy, path: string): readonly Problem[] {
  switch (strategy.kind) {
    case "canary":
      return checkSteps(strategy.steps, `${path}.steps`);
    case "linear":
      return checkLinear(strategy, path);
    case "exponential":
      return checkExponential(strategy, path);
    case "blue-green":
      return checkPreviewHost(strategy.previewHost, `${path}.previewHost`);
    case "ab":
      return checkMatch(strategy, `${path}.match`);
    case "shadow":
      return strategy.percent > 0 && strategy.percent <= 100
        ? []
        : [invalid(`${path}.percent`, `${strategy.percent} is no share of requests.`, "Give more than 0 and at most 100.")];
    case "harm-budget":
      return isWhole(strategy.excessErrors, 1, 1e9)
        ? []
        : [invalid(`${path}.excessErrors`, `${strategy.excessErrors} is no number of errors.`, "Give a whole number from 1, such as 50.")];
  }
}

/** What a strategy does, in a sentence. */
export function describeStrategy(strategy: Strategy): string {
  switch (strategy.kind) {
    case "canary":
      return `In ${count(strategy.steps.length, "step")}: ${strategy.steps.map(describeStep).join(", ")}.`;
    case "linear":
      return `From ${percent(strategy.fromBp)}, ${percent(strategy.stepBp)} more every ${duration(strategy.everyMs)}.`;
    case "exponential":
      return `Every ${duration(strategy.everyMs)}, ${Math.round(strategy.gamma * 100)} % of what is left.`;
    case "blue-green":
      return `Answers under ${strategy.previewHost} first; then waits for somebody, and takes all traffic at once.`;
    case "ab":
      return "Requests that match go to the new version; then waits for somebody, and takes all of them.";
    case "shadow":
      return `Copies of ${strategy.percent} % of the requests; no traffic moves.`;
    case "harm-budget":
      return `As fast as ${count(strategy.excessErrors, "excess error")} in all allow.`;
  }
}

/** A time for people: "30 s", "5 min", "2 h". */
export function duration(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${Math.round(ms / 100) / 10} s`;
}

/** A weight for people: 2500 → "25 %". */
export function percent(weightBp: number): string {
  return `${weightBp / 100} %`;
}

function describeStep({ event, gate, pauseMs, weightBp }: StrategyStep): string {
  const pause = pauseMs === undefined ? [] : [duration(pauseMs)];
  const gates = gate === undefined ? [] : [waitWords(gate, event)];
  const parts = [...pause, ...gates];
  return parts.length === 0 ? percent(weightBp) : `${percent(weightBp)} (${parts.join(", ")})`;
}

/** What a gate waits for. */
function waitWords(gate: NonNullable<StrategyStep["gate"]>, event: string | undefined): string {
  if (gate === "manual") return "waits for somebody";
  return gate === "pass" ? "waits until proven safe" : `waits for ${event ?? "an event"}`;
}

function timed(weights: readonly number[], everyMs: number): readonly StrategyStep[] {
  return weights.map((weightBp) => (weightBp === FULL_WEIGHT_BP ? { weightBp } : { weightBp, pauseMs: everyMs }));
}

function linearWeights(fromBp: number, stepBp: number): readonly number[] {
  const weights: number[] = [];
  for (let weightBp = fromBp; weightBp < FULL_WEIGHT_BP; weightBp += stepBp) weights.push(weightBp);
  return [...weights, FULL_WEIGHT_BP];
}

/** `w ← w + γ(10 000 − w)` from 0; to 10 000 once less than a hundredth is left. */
function exponentialWeights(gamma: number): readonly number[] {
  const weights: number[] = [];
  for (let exact = gamma * FULL_WEIGHT_BP; FULL_WEIGHT_BP - exact >= REST_BP; exact += gamma * (FULL_WEIGHT_BP - exact))
    weights.push(Math.round(exact));
  return [...weights, FULL_WEIGHT_BP];
}

function checkSteps(steps: readonly StrategyStep[], path: string): readonly Problem[] {
  if (steps.length === 0) return [neverEnds(path, "There is no step.", "Give at least one step, the last with weightBp 10000.")];
  if (steps.length > STEPS_MAX) return [invalid(path, `${steps.length} steps are too many.`, `Give at most ${STEPS_MAX}.`)];
  const problems = steps.flatMap((step, index) => checkStep(step, steps[index - 1], `${path}.${index}`));
  const last = steps.at(-1)?.weightBp ?? 0;
  if (last < FULL_WEIGHT_BP) {
    const at = `${path}.${steps.length - 1}.weightBp`;
    problems.push(neverEnds(at, `The last step is ${percent(last)}: the release would never end.`, "Add a last step with weightBp 10000."));
  }
  return problems;
}

function checkStep(step: StrategyStep, before: StrategyStep | undefined, path: string): Problem[] {
  const { event, gate, pauseMs, weightBp } = step;
  const problems: Problem[] = [];
  if (weightBp > FULL_WEIGHT_BP) problems.push(overFull(`${path}.weightBp`, weightBp));
  else if (!isWhole(weightBp, 1, FULL_WEIGHT_BP))
    problems.push(invalid(`${path}.weightBp`, `${weightBp} is no weight.`, "Give basis points from 1 to 10000: 2500 is 25 %."));
  else if (before !== undefined && weightBp <= before.weightBp)
    problems.push({
      path: `${path}.weightBp`,
      code: "strategy.steps-down",
      detail: `${percent(weightBp)} is not more than the ${percent(before.weightBp)} of the step before.`,
      fix: "Let each step have more weight than the one before; to go back is what rollback and step-back are for.",
    });
  if (pauseMs !== undefined) problems.push(...checkPeriod(pauseMs, `${path}.pauseMs`, "Leave the pause out, or give"));
  if (gate === "event" && (event === undefined || event.trim() === ""))
    problems.push(
      invalid(`${path}.event`, "The gate waits for an event and names none.", 'Name a kind of change, such as "verification.publish".'),
    );
  else if (gate === "event" && event !== undefined && !isGateEvent(event))
    problems.push(
      invalid(
        `${path}.event`,
        `No change is a "${event}": the gate would never open.`,
        'Name a kind of change, such as "verification.publish" or "version.update".',
      ),
    );
  if (gate !== "event" && event !== undefined)
    problems.push(invalid(`${path}.event`, "Only a gate of kind event has an event.", 'Set gate to "event", or leave event out.'));
  return problems;
}

function checkLinear({ everyMs, fromBp, stepBp }: Extract<Strategy, { kind: "linear" }>, path: string): readonly Problem[] {
  const problems = [...checkPeriod(everyMs, `${path}.everyMs`, "Give")];
  if (fromBp > FULL_WEIGHT_BP) problems.push(overFull(`${path}.fromBp`, fromBp));
  else if (!isWhole(fromBp, 1, FULL_WEIGHT_BP))
    problems.push(invalid(`${path}.fromBp`, `${fromBp} is no weight.`, "Give basis points from 1 to 10000: 500 is 5 %."));
  if (stepBp > FULL_WEIGHT_BP) problems.push(overFull(`${path}.stepBp`, stepBp));
  else if (stepBp < 0)
    problems.push({
      path: `${path}.stepBp`,
      code: "strategy.steps-down",
      detail: `A step of ${stepBp} goes down.`,
      fix: "Give a step of 1 or more basis points.",
    });
  else if (stepBp === 0)
    problems.push(neverEnds(`${path}.stepBp`, "A step of 0 never gets to 100 %.", "Give a step of 1 or more basis points."));
  else if (!isWhole(stepBp, 1, FULL_WEIGHT_BP))
    problems.push(invalid(`${path}.stepBp`, `${stepBp} is no whole number of basis points.`, "Give a whole number: 500 is 5 %."));
  else if ((FULL_WEIGHT_BP - fromBp) / stepBp > STEPS_MAX - 1) {
    const least = Math.ceil((FULL_WEIGHT_BP - fromBp) / (STEPS_MAX - 1));
    problems.push(neverEnds(`${path}.stepBp`, `That makes more than ${STEPS_MAX} steps.`, `Give a step of ${least} or more basis points.`));
  }
  return problems;
}

function checkExponential({ everyMs, gamma }: Extract<Strategy, { kind: "exponential" }>, path: string): readonly Problem[] {
  const problems = [...checkPeriod(everyMs, `${path}.everyMs`, "Give")];
  if (!(gamma > 0 && gamma <= 1))
    problems.push(
      invalid(`${path}.gamma`, `${gamma} is not between 0 and 1.`, "Give the share of what is left to take each time, such as 0.3."),
    );
  else if (exponentialWeightsCount(gamma) > STEPS_MAX)
    problems.push(neverEnds(`${path}.gamma`, `With ${gamma} it takes more than ${STEPS_MAX} steps.`, "Give 0.023 or more."));
  return problems;
}

function exponentialWeightsCount(gamma: number): number {
  return gamma === 1 ? 1 : Math.ceil(Math.log(REST_BP / FULL_WEIGHT_BP) / Math.log1p(-gamma));
}

function checkPreviewHost(host: string, path: string): readonly Problem[] {
  const isName = parseHostPattern(host, path).ok && !host.includes("*");
  return isName ? [] : [invalid(path, `"${host}" is not a host name.`, "Write a DNS name without port, such as next.shop.example.com.")];
}

function checkMatch({ match }: Extract<Strategy, { kind: "ab" }>, path: string): readonly Problem[] {
  if (Object.values(match).every((part) => part === undefined || (Array.isArray(part) && part.length === 0)))
    return [
      invalid(path, "The match fits every request.", "Say which requests go to the new version: by path, method, header, query or caller."),
    ];
  return checkRules([{ matches: [match] }], "rules").map((problem) => ({
    ...problem,
    path: problem.path.replace("rules.0.matches.0", path),
  }));
}

function checkPeriod(ms: number, path: string, lead: string): readonly Problem[] {
  if (isWhole(ms, PAUSE_MIN_MS, PAUSE_MAX_MS)) return [];
  return [invalid(path, `${ms} ms is no time to wait.`, `${lead} whole ms from ${PAUSE_MIN_MS} to ${PAUSE_MAX_MS} (30 days).`)];
}

function overFull(path: string, weightBp: number): Problem {
  return {
    path,
    code: "strategy.over-full",
    detail: `${percent(weightBp)} is more than all of the traffic.`,
    fix: "Give at most 10000 basis points.",
  };
}

function neverEnds(path: string, detail: string, fix: string): Problem {
  return { path, code: "strategy.never-ends", detail, fix };
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "strategy.invalid", detail, fix };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}
