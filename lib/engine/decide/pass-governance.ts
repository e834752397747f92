import type { Command, MeshEvent, Refusal, Risk, VersionRef } from "../../model/index.ts";
import { confirmedBy } from "../../release/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { foldChange } from "../fold.ts";
import type { Passed } from "../gate.ts";
import { takeApproval } from "./approval.ts";
import { automatedRisk } from "./automated-growth.ts";
import { riskOfChange } from "./change-risk.ts";
import type { DecideContext, Draft } from "./context.ts";
import { forwardGrowth } from "./forward-growth.ts";
import { frozenRefusal } from "./freeze.ts";
import { governanceOf } from "./governance.ts";
import { guardrailProblems } from "./guardrails.ts";
import { retiredConflicts } from "./lifecycle.ts";

/** A draft that no freeze holds, with the versions that it brings forward. */
export interface Unfrozen {
  readonly draft: Draft;
  readonly growth: readonly VersionRef[];
}

/**
 * The one place where freezes and prevention policies hold: whatever sets weights or rules, or sets a plan or a release going, passes here, however it came about. Requests to
 * versions that are retired become conflicts, told together with what the gate says.
 */
export function passFreezes(context: DecideContext, draft: Draft): Result<Unfrozen, Refusal> {
  if (!draft.events.some(isTraffic)) return ok({ draft, growth: [] });
  const after = foldChange(context.state, { ...context.place, at: context.nowIso, author: context.author.author, events: draft.events });
  const growth = forwardGrowth(context.state, after, draft, context.author.via);
  const frozen = frozenRefusal(context, growth, draft.paths);
  if (frozen !== null) return err(frozen);
  const retired = retiredConflicts(context, draft, after);
  const conflicts = [...retired, ...guardrailProblems(context, { after, growth, paths: draft.paths })];
  return ok({ draft: conflicts.length === 0 ? draft : { ...draft, conflicts: [...(draft.conflicts ?? []), ...conflicts] }, growth });
}

function isTraffic({ kind }: MeshEvent): boolean {
  return kind === "weights-set" || kind === "rules-set" || kind === "plan-moved" || kind === "release-created";
}

export interface Approved extends Passed {
  readonly risk: Risk | null;
}

/** After the gate: how much the change risks, and the approval that it uses up where it needs a second person. */
export function passApproval(
  context: DecideContext,
  command: Command,
  { draft, growth }: Unfrozen,
  passed: Passed,
): Result<Approved, Refusal> {
  const found = riskOfChange(context, { draft, after: passed.state, judgement: passed.judgement, growth });
  const from = growth.length > 0 ? governanceOf(context.state).secondPersonFrom : "never";
  const risk = found === null ? automatedRisk(context.state, draft.events) : { ...found, level: confirmedBy(found.level, from) };
  const used = takeApproval(context, { command, services: draft.services, risk });
  if (!used.ok) return used;
  if (used.value.length === 0) return ok({ ...passed, risk });
  const events = [...passed.events, ...used.value];
  const state = foldChange(context.state, { ...context.place, at: context.nowIso, author: context.author.author, events });
  return ok({ ...passed, events, state, risk });
}
