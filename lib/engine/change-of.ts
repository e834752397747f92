import type { Change } from "../model/index.ts";
import type { DecideContext, Decision } from "./decide/context.ts";

/** The entry of the log that a decision becomes. `clockStepMs`: by how much the clock was set since the entry before. */
export function changeOf(context: DecideContext, decision: Decision, clockStepMs: number | null): Change {
  const { state: _, notes: __, risk: ___, ...facts } = decision;
  return { ...context.place, at: context.nowIso, ...(clockStepMs === null ? {} : { clockStepMs }), ...context.author, ...facts };
}
