import semver from "semver";
import { compareVersions, type Version, type VersionRange } from "../model/index.ts";
import { Bitset } from "./bitset.ts";

/** Compiled ranges kept per order; far above what requirements need, a bound for ranges that queries bring in. */
const SELECTIONS_MAX = 512;

/** The versions of one service by semver precedence, lowest first; ranges are compiled to bit sets over the positions, once each. */
export class VersionOrder {
  readonly versions: readonly Version[];
  readonly #positions: ReadonlyMap<string, number>;
  readonly #selections = new Map<string, Bitset>();

  constructor(versions: Iterable<Version>) {
    this.versions = [...new Set(versions)].sort(compareVersions);
    this.#positions = new Map(this.versions.map((version, position) => [version, position]));
  }

  get size(): number {
    return this.versions.length;
  }

  /** Position of a version, 0 being the lowest; -1 when it is not in the order. */
  positionOf(version: Version): number {
    return this.#positions.get(version) ?? -1;
  }

  /** The positions that a range accepts, as `semver.satisfies` does; none for a range that is not valid. */
  select(range: VersionRange): Bitset {
    const known = this.#selections.get(range);
    if (known !== undefined) return known;
    const selection = this.#compile(range);
    if (this.#selections.size >= SELECTIONS_MAX) this.#selections.clear();
    this.#selections.set(range, selection);
    return selection;
  }

  /** Whether a version of this order is within the range; false for a version that is not in the order. */
  satisfies(version: Version, range: VersionRange): boolean {
    return this.select(range).has(this.positionOf(version));
  }

  /** The versions of a selection, lowest first. */
  versionsOf(selection: Bitset): readonly Version[] {
    return this.versions.filter((_, position) => selection.has(position));
  }

  #compile(text: VersionRange): Bitset {
    if (semver.validRange(text) === null) return Bitset.empty(this.size);
    const range = new semver.Range(text);
    return Bitset.from(this.size, (position) => range.test(this.versions[position] ?? ""));
  }
}
