/**
 * Which versions a change of a service's split and rules brings forward: those that get more of some requests of which an older version got more before.
 *
 * A request takes the first match that fits, in order of precedence, and the split where none does; one in a lane takes the lane's rule before any. So the
 * requests fall into cells: those whose first match was `from` and is `to`. A cell whose matches exclude each other is empty, and so is one that an earlier
 * match covers. In each of the others the weights of where it went are compared with those of where it goes. There may be millions of them (2 048 matches each
 * way): of those between the same weights one is looked for, and none between equal ones.
 * Invariants: what cannot be told (expressions, ranges of callers) counts as met and as not covered, so a version that goes forward is never missed; rules
 * that stay as they are bring nothing forward whatever else comes or goes elsewhere. Pure.
 */
import { compareVersions, equalWeights, FULL_WEIGHT_BP, type RouteRule, type Version, type Weights } from "../../model/index.ts";
import { orderRules } from "../../routing/index.ts";
import { canMeet, type Fits, firstCoverIn, fittingsOf, takesAll } from "./fitting.ts";

/** How a service takes requests. */
export interface Takes {
  readonly weights: Weights;
  readonly rules: readonly RouteRule[];
}

/** A match of a rule, or what takes all requests of a lane; with the weights of where it leads. */
interface Entry {
  readonly fits: Fits;
  readonly weights: Weights;
}

/** Requests of which the same is true: the weights of where their first match led, and of where it leads. */
export interface Cell {
  readonly from: Weights;
  readonly to: Weights;
  /** Whether every request may be in it: what it leads to takes all. */
  readonly isWhole: boolean;
}

/** The versions that go forward from `was` to `is`. */
export function grownBy(was: Takes, is: Takes): ReadonlySet<string> {
  return new Set(cellsBetween(was, is).flatMap(({ from, to }) => grownBetween(from, to)));
}

/** The cells that are not known to be empty and whose weights are others than before, those of the same weights once; none where nobody was served before. */
export function cellsBetween(was: Takes, is: Takes): readonly Cell[] {
  const oldest = oldestOf(was);
  if (oldest === undefined) return [];
  // A redirect answered what a version may answer now: none is older than the oldest.
  const [before, after] = [entriesOf(was, { [oldest]: FULL_WEIGHT_BP }), entriesOf(is, {})];
  const [read = [], readAfter = []] = fittingsOf(
    before.map(({ fits }) => fits),
    after.map(({ fits }) => fits),
  );
  const [coverBefore, coverAfter] = [firstCoverIn(read), firstCoverIn(readAfter)];
  const led = read.flatMap((fits, at) =>
    coverBefore(fits) < at ? [] : [{ at, fits, from: before[at]?.weights ?? {}, until: coverAfter(fits) }],
  );
  const leading = readAfter.flatMap((fits, place) =>
    coverAfter(fits) < place ? [] : [{ place, fits, to: after[place]?.weights ?? {}, isWhole: takesAll(fits), until: coverBefore(fits) }],
  );
  const froms = groupedBy(led, ({ from }) => weightsKey(from));
  const tos = groupedBy(leading, ({ isWhole, to }) => `${isWhole} ${weightsKey(to)}`);
  return froms.flatMap((some) =>
    tos.flatMap((others): readonly Cell[] => {
      const [{ from }, { isWhole, to }] = [some[0], others[0]];
      const isMet = () =>
        some.some(({ at, fits, until }) => others.some((other) => other.until >= at && until >= other.place && canMeet(fits, other.fits)));
      return equalWeights(from, to) || !isMet() ? [] : [{ from, to, isWhole }];
    }),
  );
}

/** Versions that have more in `is` while an older one has less. */
export function grownBetween(was: Weights, is: Weights): readonly string[] {
  const gains = (version: string) => (is[version] ?? 0) - (was[version] ?? 0);
  const losers = Object.keys(was).filter((version) => gains(version) < 0);
  return Object.keys(is).filter((version) => gains(version) > 0 && losers.some((loser) => isOlder(loser, version)));
}

export function isOlder(left: string, right: string): boolean {
  return compareVersions(left as Version, right as Version) < 0;
}

function oldestOf({ rules, weights }: Takes): string | undefined {
  const live = [weights, ...rules.map(({ split }) => split?.weights ?? {})].flatMap((each) =>
    Object.keys(each).filter((version) => (each[version] ?? 0) > 0),
  );
  return live.sort((left, right) => compareVersions(left as Version, right as Version))[0];
}

function entriesOf({ rules, weights }: Takes, redirected: Weights): readonly Entry[] {
  const leadsTo = (rule: RouteRule): Weights =>
    rule.filters?.some(({ type }) => type === "RequestRedirect") ? redirected : (rule.split?.weights ?? weights);
  const entry = (fits: Fits, leading: Weights): Entry => ({ fits, weights: leading });
  const lanes = rules.flatMap((rule) => (rule.lane === undefined ? [] : [entry({ lane: rule.lane }, leadsTo(rule))]));
  const single = orderRules(rules.flatMap((rule) => rule.matches.map((match) => ({ ...rule, matches: [match] }))));
  return [...lanes, ...single.map((rule) => entry(rule.matches[0] ?? {}, leadsTo(rule))), entry({}, weights)];
}

/** Those of one key together. */
function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function weightsKey(weights: Weights): string {
  return Object.keys(weights)
    .filter((version) => (weights[version] ?? 0) > 0)
    .sort()
    .map((version) => `${version} ${weights[version]}`)
    .join();
}
