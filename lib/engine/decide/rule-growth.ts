/**
 * Which versions a change of a service's split and rules brings forward: those that get more of some requests of which an older version got more before.
 *
 * A request takes the first match that fits, in order of precedence, and the split where none does; one in a lane takes the lane's rule before any. So the
 * requests fall into cells: those whose first match was `from` and is `to`. A cell whose matches exclude each other is empty, and so is one that an earlier
 * match covers. In each of the others the weights of where it went are compared with those of where it goes.
 * Invariants: what cannot be told (expressions, ranges of callers) counts as met and as not covered, so a version that goes forward is never missed; rules
 * that stay as they are bring nothing forward whatever else comes or goes elsewhere. Pure.
 */
import {
  compareVersions,
  FULL_WEIGHT_BP,
  type PathMatch,
  type RouteMatch,
  type RouteRule,
  type ValueMatch,
  type Version,
  type Weights,
} from "../../model/index.ts";
import { orderRules, routedPath } from "../../routing/index.ts";

/** How a service takes requests. */
export interface Takes {
  readonly weights: Weights;
  readonly rules: readonly RouteRule[];
}

/** A match of a rule, or what takes all requests of a lane; with the weights of where it leads. */
interface Entry {
  readonly fits: RouteMatch | { readonly lane: string };
  readonly weights: Weights;
}

/** Requests of which the same is true: where their first match led, and where it leads. */
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

/** The cells that are not known to be empty; none where nobody was served before. */
export function cellsBetween(was: Takes, is: Takes): readonly Cell[] {
  const oldest = oldestOf(was);
  if (oldest === undefined) return [];
  // A redirect answered what a version may answer now: none is older than the oldest.
  const [before, after] = [entriesOf(was, { [oldest]: FULL_WEIGHT_BP }), entriesOf(is, {})];
  const cover = (entry: Entry) => [firstCover(before, entry), firstCover(after, entry)] as const;
  const covers = new Map([...before, ...after].map((entry) => [entry, cover(entry)]));
  return before.flatMap((from, at): readonly Cell[] => {
    const [fromBefore, fromAfter] = covers.get(from) ?? [at, at];
    if (fromBefore < at) return [];
    return after.flatMap((to, place): readonly Cell[] => {
      const [toBefore, toAfter] = covers.get(to) ?? [at, place];
      if (toBefore < at || toAfter < place || fromAfter < place || !canMeet(from, to)) return [];
      return [{ from: from.weights, to: to.weights, isWhole: coversAll(to.fits, {}) }];
    });
  });
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
  const lanes = rules.flatMap((rule): Entry[] => (rule.lane === undefined ? [] : [{ fits: { lane: rule.lane }, weights: leadsTo(rule) }]));
  const single = orderRules(rules.flatMap((rule) => rule.matches.map((match) => ({ ...rule, matches: [match] }))));
  const matched = single.map((rule): Entry => ({ fits: rule.matches[0] ?? {}, weights: leadsTo(rule) }));
  return [...lanes, ...matched, { fits: {}, weights }];
}

/** The place of the first entry that takes all that this one fits. */
function firstCover(entries: readonly Entry[], { fits }: Entry): number {
  return entries.findIndex((entry) => coversAll(entry.fits, fits));
}

function coversAll(wide: Entry["fits"], narrow: Entry["fits"]): boolean {
  if ("lane" in wide) return "lane" in narrow && wide.lane === narrow.lane;
  if ("lane" in narrow) return coversMatch(wide, {});
  return coversMatch(wide, narrow);
}

function coversMatch(wide: RouteMatch, narrow: RouteMatch): boolean {
  return (
    coversPath(wide.path, narrow.path) &&
    (wide.method === undefined || wide.method === narrow.method) &&
    hasAll(narrow.headers, wide.headers, lower) &&
    hasAll(narrow.queryParams, wide.queryParams, same) &&
    (wide.caller === undefined ||
      (wide.caller.service === narrow.caller?.service && (wide.caller.range === undefined || wide.caller.range === narrow.caller.range)))
  );
}

function canMeet({ fits: left }: Entry, { fits: right }: Entry): boolean {
  if ("lane" in left || "lane" in right) return !("lane" in left && "lane" in right) || left.lane === right.lane;
  return (
    meetPaths(left.path, right.path) &&
    (left.method === undefined || right.method === undefined || left.method === right.method) &&
    !contradict(left.headers, right.headers, lower) &&
    !contradict(left.queryParams, right.queryParams, same) &&
    (left.caller === undefined || right.caller === undefined || left.caller.service === right.caller.service)
  );
}

function coversPath(wide: PathMatch | undefined, narrow: PathMatch | undefined): boolean {
  if (isEveryPath(wide)) return true;
  if (wide === undefined || narrow === undefined) return false;
  if (wide.type === "PathPrefix") return narrow.type !== "RegularExpression" && isWithin(narrow, wide);
  return wide.type === narrow.type && plain(wide) === plain(narrow);
}

function meetPaths(left: PathMatch | undefined, right: PathMatch | undefined): boolean {
  if (left === undefined || right === undefined || left.type === "RegularExpression" || right.type === "RegularExpression") return true;
  if (left.type === "Exact" && right.type === "Exact") return plain(left) === plain(right);
  return (right.type === "PathPrefix" && isWithin(left, right)) || (left.type === "PathPrefix" && isWithin(right, left));
}

function isEveryPath(path: PathMatch | undefined): boolean {
  return path === undefined || (path.type === "PathPrefix" && plain(path) === "/");
}

function isWithin(path: PathMatch, prefix: PathMatch): boolean {
  const start = withoutSlash(plain(prefix));
  return withoutSlash(plain(path)) === start || plain(path).startsWith(`${start}/`);
}

function plain({ type, value }: PathMatch): string {
  return type === "RegularExpression" ? value : routedPath(value);
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

type Conditions = readonly ValueMatch[] | undefined;
type NameOf = (name: string) => string;

const lower: NameOf = (name) => name.toLowerCase();
const same: NameOf = (name) => name;

function hasAll(conditions: Conditions, wanted: Conditions, nameOf: NameOf): boolean {
  return (wanted ?? []).every((each) =>
    (conditions ?? []).some(
      (other) => nameOf(other.name) === nameOf(each.name) && isExact(other) === isExact(each) && other.value === each.value,
    ),
  );
}

/** One value cannot be two. */
function contradict(left: Conditions, right: Conditions, nameOf: NameOf): boolean {
  return (left ?? []).some((each) =>
    (right ?? []).some(
      (other) => nameOf(other.name) === nameOf(each.name) && isExact(each) && isExact(other) && other.value !== each.value,
    ),
  );
}

function isExact({ type }: ValueMatch): boolean {
  return type !== "RegularExpression";
}
