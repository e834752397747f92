import { FULL_WEIGHT_BP } from "../../model/index.ts";
import { dispersionIndex, harmWatchLogE, splitLogE } from "../../sequential/index.ts";
import type { JudgeState } from "./judge-state.ts";
import { ratiosOf } from "./tested-metric.ts";
import { rounded, shareWords, spanWords } from "./words.ts";

/** What has to hold for figures to mean something. `unknown`: it could not be looked at yet. */
export interface JudgeGuard {
  readonly kind: "split" | "calibration" | "overdispersion" | "missing";
  readonly state: "ok" | "warning" | "unknown";
  /** The figure that it rests on; null where there is none. */
  readonly value: number | null;
  readonly sentence: string;
}

/** Chance that a guard warns though all is well, in the whole release. */
const GUARD_LEVEL = 0.001;
/** A split that is off by less than this part of its smaller side does no harm. */
const SPLIT_TOLERANCE = 0.1;
/** Fewer blocks without requests in a row are never called missing. */
const MISSING_BLOCKS = 3;
/** So many requests would have been expected while there were none: by chance that happens once in 150 times. */
const MISSED_MIN = 5;
/** Silence of that length is called missing however little was expected. */
const SILENCE_MS = 300_000;

/** All guards, in the order in which people should read them. */
export function guardsOf(state: JudgeState): readonly JudgeGuard[] {
  return [missing(state), split(state), calibration(state), overdispersion(state)];
}

/** The candidate gets nothing now that could be judged, and that is not just because it gets little. */
export function isBlind({ blocks, missing: { streak, streakMs }, recent }: JudgeState): boolean {
  if (blocks === 0 || streak < MISSING_BLOCKS) return false;
  return recent.candidate === 0 || streakMs >= SILENCE_MS || (recent.candidate * streakMs) / recent.ms >= MISSED_MIN;
}

/** Traffic is not shared out as configured, which is shown. */
export function isMismatched({ split: seen }: JudgeState): boolean {
  return splitLogE(seen, SPLIT_TOLERANCE) >= Math.log(1 / GUARD_LEVEL);
}

function missing(state: JudgeState): JudgeGuard {
  const { streak, streakMs, total } = state.missing;
  const { version } = state.subject;
  if (isBlind(state)) {
    const sentence = `No request of a caller of both versions reached ${version} for ${spanWords(streakMs)}. No data is not good data.`;
    return { kind: "missing", state: "warning", value: streak, sentence };
  }
  if (state.blocks === 0) return { kind: "missing", state: "unknown", value: null, sentence: "Nothing was measured yet." };
  const sentence = total === 0 ? "Every block had data." : `${total} of ${state.blocks} blocks had no data.`;
  return { kind: "missing", state: "ok", value: total, sentence };
}

function split(state: JudgeState): JudgeGuard {
  const { candidate, share, total } = state.split;
  if (share === null || share <= 0 || share >= 1 || total === 0) {
    return {
      kind: "split",
      state: "unknown",
      value: null,
      sentence: "Nothing followed a split that could be compared with the configured one.",
    };
  }
  const seen = `${shareWords(candidate / total)} of ${rounded(total)} requests went to ${state.subject.version}`;
  if (!isMismatched(state)) return { kind: "split", state: "ok", value: candidate / total, sentence: `${seen}, as configured.` };
  const sentence = `${seen}, ${rounded((share * FULL_WEIGHT_BP) / 100)} % are configured: something else than the split decides who answers.`;
  return { kind: "split", state: "warning", value: candidate / total, sentence };
}

function calibration({ halves }: JudgeState): JudgeGuard {
  if (halves.left.blocks === 0) {
    return { kind: "calibration", state: "unknown", value: null, sentence: "The baseline has no two halves that could be compared." };
  }
  const logE = Math.max(harmWatchLogE(halves.left), harmWatchLogE(halves.right));
  if (logE < Math.log(2 / GUARD_LEVEL)) {
    return { kind: "calibration", state: "ok", value: Math.exp(logE), sentence: "Two halves of the baseline do not differ." };
  }
  const sentence = "Two halves of the baseline differ from each other: a difference of the new version may come from its instances.";
  return { kind: "calibration", state: "warning", value: Math.exp(Math.min(logE, 700)), sentence };
}

function overdispersion({ metrics, settings }: JudgeState): JudgeGuard {
  let worst: { readonly index: number; readonly widening: number } | null = null;
  for (const [at, each] of metrics.entries()) {
    const metric = settings.metrics[at];
    if (each.kind === "threshold" || metric === undefined || metric.kind === "threshold") continue;
    const index = dispersionIndex(each.dispersion);
    if (index !== null && (worst === null || index > worst.index)) worst = { index, widening: ratiosOf(each, metric).widening };
  }
  if (worst === null) {
    return {
      kind: "overdispersion",
      state: "unknown",
      value: null,
      sentence: "Too little was seen of the baseline to say how much it varies.",
    };
  }
  if (worst.widening <= 1) {
    return { kind: "overdispersion", state: "ok", value: worst.index, sentence: "The baseline varies no more than chance allows." };
  }
  const wider = `bounds are ${rounded((worst.widening - 1) * 100)} % wider`;
  const sentence = `The baseline varies ${rounded(worst.index)} times as much as chance alone: ${wider}.`;
  return { kind: "overdispersion", state: "warning", value: worst.index, sentence };
}
