import { describe, expect, test } from "vitest";
import type { ServiceName, Version } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { LiveTraffic, type Pair, type PairStanding, type PairTraffic, type TrafficVerdict } from "./index.ts";

const OPEN: PairStanding = { watch: "both", comparable: true };
const KNOWN: PairStanding = { watch: null, comparable: true };

/** "checkout@1.0.0>payments@2.0.0" with so many requests and failures. */
function row(pair: string, n: number, bad = 0): PairTraffic {
  const [consumer, provider] = pair.split(">").map((end) => {
    const [service, version] = end.split("@");
    return { service: service as ServiceName, version: version as Version };
  }) as [Pair["consumer"], Pair["provider"]];
  return { consumer, provider, count: { n, bad } };
}

const NEW = "checkout@2.0.0>payments@3.0.0";
const OLD = "checkout@1.0.0>payments@3.0.0";

/** What is told once the same block has come so many times; the new pair is open, others are known. */
function told(
  blocks: number,
  block: readonly PairTraffic[],
  standings: Readonly<Record<string, PairStanding>> = {},
): readonly TrafficVerdict[] {
  const traffic = new LiveTraffic(({ consumer }) => standings[consumer.version] ?? (consumer.version === "2.0.0" ? OPEN : KNOWN));
  let verdicts: readonly TrafficVerdict[] = [];
  for (let at = 0; at < blocks; at++) verdicts = traffic.take(block);
  return verdicts;
}

describe("live traffic", () => {
  test("blames a pair that fails where other versions of the caller do not, with the figures", () => {
    expect(told(4, [row(NEW, 9, 9), row(OLD, 500, 1)])).toMatchObject([
      {
        verdict: "incompatible",
        consumer: { version: "2.0.0" },
        provider: { service: "payments", version: "3.0.0" },
        proof: { pair: { requests: 36, failures: 36 }, others: { requests: 2_000, failures: 4 }, level: 0.001 },
        reason: "36 of 36 calls failed, 4 of 2000 from 1.0.0 at the same time",
      },
    ]);
  });

  test("blames nobody where the provider fails for all, nor holds such a pair for compatible", () => {
    expect(told(200, [row(NEW, 20, 20), row(OLD, 80, 80)])).toEqual([]);
    expect(told(200, [row(NEW, 20, 6), row(OLD, 80, 24)])).toEqual([]);
  });

  test("blames nobody without other versions of the caller: other services and other provider versions are no measure", () => {
    const others = [row("cart@1.0.0>payments@3.0.0", 500), row("checkout@1.0.0>payments@2.0.0", 500)];
    expect(told(200, [row(NEW, 20, 20), ...others])).toEqual([]);
  });

  test("does not measure by a pair that is known not to work", () => {
    const broken: PairStanding = { watch: null, comparable: false };
    expect(told(200, [row(NEW, 20, 20), row(OLD, 80)], { "1.0.0": broken })).toEqual([]);
  });

  test("does not take one accident for a broken pair, however many calls it hit", () => {
    const traffic = new LiveTraffic(() => OPEN);
    expect(traffic.take([row(NEW, 50, 50), row(OLD, 500)]).filter(({ verdict }) => verdict === "incompatible")).toEqual([]);
    for (let at = 0; at < 5; at++)
      expect(traffic.take([row(NEW, 50), row(OLD, 500)]).filter(({ verdict }) => verdict === "incompatible")).toEqual([]);
  });

  test("takes a pair for no better than it was seen to be, however bad the others are", () => {
    expect(told(1, [row(NEW, 60), row(OLD, 500, 500)])).toEqual([]);
    expect(told(4, [row(NEW, 60), row(OLD, 500, 500)])).toMatchObject([{ verdict: "compatible" }]);
  });

  test("shows that a pair works, compared with others or alone", () => {
    expect(told(100, [row(NEW, 10), row(OLD, 500, 1)])).toMatchObject([{ verdict: "compatible", proof: { others: { failures: 100 } } }]);
    expect(told(20, [row(NEW, 10), row(OLD, 500, 1)])).toEqual([]);
    expect(told(100, [row(NEW, 10)])).toMatchObject([
      {
        verdict: "compatible",
        proof: { others: null, level: 0.01 },
        reason: "0 of 1000 calls failed; no other version called it meanwhile",
      },
    ]);
  });

  test("goes on watching what it found compatible, for harm only", () => {
    let watch: PairStanding["watch"] = "both";
    const traffic = new LiveTraffic(({ consumer }) => (consumer.version === "2.0.0" ? { watch, comparable: true } : KNOWN));
    const healthy = [row(NEW, 200), row(OLD, 200)];
    let verdicts: readonly TrafficVerdict[] = [];
    for (let at = 0; at < 20 && verdicts.length === 0; at++) verdicts = traffic.take(healthy);
    expect(verdicts).toMatchObject([{ verdict: "compatible" }]);
    watch = "harm";
    for (let at = 0; at < 50; at++) expect(traffic.take(healthy)).toEqual([]);
    let blocks = 0;
    for (; blocks < 20 && verdicts[0]?.verdict !== "incompatible"; blocks++) verdicts = traffic.take([row(NEW, 20, 10), row(OLD, 200)]);
    expect(blocks).toBeLessThan(10);
    expect(verdicts[0]?.proof.pair).toEqual({ requests: 20 * blocks, failures: 10 * blocks });
  });

  test("forgets a pair that is settled, and keeps a bounded number", () => {
    let standing = OPEN;
    const traffic = new LiveTraffic(() => standing);
    for (let at = 0; at < 2_100; at++) traffic.take([row(`a@1.0.${at}>b@1.0.0`, 1)]);
    expect(traffic.size).toBe(2_000);
    standing = KNOWN;
    traffic.take([row("a@1.0.2099>b@1.0.0", 1)]);
    expect(traffic.size).toBe(1_999);
  });

  test("is wrong about healthy pairs no more often than it says, with failures that come in shocks for all callers", () => {
    const random = createXorshift(11);
    const chance = (p: number) => random.nextUint32() < p * 2 ** 32;
    const draw = (n: number, p: number) => Array.from({ length: n }).filter(() => chance(p)).length;
    let blamed = 0;
    for (let run = 0; run < 500; run++) {
      const traffic = new LiveTraffic(({ consumer }) => (consumer.version === "2.0.0" ? { watch: "harm", comparable: true } : KNOWN));
      for (let at = 0; at < 120; at++) {
        const p = chance(0.05) ? 0.6 : 0.01;
        if (traffic.take([row(NEW, 5, draw(5, p)), row(OLD, 20, draw(20, p))]).length === 0) continue;
        blamed++;
        break;
      }
    }
    expect(blamed / 500).toBeLessThanOrEqual(0.001 + 3 * Math.sqrt(0.001 / 500));
  });
});
