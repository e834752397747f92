/**
 * Which of two conditions on requests takes all that the other takes, and whether one request can fit both; thousands of them against thousands.
 *
 * All conditions are read once, together: what they ask for becomes numbers, those first that tell most apart; and of paths in order, all that are within a
 * prefix stand next to each other, behind it. A condition takes all of another where the other asks for everything that it asks for, so its cover is among
 * those that ask for something that it asks for as well: each stands under the rarest thing that it asks for.
 * Invariants: what cannot be told (expressions, ranges of callers) counts as met and as not covered. Pure.
 */
import type { PathMatch, RouteMatch } from "../../model/index.ts";
import { routedPath } from "../../routing/index.ts";

/** What a request has to be: a match of a rule, or in a lane. */
export type Fits = RouteMatch | { readonly lane: string };

/** A condition, read. */
export interface Fitting {
  readonly isLane: boolean;
  /** Null: every path. */
  readonly path: Path | null;
  /** Name and value by turns, in order of names: what can have one value alone. */
  readonly single: readonly number[];
  /** All that it asks for beside the path, the rarest first. */
  readonly asks: ReadonlySet<number>;
}

interface Path {
  readonly type: PathMatch["type"];
  readonly text: string;
  readonly place: Place | null;
}

/** Where a path stands among all of them; those within it as a prefix have places up to `last`. */
interface Place {
  readonly at: number;
  last: number;
  /** The nearest that it is within. */
  readonly outer: Place | null;
}

interface Asked {
  readonly name: string;
  readonly value: string;
  readonly isSingle: boolean;
}

/** Conditions of several lists, read together: only such can be compared. */
export function fittingsOf(...lists: readonly (readonly Fits[])[]): readonly (readonly Fitting[])[] {
  const all = lists.map((list) => list.map((fits) => ({ fits, asked: askedBy(fits), path: "lane" in fits ? null : pathOf(fits.path) })));
  const flat = all.flat();
  const asked = flat.flatMap((each) => each.asked);
  const askNumbers = numbered(countsOf(asked, askKey), (count) => count);
  const values = new Map(
    [...Map.groupBy(asked, ({ name }) => name)].map(([name, some]) => [name, new Set(some.map(({ value }) => value)).size]),
  );
  // Names of many values first: there two of them differ soonest.
  const nameNumbers = numbered(values, (count) => -count);
  const places = placesOf(flat.flatMap(({ path }) => (path === null || path.type === "RegularExpression" ? [] : [path.text])));
  return all.map((list) =>
    list.map(({ asked: own, fits, path }): Fitting => {
      const numbers = own.map((each) => askNumbers.get(askKey(each)) ?? 0).sort((left, right) => left - right);
      const single = own
        .filter(({ isSingle }) => isSingle)
        .map((each) => [nameNumbers.get(each.name) ?? 0, askNumbers.get(askKey(each)) ?? 0] as const)
        .sort(([left], [right]) => left - right);
      return {
        isLane: "lane" in fits,
        path:
          path === null ? null : { ...path, place: path.type === "RegularExpression" ? null : (places.get(orderText(path.text)) ?? null) },
        single: single.flat(),
        asks: new Set(numbers),
      };
    }),
  );
}

/** Whether it takes every request. */
export function takesAll({ asks, path }: Fitting): boolean {
  return path === null && asks.size === 0;
}

/** Whether a request can fit both. */
export function canMeet(left: Fitting, right: Fitting): boolean {
  // What is in a lane may be anything beside.
  if (left.isLane !== right.isLane) return true;
  if (!meetPaths(left.path, right.path)) return false;
  const [ours, theirs] = [left.single, right.single];
  for (let at = 0, other = 0; at < ours.length && other < theirs.length; ) {
    const [name = 0, otherName = 0] = [ours[at], theirs[other]];
    if (name === otherName && ours[at + 1] !== theirs[other + 1]) return false;
    if (name <= otherName) at += 2;
    if (otherName <= name) other += 2;
  }
  return true;
}

/** Finds the place of the first of these that takes all that another takes; -1 where none does. */
export function firstCoverIn(list: readonly Fitting[]): (narrow: Fitting) => number {
  const everywhere: number[] = [];
  const byAsk = new Map<number, number[]>();
  const byPath = new Map<Place | string, number[]>();
  for (const [at, { asks, path }] of list.entries()) {
    const [rarest] = asks;
    if (path !== null) put(byPath, path.place ?? path.text, at);
    else if (rarest !== undefined) put(byAsk, rarest, at);
    else everywhere.push(at);
  }
  return (narrow) => {
    let first = list.length;
    const look = (places: readonly number[] | undefined) => {
      for (const at of places ?? []) {
        if (at >= first) return;
        if (covers(list[at], narrow)) first = at;
      }
    };
    look(everywhere);
    for (const ask of narrow.asks) look(byAsk.get(ask));
    if (narrow.path !== null && narrow.path.place === null) look(byPath.get(narrow.path.text));
    for (let place = narrow.path?.place ?? null; place !== null; place = place.outer) look(byPath.get(place));
    return first === list.length ? -1 : first;
  };
}

function put<K>(places: Map<K, number[]>, key: K, at: number): void {
  const same = places.get(key);
  if (same === undefined) places.set(key, [at]);
  else same.push(at);
}

function covers(wide: Fitting | undefined, narrow: Fitting): boolean {
  if (wide === undefined || wide.asks.size > narrow.asks.size || !coversPath(wide.path, narrow.path)) return false;
  for (const each of wide.asks) if (!narrow.asks.has(each)) return false;
  return true;
}

function coversPath(wide: Path | null, narrow: Path | null): boolean {
  if (wide === null) return true;
  if (narrow === null) return false;
  if (wide.type === "PathPrefix") return isWithin(narrow, wide);
  return wide.type === narrow.type && wide.text === narrow.text;
}

function meetPaths(left: Path | null, right: Path | null): boolean {
  if (left === null || right === null || left.place === null || right.place === null) return true;
  if (left.type === "Exact" && right.type === "Exact") return left.place === right.place && left.text === right.text;
  return (right.type === "PathPrefix" && isWithin(left, right)) || (left.type === "PathPrefix" && isWithin(right, left));
}

function isWithin({ place }: Path, { place: outer }: Path): boolean {
  return place !== null && outer !== null && outer.at <= place.at && place.at <= outer.last;
}

function pathOf(path: PathMatch | undefined): Omit<Path, "place"> | null {
  if (path === undefined) return null;
  const text = path.type === "RegularExpression" ? path.value : routedPath(path.value);
  return path.type === "PathPrefix" && text === "/" ? null : { type: path.type, text };
}

/** With a slash at the end, what is within a prefix begins with it. */
function orderText(text: string): string {
  return text.endsWith("/") ? text : `${text}/`;
}

function placesOf(paths: readonly string[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const open: { readonly text: string; readonly place: Place }[] = [];
  const ordered = [...new Set(paths.map(orderText))].sort((left, right) => (left < right ? -1 : 1));
  for (const [at, text] of ordered.entries()) {
    while (open.length > 0 && !text.startsWith(open.at(-1)?.text ?? "")) open.pop();
    const place: Place = { at, last: at, outer: open.at(-1)?.place ?? null };
    for (const { place: outer } of open) outer.last = at;
    open.push({ text, place });
    places.set(text, place);
  }
  return places;
}

function askedBy(fits: Fits): readonly Asked[] {
  if ("lane" in fits) return [{ name: "lane", value: fits.lane, isSingle: true }];
  const { caller, headers = [], method, queryParams = [] } = fits;
  const asked: Asked[] = [];
  if (method !== undefined) asked.push({ name: "method", value: method, isSingle: true });
  if (caller !== undefined) asked.push({ name: "caller", value: caller.service, isSingle: true });
  if (caller?.range !== undefined) asked.push({ name: `range of ${caller.service}`, value: caller.range, isSingle: false });
  const kinds = [
    ...headers.map((each) => ({ ...each, name: `header ${each.name.toLowerCase()}` })),
    ...queryParams.map((each) => ({ ...each, name: `parameter ${each.name}` })),
  ];
  for (const { name, type, value } of kinds) {
    const isSingle = type !== "RegularExpression";
    asked.push({ name: isSingle ? name : `like ${name}`, value, isSingle });
  }
  return asked;
}

/** With the length of the name, no two of them read the same. */
function askKey({ name, value }: Asked): string {
  return `${name.length} ${name} ${value}`;
}

function countsOf<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

/** Numbers in order of what is counted. */
function numbered(counts: ReadonlyMap<string, number>, orderOf: (count: number) => number): ReadonlyMap<string, number> {
  const ordered = [...counts].sort(([, left], [, right]) => orderOf(left) - orderOf(right));
  return new Map(ordered.map(([key], at) => [key, at]));
}
