/**
 * Where each match of a service's rules stands in the order in which a request tries them, and why. What decides is read from `lib/routing`,
 * which orders them; here it is only put into words.
 */
import type { RouteRule } from "@/lib/client/index.ts";
import type { RouteRule as ModelRule } from "@/lib/model/index.ts";
import { explainOrder, type TriedMatch } from "@/lib/routing/index.ts";
import type { RouteTexts } from "./rule-summary.ts";

export interface MatchPlace {
  /** 1 for the match that is tried first. */
  readonly place: number;
  readonly before: TriedMatch["before"];
}

/** Places by rule and match, as they stand in `rules`. */
export function matchPlaces(rules: readonly RouteRule[]): readonly (readonly MatchPlace[])[] {
  const places: MatchPlace[][] = rules.map(() => []);
  for (const [index, { rule, match, before }] of explainOrder(rules as readonly ModelRule[]).entries()) {
    const ofRule = places[rule];
    if (ofRule) ofRule[match] = { place: index + 1, before };
  }
  return places;
}

const KINDS = ["exact", "regex", "prefix"] as const;

/** Why a match stands before the next one; null for the last. */
export function whyBefore({ before, place }: MatchPlace, t: RouteTexts): string | null {
  return before === null ? null : t("before.label", { n: place + 1, why: reason(before, t) });
}

function reason({ figure, ours, theirs }: NonNullable<TriedMatch["before"]>, t: RouteTexts): string {
  switch (figure) {
    case "path":
      return t("before.path", {
        ours: t(`before.kinds.${KINDS[ours] ?? "prefix"}`),
        theirs: t(`before.kinds.${KINDS[theirs] ?? "prefix"}`),
      });
    case "elements":
    case "length":
    case "headers":
    case "queryParams":
      return t(`before.${figure}`, { ours, theirs });
    case "caller":
      return theirs === 1 ? t("before.callerRange") : t("before.caller");
    case "method":
    case "text":
      return t(`before.${figure}`);
  }
}
