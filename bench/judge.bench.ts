import { type JudgeBlock, type JudgeState, judgeBlock, startJudge, verdictOf } from "../lib/release/index.ts";
import { createXorshift, type Random } from "../lib/std/index.ts";
import { type BenchOptions, type BenchRow, median } from "./bench-table.ts";
import { flaggerRule, interlockRule, pooledZRule, type Rule, SETTINGS, type Second } from "./judge-rules.ts";

const HORIZON_S = 2 * 3_600;
const BASE_SHARE = 0.002;
const RELEASES = 500;
const CALLERS = 10;

interface Traffic {
  readonly rps: number;
  readonly weightBp: number;
}

const TRAFFICS: readonly Traffic[] = [
  { rps: 60, weightBp: 1_000 },
  { rps: 1_000, weightBp: 500 },
];

/** How soon a bad version is rolled back, how often a good one is, and what judging costs. */
export async function run({ short }: BenchOptions): Promise<BenchRow[]> {
  const rows = TRAFFICS.flatMap((traffic) => [
    ...[0.004, 0.01, 0.05, 0.2].map((share) => detection(traffic, share, short ? 6 : 100)),
    falseAlarms(traffic, short ? 10 : 300),
  ]);
  return [...rows, ...costs(short)];
}

const RULES: Readonly<Record<"judge" | "flagger" | "flagger15" | "z", (traffic: Traffic) => Rule>> = {
  judge: ({ weightBp }) => interlockRule(weightBp),
  flagger: () => flaggerRule(60),
  flagger15: () => flaggerRule(15),
  z: () => pooledZRule(),
};
type Name = keyof typeof RULES;
const NAMES = Object.keys(RULES) as Name[];

interface Found {
  /** Seconds from the first bad answer of the new version to the decision; null: not within two hours. */
  readonly seconds: number | null;
  /** Requests that the new version failed until then. */
  readonly cost: number;
}

/** One release under all rules at once; each decides for itself. */
function simulate(random: Random, traffic: Traffic, share: number): Readonly<Record<Name, Found>> {
  const rules = Object.fromEntries(NAMES.map((name) => [name, RULES[name](traffic)])) as Record<Name, Rule>;
  const found = new Map<Name, Found>();
  let [bad, firstBad] = [0, Number.POSITIVE_INFINITY];
  for (let second = 1; second <= HORIZON_S && found.size < NAMES.length; second++) {
    const seen = secondOf(random, traffic, share);
    bad += seen.candidate.bad;
    if (bad > 0) firstBad = Math.min(firstBad, second - 0.5);
    for (const name of NAMES) {
      if (!found.has(name) && rules[name](seen)) found.set(name, { seconds: second - firstBad, cost: bad });
    }
  }
  return Object.fromEntries(NAMES.map((name) => [name, found.get(name) ?? { seconds: null, cost: bad }])) as Record<Name, Found>;
}

function detection(traffic: Traffic, share: number, runs: number): BenchRow {
  const random = createXorshift(traffic.rps + Math.round(share * 1e4));
  const results = Array.from({ length: runs }, () => simulate(random, traffic, share));
  const of = (name: Name) => {
    const seconds = results.flatMap((result) => result[name].seconds ?? []);
    const part = Math.round((seconds.length / runs) * 100);
    return { median: part < 50 ? null : median(seconds), part, cost: median(results.map((result) => result[name].cost)) };
  };
  const [judge, flagger, flagger15, z] = [of("judge"), of("flagger"), of("flagger15"), of("z")];
  const words = (name: string, { cost, median: middle, part }: ReturnType<typeof of>) =>
    `${name} ${middle === null ? `only ${part} % within 2 h` : `${Math.round(middle)} s, ${part} %, ${Math.round(cost ?? 0)} failed`}`;
  return {
    figure: `first bad answer → rollback decided, ${named(traffic)}, 0.2 → ${share * 100} %`,
    unit: "s",
    ours: judge.median,
    anchor: flagger.median,
    anchorName: "Flagger's rule",
    ratio: judge.median === null || flagger.median === null ? null : judge.median / flagger.median,
    goal: "< both others at their rate of false alarms",
    note: [words("judge", judge), words("Flagger", flagger), words("Flagger each 15 s", flagger15), words("z-test each minute", z)].join(
      "; ",
    ),
  };
}

function falseAlarms(traffic: Traffic, runs: number): BenchRow {
  const random = createXorshift(traffic.rps);
  const results = Array.from({ length: runs }, () => simulate(random, traffic, BASE_SHARE));
  const part = (name: Name) => (results.filter((result) => result[name].seconds !== null).length / runs) * 100;
  return {
    figure: `harmless releases rolled back within 2 h, ${named(traffic)}`,
    unit: "%",
    ours: part("judge"),
    anchor: part("flagger"),
    anchorName: "Flagger's rule",
    ratio: null,
    goal: "≤ 1 %",
    note: `${runs} releases; Flagger each 15 s ${part("flagger15").toFixed(1)} %, z-test each minute ${part("z").toFixed(1)} %`,
  };
}

function named({ rps, weightBp }: Traffic): string {
  return `${rps.toLocaleString("en")} req/s at ${weightBp / 100} %`;
}

function secondOf(random: Random, { rps, weightBp }: Traffic, share: number): Second {
  const n = draw(random, rps, weightBp / 10_000);
  return { candidate: { n, bad: draw(random, n, share) }, baseline: { n: rps - n, bad: draw(random, rps - n, BASE_SHARE) } };
}

/** How many of n independent trials come out, by jumping from one to the next. */
function draw(random: Random, n: number, p: number): number {
  const perStep = Math.log(1 - p);
  let hits = -1;
  let at = 0;
  do {
    hits++;
    at += 1 + Math.floor(Math.log((random.nextUint32() + 1) / 2 ** 32) / perStep);
  } while (at <= n);
  return hits;
}

function costs(short: boolean): readonly BenchRow[] {
  const random = createXorshift(1);
  const settings = {
    ...SETTINGS,
    metrics: [...SETTINGS.metrics, { kind: "latency", boundaryMs: 65.536, tolerance: 0.25, margin: 0.5, alpha: 0.01, beta: 0.05 } as const],
  };
  const strata = Array.from({ length: CALLERS }, (_, at) => ({
    caller: `caller-${at}@1.0.0`,
    candidate: { n: 30, bad: draw(random, 30, BASE_SHARE) },
    baseline: { n: 270, bad: draw(random, 270, BASE_SHARE) },
  }));
  const block: JudgeBlock = {
    ms: 5_000,
    weightBp: 1_000,
    metrics: [{ strata }, { strata }],
    split: { candidate: 300, total: 3_000 },
    halves: { candidate: { n: 1_350, bad: 3 }, baseline: { n: 1_350, bad: 3 } },
  };
  let states: readonly JudgeState[] = Array.from({ length: RELEASES }, () =>
    startJudge(settings, { service: "cart", version: "2.0.0", baseline: "1.0.0" }),
  );
  const figures: number[] = [];
  for (let round = 0; round < (short ? 3 : 60); round++) {
    const started = process.cpuUsage();
    states = states.map((state) => judgeBlock(state, block));
    for (const state of states) verdictOf(state);
    const { system, user } = process.cpuUsage(started);
    if (round > 0) figures.push((user + system) / 1_000);
  }
  const middle = median(figures);
  const bytes = JSON.stringify(states[0]).length;
  const absolute = { anchor: null, anchorName: "none", ratio: null };
  return [
    {
      figure: "judge step: one block, 2 metrics, 10 callers, with its verdict",
      unit: "µs",
      ours: middle === null ? null : (middle / RELEASES) * 1_000,
      ...absolute,
      goal: "≤ 1,000 µs",
      note: "processor time",
    },
    {
      figure: `${RELEASES} concurrent releases, one block of each`,
      unit: "ms",
      ours: middle,
      ...absolute,
      goal: "≤ 500 ms per block of 5 s (a tenth of a core)",
      note: `${((middle ?? 0) / 50).toFixed(1)} % of a core; state ${(bytes / 1_024).toFixed(1)} KB each`,
    },
  ];
}
