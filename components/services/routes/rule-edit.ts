/**
 * One rule of a service in an editor, as pure values. All rules are written at once, so an edit carries the list that it was opened on.
 *
 * Invariants: an index means a place in `routes.rules` as read, and nothing in any other list; what is sent is made of that list and sent
 * with its rev, so the engine refuses it when the list has moved. Only `rebaseEdit` carries an edit over to a newer list, and only where
 * the rule that was opened stands there unchanged.
 */
import type { RouteRule, Routes } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";

/** A rule that is being changed or removed. */
export interface RuleEdit {
  /** As read when the editor was opened. */
  readonly routes: Routes;
  /** Place of the rule; null for a new one. */
  readonly index: number | null;
}

/** Place of the edited rule among the rules that are sent. */
export function placeOf({ routes, index }: RuleEdit): number {
  return index ?? routes.rules.length;
}

/** All rules with the edited one in its place. */
export function rulesWith(edit: RuleEdit, rule: RouteRule): Routes["rules"] {
  return edit.routes.rules.toSpliced(placeOf(edit), edit.index === null ? 0 : 1, rule);
}

/** All rules but the one that is to go. */
export function rulesWithout({ routes, index }: RuleEdit): Routes["rules"] {
  return routes.rules.filter((_, each) => each !== index);
}

/** The same edit on a newer list; null where the rule that was opened is not in it as it was. */
export function rebaseEdit({ routes, index }: RuleEdit, now: Routes): RuleEdit | null {
  if (index === null) return { routes: now, index };
  const opened = canonicalJson(routes.rules[index] ?? null);
  const place = now.rules.findIndex((rule) => canonicalJson(rule) === opened);
  return place < 0 ? null : { routes: now, index: place };
}

/** What a check asked about. */
export interface RuleCheck {
  readonly rules: Routes["rules"];
  readonly rev: number;
}

/** Whether an answer to `asked` still speaks of what would be sent: the same rules, on a service that has not moved on to `liveRev`. */
export function isAnswerCurrent(asked: RuleCheck | undefined, rules: Routes["rules"], liveRev: number): boolean {
  return asked !== undefined && asked.rev >= liveRev && canonicalJson(asked.rules) === canonicalJson(rules);
}
