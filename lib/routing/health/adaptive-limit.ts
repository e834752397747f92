/**
 * A limit on requests under way that finds by itself how many a version can serve without queueing: the gradient of latency, after
 * Netflix concurrency-limits (`GradientLimit`, `Gradient2Limit`; github.com/Netflix/concurrency-limits), with Envoy's idea of measuring the
 * unqueued latency anew from time to time (adaptive concurrency filter, "minRTT").
 *
 * Every window (100 ms and 10 answers, at most 1 s): short = mean latency of the window, gradient = clamp(1.5 × unqueued / short, 0.5, 1),
 * limit ← 0.8 × limit + 0.2 × (limit × gradient + √limit). The root is the queue that is allowed, so that the limit can grow.
 * States: steering; measuring for five windows: the limit is halved, and the least mean of these windows is the unqueued latency from then on.
 * steering → measuring: every 30 s, if the limit was in use; or after 15 windows in a row with the least gradient: the limit is a fifth of
 * what it was by then, and where that did not help it was no queue but a version that became slower.
 * While less than half of the limit is used, nothing queues: the limit stays, and the unqueued latency follows what is measured.
 *
 * Invariants: minLimit ≤ limit ≤ maxLimit; a window without answers changes nothing; no timers, time from arguments.
 */
import type { AdaptiveConcurrency } from "../../model/index.ts";
import type { ReportHealth } from "./health-note.ts";

const WINDOW_MS = 100;
const WINDOW_MS_MAX = 1_000;
const WINDOW_ANSWERS = 10;
const TOLERANCE = 1.5;
const SMOOTHING = 0.2;
const FOLLOWING = 0.1;
const MEASURE_EVERY_MS = 30_000;
const MEASURE_WINDOWS = 5;
const GRADIENT_MIN = 0.5;
const HELPLESS_WINDOWS = 15;
const CLOSE_AFTER_MS = 1_000;

interface Measurement {
  windowsLeft: number;
  leastMs: number;
  readonly limitBefore: number;
}

export class AdaptiveLimit {
  #policy: AdaptiveConcurrency;
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
    this.#limit = Math.min(policy.maxLimit, Math.max(policy.minLimit, 20));
  }

  set policy(policy: AdaptiveConcurrency) {
    this.#policy = policy;
    this.#limit = this.#clamp(this.#limit);
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
    if (latencyMs === null || !this.#policy.enabled) return;
    this.#windowStartMs ??= nowMs;
    this.#sumMs += latencyMs;
    this.#answers++;
    const ageMs = nowMs - this.#windowStartMs;
    if (ageMs >= WINDOW_MS_MAX || (ageMs >= WINDOW_MS && this.#answers >= WINDOW_ANSWERS)) this.#closeWindow(nowMs);
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

  #closeWindow(nowMs: number): void {
    const shortMs = this.#sumMs / this.#answers;
    const isUsed = this.#mostUnderWay * 2 > this.#limit;
    this.#sumMs = 0;
    this.#answers = 0;
    this.#mostUnderWay = this.#underWay;
    this.#windowStartMs = nowMs;
    this.#measureAtMs ??= nowMs + MEASURE_EVERY_MS;
    if (this.#measuring !== null) this.#measure(this.#measuring, shortMs, nowMs);
    else if (isUsed && (nowMs >= this.#measureAtMs || this.#helpless >= HELPLESS_WINDOWS)) {
      this.#helpless = 0;
      this.#measuring = { windowsLeft: MEASURE_WINDOWS, leastMs: Number.POSITIVE_INFINITY, limitBefore: this.#limit };
      this.#limit = this.#clamp(this.#limit / 2);
    } else this.#steer(shortMs, isUsed);
  }

  #measure(measuring: Measurement, shortMs: number, nowMs: number): void {
    measuring.windowsLeft--;
    // The first windows still hold answers that queued before.
    if (measuring.windowsLeft < MEASURE_WINDOWS - 2) measuring.leastMs = Math.min(measuring.leastMs, shortMs);
    if (measuring.windowsLeft > 0) return;
    this.#unqueuedMs = measuring.leastMs;
    this.#limit = this.#clamp(measuring.limitBefore);
    this.#measuring = null;
    this.#measureAtMs = nowMs + MEASURE_EVERY_MS;
  }

  #steer(shortMs: number, isUsed: boolean): void {
    const unqueuedMs = this.#unqueuedMs === null ? shortMs : Math.min(this.#unqueuedMs, shortMs);
    this.#unqueuedMs = unqueuedMs;
    if (!isUsed) this.#unqueuedMs += FOLLOWING * (shortMs - unqueuedMs);
    if (!isUsed) return;
    const gradient = Math.min(1, Math.max(GRADIENT_MIN, (TOLERANCE * this.#unqueuedMs) / Math.max(shortMs, 0.001)));
    this.#helpless = gradient === GRADIENT_MIN ? this.#helpless + 1 : 0;
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    this.#limit = this.#clamp(this.#limit + SMOOTHING * (wanted - this.#limit));
  }

  #clamp(limit: number): number {
    return Math.min(this.#policy.maxLimit, Math.max(this.#policy.minLimit, limit));
  }
}
