/**
 * Live traffic as evidence: which pairs of versions work, and which do not, told from the requests between them.
 *
 * In: blocks of a few seconds, each with what every pair did in it (answers of instances only: refusals, injected faults and mirrored copies are not in them).
 * Out: verdicts with their figures. Per watched pair two sequential tests run (`lib/sequential`), so it does no harm to look after every block:
 * - incompatible (harm that may begin at any time), chance of being wrong at most `ALPHA`: the pair fails more often than the other versions of the consumer that call the same version of the provider in the
 *   same block, by more than `HARM_MARGIN`. Without such others nothing can be blamed on the pair: a provider that is bad for everybody is not incompatible with anybody.
 *   Failures in fewer than `FAILING_BLOCKS_MIN` blocks may be one accident and are not enough, whatever their number.
 * - compatible, chance of being wrong at most `BETA`: the pair fails no more often than the others (within ratio and margin), or, with or without others, less than 1 % of the
 *   time: one e-value, the mean of both. Another one has to show that it fails less than 5 % of the time, because what fails for all proves nothing; the smaller counts.
 *
 * Invariants: a test sees blocks of its pair in order, each once; at most `PAIRS_MAX` pairs are kept, beyond that the one silent the longest makes room; a pair whose
 * standing changes (decided, or taken back) begins anew. State is in memory only: after a restart all tests begin anew, which costs time and no truth.
 */
import type { FailureCount, TrafficProof } from "../model/index.ts";
import {
  type ArmCount,
  type Block,
  type BoundState,
  boundBlock,
  boundLogE,
  logMeanExp,
  type NonInferiorityState,
  nonInferiorityBlock,
  nonInferiorityLogE,
  type OnsetState,
  onsetBlock,
  onsetLogE,
  startBound,
  startNonInferiority,
  startOnset,
} from "../sequential/index.ts";
import { type Pair, pairKey } from "./live-pairs.ts";

/** Highest chance that "incompatible" is wrong. */
export const ALPHA = 0.001;
/** Highest chance that "compatible" is wrong. */
export const BETA = 0.01;
/** A pair may fail this much more often than others without being called incompatible: versions do not call the same things. */
export const HARM_MARGIN = 0.05;
/** A pair that works fails at most this much more often than others, or this many times as often. */
export const PASS_MARGIN = 0.005;
export const PASS_RATIO = 1.5;
/** A pair that works fails less often than this, where others do not tell. */
export const PASS_BOUND = 0.01;

/** Whatever the others do, a pair that works fails less often than this. */
export const PASS_SHARE_MAX = 0.05;

const FAILING_BLOCKS_MIN = 3;

const PAIRS_MAX = 2_000;
const NAMED_MAX = 3;

/** What one pair did in a block. */
export interface PairTraffic extends Pair {
  readonly count: ArmCount;
}

/**
 * What is to be found out of a pair. `both`: nothing is decided yet, or facts conflict. `harm`: it is held for compatible by its traffic, and might break later.
 * `comparable`: others may be measured by it; a pair that is known not to work is no measure.
 */
export interface PairStanding {
  readonly watch: "both" | "harm" | null;
  readonly comparable: boolean;
}

/** What traffic has shown of a pair. */
export interface TrafficVerdict extends Pair {
  readonly verdict: "compatible" | "incompatible";
  readonly proof: TrafficProof;
  /** The figures in words, without a full stop. */
  readonly reason: string;
}

interface Test {
  readonly watch: "both" | "harm";
  readonly harm: OnsetState;
  readonly pass: NonInferiorityState;
  readonly bound: BoundState;
  /** Against `PASS_SHARE_MAX`. */
  readonly sound: BoundState;
  readonly failingBlocks: number;
  /** Versions of the consumer that it was compared with. */
  readonly others: ReadonlySet<string>;
}

/** The tests of all watched pairs. */
export class LiveTraffic {
  readonly #standingOf: (pair: Pair) => PairStanding;
  readonly #tests = new Map<string, Test>();

  /** `standingOf` is asked anew for each block. */
  constructor(standingOf: (pair: Pair) => PairStanding) {
    this.#standingOf = standingOf;
  }

  /** Pairs that are being watched. */
  get size(): number {
    return this.#tests.size;
  }

  /** Takes a block; verdicts that stand are told again with each block until the pair's standing has changed. */
  take(block: readonly PairTraffic[]): readonly TrafficVerdict[] {
    const rows = block.filter(({ consumer, provider, count }) => count.n > 0 && consumer.service !== provider.service);
    const standings = new Map(rows.map((row) => [row, this.#standingOf(row)] as const));
    const groups = Map.groupBy(rows, ({ consumer, provider }) => `${consumer.service}>${provider.service}@${provider.version}`);
    return [...groups.values()].flatMap((group) =>
      group.flatMap((row) => {
        const key = pairKey(row);
        const watch = standings.get(row)?.watch ?? null;
        if (watch === null) {
          this.#tests.delete(key);
          return [];
        }
        const test = advanced(
          this.#testOf(key, watch),
          row,
          group.filter((other) => other !== row && standings.get(other)?.comparable === true),
        );
        this.#keep(key, test);
        return verdictOfTest(row, test);
      }),
    );
  }

  #testOf(key: string, watch: Test["watch"]): Test {
    const known = this.#tests.get(key);
    if (known?.watch === watch) return known;
    return {
      watch,
      harm: startOnset(),
      pass: startNonInferiority(),
      bound: startBound(),
      sound: startBound(),
      failingBlocks: 0,
      others: new Set(),
    };
  }

  /** A map keeps the order in which keys were added: the first one is the longest silent. */
  #keep(key: string, test: Test): void {
    this.#tests.delete(key);
    this.#tests.set(key, test);
    if (this.#tests.size <= PAIRS_MAX) return;
    for (const oldest of this.#tests.keys()) {
      this.#tests.delete(oldest);
      return;
    }
  }
}

function advanced(test: Test, { count }: PairTraffic, others: readonly PairTraffic[]): Test {
  const baseline = others.reduce((sum, other): ArmCount => ({ n: sum.n + other.count.n, bad: sum.bad + other.count.bad }), {
    n: 0,
    bad: 0,
  });
  const block = { candidate: count, baseline };
  const harm = onsetBlock(test.harm, block, { margin: HARM_MARGIN });
  const isFailing = count.bad > 0 && baseline.n > 0;
  const next = {
    ...test,
    harm,
    // Harm is counted from where it may have begun.
    failingBlocks: (harm.since === block ? 0 : test.failingBlocks) + (isFailing ? 1 : 0),
    others: new Set([...test.others, ...others.map(({ consumer }) => consumer.version)]),
  };
  if (test.watch === "harm") return next;
  return {
    ...next,
    pass: nonInferiorityBlock(test.pass, block, { ratio: PASS_RATIO, margin: PASS_MARGIN }),
    bound: boundBlock(test.bound, count, { bound: PASS_BOUND }),
    sound: boundBlock(test.sound, count, { bound: PASS_SHARE_MAX }),
  };
}

function verdictOfTest({ consumer, provider }: Pair, test: Test): readonly TrafficVerdict[] {
  const told = (
    verdict: TrafficVerdict["verdict"],
    { candidate, baseline }: Block,
    logE: number,
    level: number,
  ): readonly TrafficVerdict[] => {
    const pair = failuresOf(candidate);
    const others = baseline.n === 0 ? null : failuresOf(baseline);
    // A number that JSON can hold.
    const e = Math.min(Math.exp(logE), Number.MAX_SAFE_INTEGER);
    return [{ consumer, provider, verdict, proof: { pair, others, e, level }, reason: reasonOf(pair, others, test.others) }];
  };
  const harm = onsetLogE(test.harm);
  if (harm >= Math.log(1 / ALPHA) && test.failingBlocks >= FAILING_BLOCKS_MIN) return told("incompatible", test.harm.since, harm, ALPHA);
  if (test.watch !== "both") return [];
  const pass = Math.min(logMeanExp([nonInferiorityLogE(test.pass), boundLogE(test.bound)]), boundLogE(test.sound));
  return pass >= Math.log(1 / BETA) ? told("compatible", test.pass, pass, BETA) : [];
}

function failuresOf({ n, bad }: ArmCount): FailureCount {
  return { requests: n, failures: bad };
}

function reasonOf(pair: FailureCount, others: FailureCount | null, versions: ReadonlySet<string>): string {
  const own = `${pair.failures} of ${pair.requests} calls failed`;
  if (others === null) return `${own}; no other version called it meanwhile`;
  const from = versions.size <= NAMED_MAX ? listed([...versions]) : `${versions.size} other versions`;
  return `${own}, ${others.failures} of ${others.requests} from ${from} at the same time`;
}

function listed(names: readonly string[]): string {
  return names.length <= 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
