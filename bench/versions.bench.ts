import semver from "semver";
import type { Version, VersionRange } from "../lib/model/index.ts";
import { VersionOrder } from "../lib/versions/index.ts";
import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";
import { spaceRows } from "./version-space.ts";

const RANGES = ["^1.2.0", "~2.1.0", ">=1.0.0 <3.0.0", "1.x || >=2.5.0", "^0.3.1", ">=2.0.0-rc.1 <2.1.0"] as VersionRange[];

/** One check "is this version within that range": a bit of a compiled range against `semver.satisfies`; then the space of versions. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const checks = options.short ? 60_000 : 600_000;
  const versions = Array.from(
    { length: 60 },
    (_, index) => `${index % 4}.${Math.floor(index / 4) % 6}.${index % 3}${index % 7 === 0 ? "-rc.1" : ""}` as Version,
  );
  const order = new VersionOrder(versions);
  const selections = RANGES.map((range) => order.select(range));
  const size = order.size;
  let accepted = 0;
  const timed = (check: (range: number, position: number) => boolean, count: number) => {
    const started = process.hrtime.bigint();
    for (let index = 0; index < count; index++) if (check(index % RANGES.length, index % size)) accepted++;
    return Number(process.hrtime.bigint() - started) / count;
  };
  const figures = await interleave(
    {
      bitset: () => timed((range, position) => selections[range]?.has(position) === true, checks * 10),
      named: () =>
        timed((range, position) => order.satisfies(order.versions[position] as Version, RANGES[range] as VersionRange), checks * 4),
      semver: () =>
        timed((range, position) => semver.satisfies(order.versions[position] as Version, RANGES[range] as VersionRange), checks / 10),
    },
    options.short ? 2 : 7,
  );
  if (accepted === 0) throw new Error("the bench accepted no version, so it measured nothing");
  const row = (figure: string, ours: number, goal: string): BenchRow => ({
    figure,
    unit: "ns",
    ours,
    anchor: figures.semver,
    anchorName: "semver.satisfies",
    ratio: ratioOf(ours, figures.semver),
    goal,
  });
  return [
    row("range check, compiled bit set", figures.bitset, "≤ 0.01×"),
    row("range check, by name of version and range", figures.named, "≤ 0.1×"),
    ...spaceRows(options),
  ];
}
