/**
 * A limit on requests under way that finds by itself how many a version can serve without queueing. States: open → steering ⇄ measuring → open.
 *
 * Open: `maxLimit` holds, nothing else is refused. → steering: there is evidence of overload (`overload-evidence.ts`); the limit starts at 1.5 times what the
 * version had under way at its best throughput and usual latency (Little's law; BBR's bandwidth-delay product), or at an eighth of what is.
 * Steering: the gradient of latency, after Netflix concurrency-limits (`GradientLimit`, `Gradient2Limit`; github.com/Netflix/concurrency-limits). Every window
 * (100 ms and 10 answers, at most 1 s): short = mean latency of the window, gradient = clamp(1.5 × unqueued / short, 0.5, 1),
 * limit ← 0.8 × limit + 0.2 × (limit × gradient + √limit). The root is the queue that is allowed, so that the limit can grow.
 * Search, at first: as long as twice the limit yields over 1.4 times the throughput nothing had queued, and the limit is doubled again (TCP's slow start);
 * each size holds for a generation of requests to settle and one to be measured. It ends with the size before the last one; or with → open, and then
 * evidence counts again after 10 s.
 * Measuring, for five windows: the limit is halved, and the mean of the last three is the unqueued latency from then on (Envoy's adaptive concurrency
 * filter, "minRTT"). Every 30 s, if the limit was in use; or after 15 windows in a row with the least gradient.
 * While less than half of the limit is used, nothing queues: the limit stays, and the unqueued latency follows what is measured.
 * Where answers are within 15 % of the unqueued latency the limit grows by 10 % with each window.
 * → open: nothing was refused for 5 s, or over 2 s less than 90 % of the most that was served in 2 s was asked.
 *
 * Invariants: minLimit ≤ limit ≤ maxLimit; what is served without queueing is not refused; a window without answers changes nothing; no timers, time from
 * arguments.
 */
import type { AdaptiveConcurrency } from "../../model/index.ts";
import type { ReportHealth } from "./health-note.ts";
import { OverloadEvidence } from "./overload-evidence.ts";

const WINDOW_MS = 100;
const WINDOW_MS_MAX = 1_000;
const WINDOW_ANSWERS = 10;
const TOLERANCE = 1.5;
const SMOOTHING = 0.2;
const FOLLOWING = 0.1;
const MEASURE_EVERY_MS = 30_000;
const MEASURE_WINDOWS = 5;
const MEASURE_SKIPPED = 2;
const GRADIENT_MIN = 0.5;
/** So little slower than unqueued that the limit may grow by 10 % with a window. */
const NO_QUEUE = 1.15;
const NO_QUEUE_GROWTH = 0.5;
const HELPLESS_WINDOWS = 15;
const CLOSE_AFTER_MS = 1_000;
const OPEN_AFTER_MS = 5_000;
const LATELY_MS = 2_000;
const OVER = 0.9;
const TRUST_AGAIN_MS = 10_000;
const TRIAL_ANSWERS = 30;
const UNDER_WAY_CUT = 8;
const TRIAL_GAIN = 1.4;

interface Measurement {
  windowsLeft: number;
  sumMs: number;
  readonly limitBefore: number;
}

/** One size of the limit being tried. */
interface Trial {
  /** Those that started earlier do not count. */
  startMs: number;
  answers: number;
  sumMs: number;
  measuredFromMs: number | null;
  measured: number;
  /** What the size before it yielded; null: this is the first. */
  readonly before: { readonly rate: number; readonly latencyMs: number } | null;
}

export class AdaptiveLimit {
  #policy: AdaptiveConcurrency;
  readonly #evidence = new OverloadEvidence();
  #isOpen = true;
  #trial: Trial | null = null;
  /** Whether twice a size yielded more in this search. */
  #hasDoubled = false;
  #engagedAtMs = 0;
  /** Most requests that ended in 2 s since then. */
  #mostServed = 0;
  #trustAtMs = Number.NEGATIVE_INFINITY;
  #limit: number;
  #underWay = 0;
  /** Of the window. */
  #sumMs = 0;
  #answers = 0;
  #mostUnderWay = 0;
  #windowStartMs: number | null = null;
  #unqueuedMs: number | null = null;
  #measureAtMs: number | null = null;
  #measuring: Measurement | null = null;
  /** Windows in a row with the least gradient. */
  #helpless = 0;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #isShedding = false;

  constructor(policy: AdaptiveConcurrency) {
    this.#policy = policy;
    this.#limit = policy.maxLimit;
  }

  set policy(policy: AdaptiveConcurrency) {
    if (!policy.enabled) this.#open();
    this.#policy = policy;
    this.#limit = this.#isOpen ? policy.maxLimit : this.#clamp(this.#limit);
  }

  /** Whole requests; without a limit (switched off): infinite. */
  get limit(): number {
    return this.#policy.enabled ? Math.floor(this.#limit) : Number.POSITIVE_INFINITY;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** False when the limit is reached: answer `overload.concurrency`. Each true is followed by one `finish`. */
  tryStart(nowMs: number): boolean {
    if (this.#policy.enabled) this.#evidence.asked(nowMs);
    if (this.#underWay >= this.limit) {
      this.#refusedAtMs = nowMs;
      return false;
    }
    this.#underWay++;
    if (this.#underWay > this.#mostUnderWay) this.#mostUnderWay = this.#underWay;
    return true;
  }

  /** A request ended after `latencyMs`; null: what it took says nothing (aborted by its caller, refused at once). A time-out counts in full. */
  finish(latencyMs: number | null, nowMs: number): void {
    this.#underWay--;
    if (!this.#policy.enabled) return;
    this.#evidence.ended(latencyMs, this.#underWay, nowMs);
    if (this.#isOpen) {
      if (this.#evidence.isOverloaded && nowMs >= this.#trustAtMs) this.#engage(nowMs);
    } else if (nowMs - this.#refusedAtMs >= OPEN_AFTER_MS) this.#reopen(nowMs);
    else if (latencyMs !== null) this.#follow(latencyMs, nowMs);
  }

  /** Reports that requests are refused, or no more; to be called with every tick. */
  step(subject: { readonly service: string; readonly version: string }, nowMs: number, report: ReportHealth): void {
    const isShedding = nowMs - this.#refusedAtMs < CLOSE_AFTER_MS;
    if (isShedding === this.#isShedding) return;
    this.#isShedding = isShedding;
    const name = `${subject.service}@${subject.version}`;
    const unqueued = Math.round((this.#unqueuedMs ?? 0) * 10) / 10;
    const reason = isShedding
      ? `${name} queues above ${this.limit} requests under way (it answers in ${unqueued} ms when it does not): more are refused.`
      : `Nothing to ${name} has been refused for ${CLOSE_AFTER_MS / 1_000} s.`;
    report({ kind: isShedding ? "shedding" : "shedding-ended", ...subject, instance: null, reason, untilMs: null }, nowMs);
  }

  #engage(nowMs: number): void {
    const { bestRate, usualMs } = this.#evidence;
    if (usualMs === null) return;
    this.#isOpen = false;
    this.#engagedAtMs = nowMs;
    this.#mostServed = 0;
    this.#refusedAtMs = nowMs;
    this.#limit = this.#clamp(Math.max(TOLERANCE * bestRate * usualMs, this.#underWay / UNDER_WAY_CUT));
    this.#unqueuedMs = usualMs;
    this.#measureAtMs = null;
    this.#windowStartMs = null;
    this.#sumMs = 0;
    this.#answers = 0;
    this.#helpless = 0;
    this.#hasDoubled = false;
    this.#try(nowMs, null);
  }

  #reopen(nowMs: number): void {
    if (this.#unqueuedMs !== null) this.#evidence.restart(this.#unqueuedMs);
    // It ended while the limit was being searched: there was no overload.
    if (this.#trial !== null) this.#trustAtMs = nowMs + TRUST_AGAIN_MS;
    this.#open();
  }

  /** Whether clearly less is asked than was served while more was asked. */
  #isOver(nowMs: number): boolean {
    const { asked, ended } = this.#evidence.lately();
    if (nowMs < this.#engagedAtMs + LATELY_MS) return false;
    this.#mostServed = Math.max(this.#mostServed, ended);
    return asked < OVER * this.#mostServed;
  }

  #open(): void {
    this.#isOpen = true;
    this.#limit = this.#policy.maxLimit;
    this.#measuring = null;
    this.#trial = null;
  }

  #follow(latencyMs: number, nowMs: number): void {
    if (this.#trial !== null) {
      // What started before this size waited in the queue there was then.
      if (nowMs - latencyMs >= this.#trial.startMs) this.#measureTrial(this.#trial, latencyMs, nowMs);
      return;
    }
    this.#windowStartMs ??= nowMs;
    this.#sumMs += latencyMs;
    this.#answers++;
    const ageMs = nowMs - this.#windowStartMs;
    if (ageMs >= WINDOW_MS_MAX || (ageMs >= WINDOW_MS && this.#answers >= WINDOW_ANSWERS)) this.#closeWindow(nowMs);
  }

  #try(nowMs: number, before: Trial["before"]): void {
    this.#trial = { startMs: nowMs, answers: 0, sumMs: 0, measuredFromMs: null, measured: 0, before };
  }

  #measureTrial(trial: Trial, latencyMs: number, nowMs: number): void {
    const wanted = Math.max(TRIAL_ANSWERS, this.#limit);
    trial.answers++;
    if (trial.answers < wanted) return;
    if (trial.measuredFromMs === null) {
      trial.measuredFromMs = nowMs;
      return;
    }
    trial.measured++;
    trial.sumMs += latencyMs;
    if (trial.measured >= wanted) this.#endTrial(trial, nowMs - trial.measuredFromMs, nowMs);
  }

  #endTrial({ before, measured, sumMs }: Trial, tookMs: number, nowMs: number): void {
    this.#trial = null;
    const yielded = { rate: measured / Math.max(tookMs, 1), latencyMs: sumMs / measured };
    // A size that nobody misses shows nothing.
    if (nowMs - this.#refusedAtMs >= tookMs) {
      this.#unqueuedMs = yielded.latencyMs;
      return this.#try(nowMs, before);
    }
    if (before === null || yielded.rate >= TRIAL_GAIN * before.rate) {
      this.#hasDoubled = before !== null;
      this.#limit = this.#clamp(2 * this.#limit);
      return this.#try(nowMs, yielded);
    }
    this.#limit = this.#clamp(this.#limit / 2);
    // No size yielded more: it queues, and the usual latency is the unqueued one. Otherwise the version became slower, and the size before queued a little.
    if (this.#hasDoubled) this.#unqueuedMs = Math.max(this.#unqueuedMs ?? 0, before.latencyMs / TOLERANCE);
  }

  #closeWindow(nowMs: number): void {
    const shortMs = this.#sumMs / this.#answers;
    const isUsed = this.#mostUnderWay * 2 > this.#limit;
    this.#sumMs = 0;
    this.#answers = 0;
    this.#mostUnderWay = this.#underWay;
    this.#windowStartMs = nowMs;
    if (this.#isOver(nowMs)) return this.#reopen(nowMs);
    this.#measureAtMs ??= nowMs + MEASURE_EVERY_MS;
    if (this.#measuring !== null) this.#measure(this.#measuring, shortMs, nowMs);
    else if (isUsed && (nowMs >= this.#measureAtMs || this.#helpless >= HELPLESS_WINDOWS)) {
      this.#helpless = 0;
      this.#measuring = { windowsLeft: MEASURE_WINDOWS, sumMs: 0, limitBefore: this.#limit };
      this.#limit = this.#clamp(this.#limit / 2);
    } else this.#steer(shortMs, isUsed);
  }

  #measure(measuring: Measurement, shortMs: number, nowMs: number): void {
    measuring.windowsLeft--;
    // The first windows still hold answers that queued before.
    if (measuring.windowsLeft < MEASURE_WINDOWS - MEASURE_SKIPPED) measuring.sumMs += shortMs;
    if (measuring.windowsLeft > 0) return;
    this.#unqueuedMs = measuring.sumMs / (MEASURE_WINDOWS - MEASURE_SKIPPED);
    this.#limit = this.#clamp(measuring.limitBefore);
    this.#measuring = null;
    this.#measureAtMs = nowMs + MEASURE_EVERY_MS;
  }

  #steer(shortMs: number, isUsed: boolean): void {
    this.#unqueuedMs ??= shortMs;
    if (!isUsed || shortMs < this.#unqueuedMs) this.#unqueuedMs += FOLLOWING * (shortMs - this.#unqueuedMs);
    if (!isUsed) return;
    const slower = shortMs / Math.max(this.#unqueuedMs, 0.001);
    const gradient = Math.min(1, Math.max(GRADIENT_MIN, TOLERANCE / slower));
    this.#helpless = gradient === GRADIENT_MIN ? this.#helpless + 1 : 0;
    const room = Math.max(Math.sqrt(this.#limit), slower < NO_QUEUE ? NO_QUEUE_GROWTH * this.#limit : 0);
    this.#limit = this.#clamp(this.#limit + SMOOTHING * (this.#limit * gradient + room - this.#limit));
  }

  #clamp(limit: number): number {
    return Math.min(this.#policy.maxLimit, Math.max(this.#policy.minLimit, limit));
  }
}
