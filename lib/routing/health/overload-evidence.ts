/**
 * Whether a version is overloaded: more is asked of it than it serves, and for that reason what is under way waits. Seen from one proxy, from nothing but
 * when requests start and end. Slow answers alone are no evidence: a version that waits for something slow, with room for all who wait, serves
 * all that is asked (Little's law: twice the latency, twice as many under way, the same throughput), and refusing helps nobody.
 *
 * Needed for either evidence: at least 32 requests under way, answers 2.5 times as slow as usual (`usualMs`: follows upwards over 20 s,
 * downwards over 5 s), and even the quickest 1.5 times as slow: in a queue all wait, among long polls some answers are quick.
 * - Demand: over 0.4, 2 or 10 s more requests came than ever ended within such a span in the last minute, by 5 % and 4 standard deviations of a Poisson
 *   count, in its second half and last quarter the queue grew still, and no more ended in the
 *   second half than in the first (what merely starts slowly catches up). What was served once is no overload, so neither a slow dependency nor the dip while it becomes slow is taken for one; a burst that is worked off
 *   is over before the longer spans see it. The best throughput seen as measure of capacity is that of BBR (Cardwell et al., ACM Queue 14(5), 2016).
 * - Loss: over two rounds in a row fewer than 80 % were answered, at the rate of the one before. A round lasts as long as its answers took, and
 *   three times as long as is usual (so a generation of requests passes, as in TCP Vegas, Brakmo & Peterson 1995). When answers merely take longer the rate returns round by round to what is asked;
 *   when workers were lost it stays down.
 * A standing queue rather than a long one is what counts, as in CoDel (RFC 8289).
 *
 * Invariants: constant memory; no timers, time from arguments; what is usual is not known before the version has served for a second what was asked.
 */
const BUCKET_MS = 100;
const SPANS = [4, 20, 100] as const;
const SECOND = 10;
const KEPT = 101;
const EPOCH_BUCKETS = 100;
const EPOCHS = 6;
const UNDER_WAY_MIN = 32;
const SLOWER = 2.5;
const QUICKEST_SLOWER = 1.5;
const EXCESS = 0.05;
const DEVIATIONS = 4;
const HALF_DEVIATIONS = 2;
const QUARTER_DEVIATIONS = 1;
const RISE = 0.3;
const WINDOW_ANSWERS = 10;
const SLOWER_OVER_MS = 20_000;
const QUICKER_OVER_MS = 5_000;
const ROUND_MS_MIN = 200;
const ROUND_USUAL = 3;
const ROUND_ANSWERS = 50;
const ROUNDS = 2;
const SERVED = 0.8;
const SAME_RATE = 0.15;

interface Totals {
  readonly asked: number;
  readonly ended: number;
  readonly answered: number;
  readonly latencyMs: number;
}

const NOTHING: Totals = { asked: 0, ended: 0, answered: 0, latencyMs: 0 };

interface Round extends Totals {
  readonly startMs: number;
}

export class OverloadEvidence {
  #bucket: number | null = null;
  #firstBucket = 0;
  #asked = 0;
  #ended = 0;
  #answered = 0;
  #latencyMs = 0;
  #underWay = 0;
  /** Totals at the end of each bucket, a ring. */
  readonly #kept: Totals[] = new Array<Totals>(KEPT).fill(NOTHING);
  /** Per span and epoch: most requests that ended within the span. */
  readonly #best: readonly number[][] = SPANS.map(() => new Array<number>(EPOCHS).fill(0));
  /** Since when latency is being averaged. */
  #window: Round = { ...NOTHING, startMs: 0 };
  #windowMs = 0;
  /** Of the window under way, of the last one, and usually. */
  #quickestYetMs = Number.POSITIVE_INFINITY;
  #quickestMs = 0;
  #usualQuickestMs = 0;
  #usualMs: number | null = null;
  /** The bucket since when it is known. */
  #knownFrom: number | null = null;
  #round: Round | null = null;
  #rateBefore = 0;
  #lostRounds = 0;
  #isOverloaded = false;

  /** Mean latency without overload; null until it is known. */
  get usualMs(): number | null {
    return this.#usualMs;
  }

  /** Mean latency of the last answers. */
  get latencyMs(): number {
    return this.#windowMs;
  }

  /** The most that ended per millisecond: over 2 s, within the last minute. */
  get bestRate(): number {
    return Math.max(...(this.#best[1] as number[])) / (2 * SECOND * BUCKET_MS);
  }

  /** Requests that came and that ended over the last 2 s. */
  lately(): { readonly asked: number; readonly ended: number } {
    const before = this.#before(2 * SECOND);
    return { asked: this.#asked - before.asked, ended: this.#ended - before.ended };
  }

  /** A request came, let in or not. */
  asked(nowMs: number): void {
    this.#advance(nowMs);
    this.#asked++;
  }

  /** A request that was let in ended; `underWay` without it. */
  ended(latencyMs: number | null, underWay: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#underWay = underWay;
    this.#ended++;
    if (latencyMs === null) return;
    this.#answered++;
    this.#latencyMs += latencyMs;
    if (latencyMs < this.#quickestYetMs) this.#quickestYetMs = latencyMs;
  }

  /** Whether there is evidence, as of the last full 100 ms. */
  get isOverloaded(): boolean {
    return this.#isOverloaded;
  }

  /** What is taken for usual from now on; evidence is gathered anew. */
  restart(usualMs: number): void {
    this.#usualMs = usualMs;
    this.#usualQuickestMs = this.#quickestMs;
    this.#isOverloaded = false;
    this.#round = null;
    this.#lostRounds = 0;
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    if (this.#bucket === null || bucket - this.#bucket > KEPT) this.#startOver(bucket, nowMs);
    while (this.#bucket !== null && this.#bucket < bucket) this.#close(this.#bucket);
  }

  #startOver(bucket: number, nowMs: number): void {
    this.#kept.fill(this.#totals());
    this.#window = this.#roundFrom(nowMs);
    this.#round = null;
    this.#lostRounds = 0;
    this.#firstBucket = bucket;
    this.#bucket = bucket;
  }

  #close(bucket: number): void {
    const nowMs = (bucket + 1) * BUCKET_MS;
    this.#kept[bucket % KEPT] = this.#totals();
    this.#bucket = bucket + 1;
    this.#closeWindow(nowMs);
    this.#learn(nowMs);
    const isSlower = this.#usualMs !== null && this.#windowMs >= SLOWER * this.#usualMs;
    const isQueueing = isSlower && this.#quickestMs >= QUICKEST_SLOWER * this.#usualQuickestMs && this.#underWay >= UNDER_WAY_MIN;
    const asksMore = this.#asksMore(bucket);
    const isLost = this.#losesRounds(isQueueing, nowMs);
    this.#isOverloaded = isQueueing && (asksMore || isLost);
  }

  #closeWindow(nowMs: number): void {
    const { answered, latencyMs, startMs } = this.#window;
    const count = this.#answered - answered;
    if (count < WINDOW_ANSWERS && (count === 0 || nowMs - startMs < 1_000)) return;
    this.#windowMs = (this.#latencyMs - latencyMs) / count;
    this.#window = this.#roundFrom(nowMs);
    this.#quickestMs = this.#quickestYetMs;
    this.#quickestYetMs = Number.POSITIVE_INFINITY;
    if (this.#usualMs === null) return;
    this.#usualMs = followed(this.#usualMs, this.#windowMs, nowMs - startMs);
    this.#usualQuickestMs = followed(this.#usualQuickestMs, this.#quickestMs, nowMs - startMs);
  }

  #learn(nowMs: number): void {
    if (this.#usualMs !== null || this.#windowMs === 0) return;
    const before = this.#before(SECOND);
    const asked = this.#asked - before.asked;
    const answered = this.#answered - before.answered;
    const ageMs = nowMs - this.#firstBucket * BUCKET_MS;
    if (ageMs >= SECOND * BUCKET_MS && answered >= WINDOW_ANSWERS && answered >= 0.9 * asked) {
      this.#usualMs = (this.#latencyMs - before.latencyMs) / answered;
      this.#usualQuickestMs = this.#quickestMs;
      this.#knownFrom = this.#bucket;
    }
  }

  #asksMore(bucket: number): boolean {
    const epoch = Math.floor(bucket / EPOCH_BUCKETS);
    let isMore = false;
    for (const [index, span] of SPANS.entries()) {
      const best = this.#best[index] as number[];
      const before = this.#before(span);
      const asked = this.#asked - before.asked;
      const ended = this.#ended - before.ended;
      if (bucket % EPOCH_BUCKETS === 0) best[epoch % EPOCHS] = 0;
      best[epoch % EPOCHS] = Math.max(best[epoch % EPOCHS] ?? 0, ended);
      const isKnown = this.#knownFrom !== null && bucket - this.#knownFrom >= span;
      const isOver = isKnown && asked - Math.max(...best) >= Math.max(EXCESS * asked, DEVIATIONS * Math.sqrt(asked));
      if (isOver && !this.#catchesUp(span) && this.#grows(span / 2, HALF_DEVIATIONS) && this.#grows(span / 4, QUARTER_DEVIATIONS))
        isMore = true;
    }
    return isMore;
  }

  /** Whether more came than ended. */
  #grows(buckets: number, deviations: number): boolean {
    const before = this.#before(buckets);
    const asked = this.#asked - before.asked;
    return asked - (this.#ended - before.ended) > Math.max(EXCESS * asked, deviations * Math.sqrt(asked));
  }

  /** Whether clearly more ended in the second half than in the first: what came is being served, only later. */
  #catchesUp(span: number): boolean {
    const middle = this.#before(span / 2).ended;
    const later = this.#ended - middle;
    const earlier = middle - this.#before(span).ended;
    return later - earlier > Math.max(RISE * earlier, HALF_DEVIATIONS * Math.sqrt(later));
  }

  #losesRounds(isQueueing: boolean, nowMs: number): boolean {
    const round = this.#round;
    if (round === null || !isQueueing) {
      this.#round = this.#roundFrom(nowMs);
      this.#lostRounds = 0;
      return false;
    }
    const answered = this.#answered - round.answered;
    const tookMs = nowMs - round.startMs;
    if (tookMs < Math.max(ROUND_MS_MIN, this.#windowMs, ROUND_USUAL * (this.#usualMs ?? 0)) || answered < ROUND_ANSWERS) return false;
    const rate = answered / tookMs;
    const isLost = answered < SERVED * (this.#asked - round.asked);
    const isSame = Math.abs(rate - this.#rateBefore) <= SAME_RATE * this.#rateBefore;
    this.#lostRounds = isLost ? (isSame ? this.#lostRounds + 1 : 1) : 0;
    this.#rateBefore = rate;
    this.#round = this.#roundFrom(nowMs);
    return this.#lostRounds >= ROUNDS;
  }

  #before(buckets: number): Totals {
    return this.#kept[((this.#bucket ?? 0) - 1 - buckets + 2 * KEPT) % KEPT] ?? NOTHING;
  }

  #totals(): Totals {
    return { asked: this.#asked, ended: this.#ended, answered: this.#answered, latencyMs: this.#latencyMs };
  }

  #roundFrom(startMs: number): Round {
    return { ...this.#totals(), startMs };
  }
}

function followed(usualMs: number, latelyMs: number, tookMs: number): number {
  return usualMs + (1 - Math.exp(-tookMs / (latelyMs > usualMs ? SLOWER_OVER_MS : QUICKER_OVER_MS))) * (latelyMs - usualMs);
}
