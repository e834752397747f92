import type { Change } from "../model/index.ts";
import type { DecideContext, Decision } from "./decide/context.ts";

/** The entry of the log that a decision becomes. */
export function changeOf(context: DecideContext, decision: Decision): Change {
  const { state: _, notes: __, ...facts } = decision;
  return { ...context.place, at: context.nowIso, ...context.author, ...facts };
}
