import { describe, expect, test } from "vitest";
import type { JudgeSettings } from "@/lib/model/index.ts";
import { forecastOf, type JudgeBlock, type JudgeState, judgeBlock, startJudge, verdictOf } from "@/lib/release/index.ts";
import {
  asideOf,
  BOUND_AT,
  catchToTell,
  falseAlarmPart,
  gaugeFill,
  type JudgeView,
  requestsSeen,
  safeInMs,
  standingOf,
  trailSeries,
} from "./judge-view.ts";

const LEVELS = { tolerance: 0.25, margin: 0.5, alpha: 0.005, beta: 0.05 };
const SETTINGS: JudgeSettings = {
  mode: "sequential",
  metrics: [
    { kind: "errors", ...LEVELS },
    { kind: "latency", boundaryMs: 65.536, ...LEVELS },
  ],
  minRequests: 20,
  deadlineMs: null,
};

function block(n: number, bad: number): JudgeBlock {
  const reading = { strata: [{ caller: "storefront@1.0.0", candidate: { n, bad }, baseline: { n: 300, bad: 0 } }] };
  return { ms: 5_000, weightBp: 2_500, metrics: [reading, reading], split: null, halves: null };
}

function viewOf(blocks: readonly JudgeBlock[]): JudgeView {
  let state: JudgeState = startJudge(SETTINGS, { service: "cart", version: "2.0.0", baseline: "1.0.0" });
  for (const each of blocks) state = judgeBlock(state, each);
  const { guards, metrics, sentence, verdict } = verdictOf(state);
  return {
    mode: "sequential",
    verdict,
    sentence,
    metrics,
    guards,
    stepRequests: 0,
    minRequests: 20,
    blocks: state.blocks,
    forecast: forecastOf(state),
    verdicts: [],
  };
}

const times = (count: number, each: JudgeBlock) => Array.from({ length: count }, () => each);

test("a gauge stands at its tick exactly at the bound, is empty without evidence and never overflows", () => {
  expect(gaugeFill(4.6, 4.6)).toBeCloseTo(BOUND_AT, 12);
  expect(gaugeFill(-3, 4.6)).toBe(0);
  expect(gaugeFill(null, null)).toBe(0);
  expect(gaugeFill(99, 4.6)).toBe(1);
});

describe("the standing", () => {
  test("goes from nothing seen to no harm so far to safe", () => {
    expect(standingOf(viewOf([]))).toBe("waiting");
    expect(standingOf(viewOf(times(3, block(100, 0))))).toBe("quiet");
    expect(standingOf(viewOf(times(12, block(100, 0))))).toBe("safe");
  });

  test("harm outweighs everything, and no requests outweigh what had passed", () => {
    expect(standingOf(viewOf(times(4, block(100, 20))))).toBe("harm");
    expect(standingOf(viewOf([...times(12, block(100, 0)), ...times(3, block(0, 0))]))).toBe("blind");
  });

  test("without metrics nothing is judged", () => {
    expect(standingOf({ ...viewOf([]), metrics: [] })).toBe("none");
  });
});

test("the promise is the sum of what its metrics may use up, and none is made in Kayenta's mode", () => {
  const view = viewOf(times(2, block(100, 0)));
  expect(falseAlarmPart(view)).toBeCloseTo(0.01, 12);
  expect(falseAlarmPart({ ...view, mode: "mann-whitney" })).toBeNull();
});

test("the forecast tells when a metric passes and the one catch that is soon enough to matter", () => {
  const view = viewOf(times(4, block(100, 0)));
  const [metric] = view.metrics;
  if (metric === undefined || view.forecast === null) throw new Error("nothing is judged");
  expect(safeInMs(metric, view.forecast)).toBeCloseTo(view.forecast.ms ?? 0, 6);
  expect(catchToTell(view.forecast)?.harm).toBe("tenth");
  expect(requestsSeen(view.metrics)).toEqual({ candidate: 400, baseline: 1_200 });
});

test("beside its name a metric says how it stands", () => {
  const asides = (view: JudgeView) => view.metrics.map((metric) => asideOf(metric, view));
  expect(asides(viewOf([]))).toEqual(["unseen", "unseen"]);
  expect(asides(viewOf(times(4, block(100, 0))))).toEqual(["safeIn", "safeIn"]);
  expect(asides(viewOf(times(12, block(100, 0))))).toEqual(["safe", "safe"]);
  expect(asides(viewOf(times(4, block(100, 20))))).toEqual(["harm", "harm"]);
  expect(asides(viewOf([block(100, 2)]))).toEqual(["leaning", "leaning"]);
  const [metric] = viewOf([]).metrics;
  if (metric === undefined) throw new Error("nothing is judged");
  const threshold = { ...metric, kind: "threshold", value: 3 } as const;
  expect(asideOf({ ...threshold, verdict: "pass" }, viewOf([]))).toBe("within");
  expect(asideOf({ ...threshold, verdict: "inconclusive", beyondMs: 5_000 }, viewOf([]))).toBe("beyond");
  expect(asideOf({ ...threshold, verdict: "inconclusive", value: null }, viewOf([]))).toBe("unseen");
  expect(asideOf({ ...threshold, verdict: "fail" }, viewOf([]))).toBe("broken");
});

test("a trail ends now, and its band closes in on the share", () => {
  const [metric] = viewOf(times(40, block(100, 1))).metrics;
  const series = trailSeries(metric?.trail ?? [], 1_000_000);
  expect(series.times.at(-1)).toBe(1_000_000);
  expect(series.times[0]).toBe(1_000_000 - 39 * 5_000);
  expect(series.candidate.at(-1)).toBe(0.01);
  const width = (at: number) => (series.high[at] ?? 1) - (series.low[at] ?? 0);
  expect(width(39)).toBeLessThan(width(3));
  expect(series.low.at(-1)).toBeLessThan(0.01);
  expect(series.high.at(-1)).toBeGreaterThan(0.01);
});
