import { describe, expect, test } from "vitest";
import { ratioLogE } from "../../sequential/index.ts";
import { forecast, forecastOf } from "./forecast.ts";
import { blockWith, judgeOf, LEVELS, repeated, settingsOf } from "./judge.fixture.ts";
import type { JudgeBlock } from "./judge-block.ts";
import { judgeBlock } from "./judge-step.ts";
import { verdictOf } from "./judge-verdict.ts";
import { promotedAlarm, promotedBlock, watchPromoted } from "./watch-promoted.ts";

const GOOD = blockWith({ n: 100, bad: 0 }, { n: 300, bad: 0 });
const BAD = blockWith({ n: 75, bad: 8 }, { n: 225, bad: 1 });
const SILENT = blockWith({ n: 0, bad: 0 }, { n: 300, bad: 0 });

describe("verdicts", () => {
  test("before anything was seen nothing is decided", () => {
    const { e, sentence, verdict } = verdictOf(judgeOf());
    expect(verdict).toBe("inconclusive");
    expect(sentence).toBe("Errors: no request of 2.0.0 was seen yet.");
    expect(e).toBeNull();
  });

  test("errors that the baseline does not have fail, with both shares and the promise in the sentence", () => {
    const { e, sentence, verdict } = verdictOf(repeated(judgeOf(), BAD, 3));
    expect(verdict).toBe("fail");
    expect(sentence).toBe(
      "Errors: 2.0.0 has 10.7 % (24 of 225), 1.0.0 0.444 % (3 of 675). Shown to be more than 1.25 times the share of 1.0.0, with a false alarm in 1 % of releases at most.",
    );
    expect(e).toBeGreaterThan(100);
  });

  test("what failed stays failed, whatever comes after it", () => {
    expect(verdictOf(repeated(repeated(judgeOf(), BAD, 3), GOOD, 400)).verdict).toBe("fail");
  });

  test("without errors on either side it passes after some hundred requests, and says before how many are missing", () => {
    const early = verdictOf(repeated(judgeOf(), GOOD, 4));
    expect(early.verdict).toBe("inconclusive");
    expect(early.metrics[0]?.needsRequests).toBeGreaterThan(100);
    const rest = Math.ceil((early.metrics[0]?.needsRequests ?? 0) / 100);
    expect(verdictOf(repeated(judgeOf(), GOOD, 4 + rest)).verdict).toBe("pass");
  });

  test("harm that begins after a long good time is found as soon as it would have been at the beginning, or little later", () => {
    let late = repeated(judgeOf(), GOOD, 500);
    let blocks = 0;
    for (; verdictOf(late).verdict !== "fail" && blocks < 20; blocks++) late = judgeBlock(late, BAD);
    expect(blocks).toBeLessThanOrEqual(5);
  });

  test("a release without metrics is never judged good", () => {
    expect(verdictOf(repeated(judgeOf(settingsOf([])), GOOD, 50)).verdict).toBe("inconclusive");
  });

  test("every metric has to pass, and one is enough to fail", () => {
    const settings = settingsOf([
      { kind: "errors", ...LEVELS },
      { kind: "latency", boundaryMs: 65.536, ...LEVELS },
    ]);
    const both = (slow: number): JudgeBlock => ({
      ...GOOD,
      metrics: [GOOD.metrics[0] ?? null, blockWith({ n: 100, bad: slow }, { n: 300, bad: 0 }).metrics[0] ?? null],
    });
    expect(verdictOf(repeated(judgeOf(settings), both(0), 40)).verdict).toBe("pass");
    expect(verdictOf(repeated(judgeOf(settings), { ...GOOD, metrics: [GOOD.metrics[0] ?? null, null] }, 40)).verdict).toBe("inconclusive");
    const slow = verdictOf(repeated(judgeOf(settings), both(20), 10));
    expect(slow.verdict).toBe("fail");
    expect(slow.sentence).toContain("Slower than 65.5 ms");
  });
});

describe("the e-value of one block", () => {
  test("is that of the formula: the mean over multiples, from the pooled past", () => {
    const state = judgeBlock(judgeOf(), BAD);
    const share = 0.5 / 100.5;
    const block = { candidate: { n: 75, bad: 8 }, baseline: { n: 225, bad: 1 } };
    const plain = [1.5, 2, 3, 5, 10, 30].map((multiple) =>
      ratioLogE(block, { candidate: Math.min(multiple * 1.25 * share, 0.98), baseline: share }, 1.25),
    );
    const metric = state.metrics[0];
    const logs = metric?.kind === "tested" ? metric.harm.logs : [];
    for (const [at, expected] of plain.entries()) expect(logs[at]).toBeCloseTo(expected, 12);
  });
});

describe("callers", () => {
  const mixed = (candidates: readonly [number, number], baselines: readonly [number, number]): JudgeBlock => ({
    ...GOOD,
    metrics: [
      {
        strata: [
          // One caller asks for what often fails, the other for what never does; the new version answers both alike.
          {
            caller: "reports",
            candidate: { n: candidates[0], bad: candidates[0] / 5 },
            baseline: { n: baselines[0], bad: baselines[0] / 5 },
          },
          { caller: "storefront", candidate: { n: candidates[1], bad: 0 }, baseline: { n: baselines[1], bad: 0 } },
        ],
      },
    ],
  });

  test("a version that mostly gets the requests that fail for everybody is not blamed for them", () => {
    const verdict = verdictOf(repeated(judgeOf(), mixed([50, 5], [5, 500]), 60));
    // Pooled, the new version would have 18 % errors against 0.2 %.
    expect(verdict.verdict).not.toBe("fail");
    expect(verdict.metrics[0]?.harmE).toBeLessThan(1);
  });
});

describe("no data is never good", () => {
  test("blocks without a request of the candidate do not bring a pass nearer", () => {
    const before = verdictOf(repeated(judgeOf(), GOOD, 4)).metrics[0]?.safeE;
    expect(verdictOf(repeated(repeated(judgeOf(), GOOD, 4), SILENT, 200)).metrics[0]?.safeE).toBeCloseTo(before ?? 0, 9);
  });

  test("a release that had passed is undecided again once its requests stay away, and says for how long", () => {
    const passed = repeated(judgeOf(), GOOD, 20);
    expect(verdictOf(passed).verdict).toBe("pass");
    const { guards, sentence, verdict } = verdictOf(repeated(passed, SILENT, 3));
    expect(verdict).toBe("inconclusive");
    expect(sentence).toBe("No request of a caller of both versions reached 2.0.0 for 15 s. No data is not good data.");
    expect(guards[0]).toMatchObject({ kind: "missing", state: "warning", value: 3 });
    expect(verdictOf(judgeBlock(repeated(passed, SILENT, 3), GOOD)).verdict).toBe("pass");
  });

  test("a version that gets a request now and then is not called silent between them", () => {
    const seldom = blockWith({ n: 1, bad: 0 }, { n: 20, bad: 0 });
    let state = judgeOf();
    for (let at = 0; at < 40; at++) state = repeated(judgeBlock(state, seldom), SILENT, 4);
    expect(verdictOf(state).guards[0]?.state).toBe("ok");
    expect(verdictOf(repeated(state, SILENT, 60)).guards[0]?.state).toBe("warning");
  });

  test("figures that cannot be read count as missing", () => {
    expect(verdictOf(repeated(repeated(judgeOf(), GOOD, 20), { ...GOOD, metrics: [null] }, 3)).verdict).toBe("inconclusive");
  });
});

describe("guards", () => {
  test("a split that is not the configured one keeps a pass back, and is told", () => {
    const skewed = { ...GOOD, split: { candidate: 100, total: 2_000 } };
    const { guards, sentence, verdict } = verdictOf(repeated(judgeOf(), skewed, 20));
    expect(verdict).toBe("inconclusive");
    expect(sentence).toContain("5 % of 40\u202f000 requests went to 2.0.0, 25 % are configured");
    expect(guards.find(({ kind }) => kind === "split")?.state).toBe("warning");
    expect(verdictOf(repeated(judgeOf(), { ...GOOD, split: { candidate: 500, total: 2_000 } }, 20)).verdict).toBe("pass");
  });

  test("two halves of the baseline that differ are told", () => {
    const halves = { candidate: { n: 200, bad: 20 }, baseline: { n: 200, bad: 0 } };
    const { guards } = verdictOf(repeated(judgeOf(), { ...GOOD, halves }, 10));
    expect(guards.find(({ kind }) => kind === "calibration")?.state).toBe("warning");
  });

  test("a baseline that jumps widens the bounds, and says by how much", () => {
    let state = judgeOf();
    for (let at = 0; at < 60; at++)
      state = judgeBlock(state, blockWith({ n: 100, bad: at % 4 === 0 ? 9 : 1 }, { n: 300, bad: at % 4 === 1 ? 27 : 3 }));
    const guard = verdictOf(state).guards.find(({ kind }) => kind === "overdispersion");
    expect(guard?.state).toBe("warning");
    expect(guard?.sentence).toMatch(/^The baseline varies .* times as much as chance alone: bounds are .* % wider\.$/);
  });
});

describe("the last step, without a baseline beside it", () => {
  const before = repeated(judgeOf(), blockWith({ n: 500, bad: 5 }, { n: 1_500, bad: 15 }), 30);
  const alone = (bad: number) => blockWith({ n: 2_000, bad }, { n: 0, bad: 0 }, { weightBp: 10_000 });

  test("the past of the baseline is what it is measured by", () => {
    expect(verdictOf(repeated(before, alone(20), 30)).verdict).toBe("pass");
    const worse = repeated(before, alone(100), 10);
    expect(verdictOf(worse).verdict).toBe("fail");
  });

  test("without a past there is nothing to measure by, and nothing is decided", () => {
    const { sentence, verdict } = verdictOf(repeated(judgeOf(), alone(0), 50));
    expect(verdict).toBe("inconclusive");
    expect(sentence).toContain("nothing to compare it with");
  });

  test("after the promotion an alarm comes once it gets worse, and not before", () => {
    let watch = watchPromoted(before, 5_000);
    for (let at = 0; at < 200; at++) watch = promotedBlock(watch, alone(20));
    expect(promotedAlarm(watch)).toBeNull();
    for (let at = 0; at < 4; at++) watch = promotedBlock(watch, alone(200));
    expect(promotedAlarm(watch)).toContain("Errors: 2.0.0 has 10 % (200 of 2\u202f000) in the last block");
  });
});

describe("thresholds", () => {
  const settings = settingsOf([{ kind: "threshold", query: "p99(cart)", above: 200, forMs: 10_000 }]);
  const reading = (value: number | null): JudgeBlock => ({ ...GOOD, metrics: [{ value }] });

  test("fails once the figure was beyond its bound for the whole time, and not before", () => {
    expect(verdictOf(repeated(judgeOf(settings), reading(300), 2)).verdict).toBe("inconclusive");
    expect(verdictOf(repeated(judgeOf(settings), reading(300), 3)).verdict).toBe("fail");
    const interrupted = repeated(repeated(judgeOf(settings), reading(300), 2), reading(100), 1);
    expect(verdictOf(repeated(interrupted, reading(300), 2)).verdict).toBe("inconclusive");
  });

  test("no data is not good, and does not end a time beyond the bound", () => {
    expect(verdictOf(repeated(judgeOf(settings), reading(null), 50)).verdict).toBe("inconclusive");
    const gap = repeated(repeated(repeated(judgeOf(settings), reading(300), 2), reading(null), 1), reading(300), 1);
    expect(verdictOf(gap).verdict).toBe("fail");
  });

  test("a figure within its bound is good now", () => {
    const { sentence, verdict } = verdictOf(judgeBlock(judgeOf(settings), reading(120)));
    expect(verdict).toBe("pass");
    expect(sentence).toBe("p99(cart) is 120, within its bound.");
  });
});

describe("the mode of Kayenta", () => {
  const settings = settingsOf([{ kind: "errors", ...LEVELS }], "mann-whitney");
  const run = (bad: (at: number) => number, times: number) => {
    let state = judgeOf(settings);
    for (let at = 0; at < times; at++) state = judgeBlock(state, blockWith({ n: 1_000, bad: bad(at) }, { n: 1_000, bad: 10 + (at % 5) }));
    return verdictOf(state);
  };

  test("judges after ten blocks: high fails, alike passes", () => {
    expect(run((at) => 30 + (at % 7), 9).verdict).toBe("inconclusive");
    expect(run((at) => 30 + (at % 7), 12).verdict).toBe("fail");
    expect(run((at) => 10 + ((at + 2) % 5), 12).verdict).toBe("pass");
    expect(run((at) => 10 + ((at + 2) % 5), 12).sentence).toMatch(
      /Pass by Mann-Whitney, tolerance 0.25, confidence 98 %; p .*, effect size /,
    );
  });
});

describe("forecasts", () => {
  test("say before the start when a good version passes and how fast a doubling is caught, as the planning example does", () => {
    const said = forecast(settingsOf([{ kind: "errors", ...LEVELS, tolerance: 0 }]), { requestsPerS: 1_000, shares: [0.002] }, 500);
    const doubling = said.catches.find(({ harm }) => harm === "doubling");
    // Simulated median 2.75 min and some 34 bad requests.
    expect(doubling?.ms).toBeGreaterThan(120_000);
    expect(doubling?.ms).toBeLessThan(260_000);
    expect(said.sentence).toMatch(
      /^A version as good as the baseline passes after about [\d\u202f]+ requests, in about .*\. A doubling of errors would be caught in about .* and cost about \d+ failed requests\.$/,
    );
  });

  test("without traffic nothing can be said", () => {
    expect(forecast(settingsOf(), { requestsPerS: 0, shares: [null] }, 500)).toMatchObject({ requests: null, ms: null, catches: [] });
  });

  test("live they count what is left, at the traffic of the present weight", () => {
    const state = repeated(judgeOf(), GOOD, 4);
    const { ms, requests } = forecastOf(state);
    expect(requests).toBe(verdictOf(state).metrics[0]?.needsRequests);
    expect(ms).toBeCloseTo(((requests ?? 0) / 20) * 1_000, 6);
  });

  test("promise nothing where nothing is tested, and no requests in Kayenta's mode", () => {
    const thresholds = settingsOf([{ kind: "threshold", query: "p99(cart)", above: 1, forMs: 0 }]);
    expect(forecast(thresholds, { requestsPerS: 60, shares: [null] }, 500).sentence).toBe("");
    const ranked = settingsOf([{ kind: "errors", ...LEVELS }], "mann-whitney");
    expect(forecast(ranked, { requestsPerS: 60, shares: [0.01] }, 500).sentence).toBe("It is judged from 10 blocks on.");
  });

  test("a release that is failing is not told that it passes", () => {
    expect(forecastOf(repeated(judgeOf(), BAD, 3)).requests).toBeNull();
  });
});

test("the state survives JSON, block by block", () => {
  let state = judgeOf();
  for (const block of [GOOD, BAD, SILENT, GOOD]) {
    const stored = JSON.parse(JSON.stringify(state));
    state = judgeBlock(state, block);
    expect(judgeBlock(stored, block)).toEqual(state);
  }
});

test("the state stays small however long a release takes", () => {
  expect(JSON.stringify(repeated(judgeOf(), GOOD, 5_000)).length).toBeLessThan(6_000);
});
