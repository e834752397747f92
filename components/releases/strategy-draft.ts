/**
 * A strategy as the fields of a form hold it: weights in percent, lengths of time as people write them.
 *
 * Invariant: a strategy that is read and written again is the same strategy. What is no number goes out as it was typed, so that its problem can name it.
 */
import { typedNumber } from "@/components/services/typed-number.ts";
import { durationText, typedDuration } from "@/components/ui/duration.ts";
import type { Strategy, StrategyKind } from "./release-view.ts";

export const KINDS = [
  "canary",
  "linear",
  "exponential",
  "harm-budget",
  "blue-green",
  "ab",
  "shadow",
] as const satisfies readonly StrategyKind[];

export const STEP_GATES = ["none", "manual", "pass", "event"] as const;
export type StepGate = (typeof STEP_GATES)[number];

export interface StepDraft {
  /** Tells rows apart while they are edited. */
  readonly key: number;
  readonly weight: string;
  readonly pause: string;
  readonly gate: StepGate;
  readonly event: string;
}

type Match = Extract<Strategy, { kind: "ab" }>["match"];

/** Every kind at once, so that what was typed is there again when its kind is chosen again. */
export interface StrategyDraft {
  readonly kind: StrategyKind;
  readonly steps: readonly StepDraft[];
  readonly linear: { readonly from: string; readonly step: string; readonly every: string };
  readonly exponential: { readonly gamma: string; readonly every: string };
  readonly previewHost: string;
  readonly ab: { readonly header: string; readonly value: string; readonly path: string; readonly caller: string };
  /** Of the match, what has no field here. */
  readonly abRest: Match;
  readonly percent: string;
  readonly excessErrors: string;
}

const STEP = { gate: "none", event: "" } as const;

const FRESH: StrategyDraft = {
  kind: "canary",
  steps: [
    { key: 1, weight: "5", pause: "1 min", ...STEP },
    { key: 2, weight: "25", pause: "1 min", ...STEP },
    { key: 3, weight: "100", pause: "", ...STEP },
  ],
  linear: { from: "10", step: "10", every: "1 min" },
  exponential: { gamma: "0.3", every: "1 min" },
  previewHost: "",
  ab: { header: "x-beta", value: "yes", path: "", caller: "" },
  abRest: {},
  percent: "100",
  excessErrors: "50",
};

/** The fields of a strategy; of none, those of a canary to begin with. */
export function draftOf(strategy: Strategy | null): StrategyDraft {
  if (strategy === null) return FRESH;
  const draft = { ...FRESH, kind: strategy.kind };
  switch (strategy.kind) {
    case "canary":
      return { ...draft, steps: strategy.steps.map(stepDraft) };
    case "linear":
      return {
        ...draft,
        linear: { from: percentText(strategy.fromBp), step: percentText(strategy.stepBp), every: durationText(strategy.everyMs) },
      };
    case "exponential":
      return { ...draft, exponential: { gamma: String(strategy.gamma), every: durationText(strategy.everyMs) } };
    case "blue-green":
      return { ...draft, previewHost: strategy.previewHost };
    case "ab":
      return { ...draft, ...abDraft(strategy.match) };
    case "shadow":
      return { ...draft, percent: String(strategy.percent) };
    case "harm-budget":
      return { ...draft, excessErrors: String(strategy.excessErrors) };
  }
}

/** The strategy that the fields say. An empty field of a figure goes out as 0, for its problem to say. */
export function strategyOf(draft: StrategyDraft): Strategy {
  switch (draft.kind) {
    case "canary":
      return { kind: "canary", steps: draft.steps.map(stepOf) };
    case "linear": {
      const { every, from, step } = draft.linear;
      return { kind: "linear", fromBp: weightOf(from), stepBp: weightOf(step), everyMs: typedDuration(every) ?? 0 };
    }
    case "exponential":
      return {
        kind: "exponential",
        gamma: typedNumber(draft.exponential.gamma) ?? 0,
        everyMs: typedDuration(draft.exponential.every) ?? 0,
      };
    case "blue-green":
      return { kind: "blue-green", previewHost: draft.previewHost.trim() };
    case "ab":
      return { kind: "ab", match: matchOf(draft) };
    case "shadow":
      return { kind: "shadow", percent: typedNumber(draft.percent) ?? 0 };
    case "harm-budget":
      return { kind: "harm-budget", excessErrors: typedNumber(draft.excessErrors) ?? 0 };
  }
}

/** With one more step before the last: halfway between its neighbours. */
export function addStep(steps: readonly StepDraft[]): readonly StepDraft[] {
  const key = Math.max(0, ...steps.map((step) => step.key)) + 1;
  const last = steps.at(-1);
  if (last === undefined) return [{ key, weight: "100", pause: "", ...STEP }];
  const [below, above] = [typedNumber(steps.at(-2)?.weight) ?? 0, typedNumber(last.weight) ?? 100];
  const middle = Number.isFinite(below + above) ? Math.round((below + above) / 2) : 50;
  return [...steps.slice(0, -1), { key, weight: String(middle), pause: steps.at(-2)?.pause ?? "1 min", ...STEP }, last];
}

function stepDraft(
  { event = "", gate = undefined, pauseMs, weightBp }: Extract<Strategy, { kind: "canary" }>["steps"][number],
  place: number,
): StepDraft {
  return {
    key: place + 1,
    weight: percentText(weightBp),
    pause: pauseMs === undefined ? "" : durationText(pauseMs),
    gate: gate ?? "none",
    event,
  };
}

function stepOf({ event, gate, pause, weight }: StepDraft) {
  const pauseMs = typedDuration(pause);
  return {
    weightBp: weightOf(weight),
    ...(pauseMs !== undefined && { pauseMs }),
    ...(gate !== "none" && { gate }),
    ...(gate === "event" && { event: event.trim() }),
  };
}

function weightOf(text: string): number {
  const percent = typedNumber(text);
  return typeof percent === "number" ? Math.round(percent * 100) : (percent ?? 0);
}

function percentText(weightBp: number): string {
  return String(weightBp / 100);
}

function abDraft({ caller, headers = [], path, ...rest }: Match): Pick<StrategyDraft, "ab" | "abRest"> {
  const [header, ...more] = headers;
  const isPrefix = path?.type === "PathPrefix";
  return {
    ab: {
      header: header?.name ?? "",
      value: header?.value ?? "",
      path: isPrefix ? path.value : "",
      caller: caller?.range === undefined ? (caller?.service ?? "") : "",
    },
    abRest: {
      ...rest,
      ...(more.length > 0 && { headers: more }),
      ...(path && !isPrefix && { path }),
      ...(caller?.range !== undefined && { caller }),
    },
  };
}

function matchOf({ ab: { caller, header, path, value }, abRest }: StrategyDraft): Match {
  const headers = [...(header.trim() === "" ? [] : [{ name: header.trim(), value }]), ...(abRest.headers ?? [])];
  return {
    ...abRest,
    ...(headers.length > 0 && { headers }),
    ...(path.trim() !== "" && { path: { type: "PathPrefix" as const, value: path.trim() } }),
    ...(caller.trim() !== "" && { caller: { service: caller.trim() } }),
  };
}
