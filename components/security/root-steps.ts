/**
 * The three steps of a root change as a stepper shows them. Pure.
 *
 * Invariant: "n of m proxies" counts what the engine says it waits for, never more: a step is proven when nothing is waited for.
 */
import type { RootChange, RootStep } from "./use-identities.ts";

export const ROOT_STEPS = ["trust-new", "issue-new", "drop-old"] as const satisfies readonly RootStep[];

export interface RootStepView {
  readonly step: RootStep;
  /** `now`: the last one taken, whose proof the next one waits for. */
  readonly state: "done" | "now" | "next" | "later";
}

/** How each step stands; a change that is over begins anew with the first. */
export function rootSteps({ next, step }: Pick<RootChange, "step" | "next">): readonly RootStepView[] {
  const isUnderWay = step !== null && step !== "drop-old";
  const nextAt = ROOT_STEPS.indexOf(next);
  return ROOT_STEPS.map((each, index) => {
    if (each === next) return { step: each, state: "next" };
    if (!isUnderWay || index > nextAt) return { step: each, state: "later" };
    return { step: each, state: index === nextAt - 1 ? "now" : "done" };
  });
}

/** How many of the proxies have followed the last step. Each sentence of the engine begins with the proxy that it is about. */
export function followed(waitingFor: readonly string[], proxies: readonly string[]): { readonly done: number; readonly total: number } {
  const waiting = new Set(waitingFor.map((sentence) => sentence.split(" ")[0] ?? ""));
  const all = new Set([...proxies, ...[...waiting].filter((name) => name !== "And")]);
  const more = waitingFor.map((sentence) => Number(/^And (\d+) more\.$/.exec(sentence)?.[1] ?? 0)).reduce((sum, count) => sum + count, 0);
  const late = [...all].filter((name) => waiting.has(name)).length;
  return { done: Math.max(0, all.size - late - more), total: all.size };
}
