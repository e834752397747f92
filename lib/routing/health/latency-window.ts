const PER_OCTAVE = 8;
const OCTAVES = 24;
const LEAST_MS = 0.01;
const HALVING_MS = 10_000;

/**
 * Recent latencies in log-spaced buckets (9 % wide), those of 10 s ago counting half: enough to know a p99, in 768 bytes. Records without
 * allocating.
 */
export class LatencyWindow {
  readonly #counts = new Float32Array(PER_OCTAVE * OCTAVES);
  #total = 0;
  #halvedAtMs = Number.NEGATIVE_INFINITY;

  record(latencyMs: number): void {
    const bucket = Math.floor(Math.log2(Math.max(latencyMs, LEAST_MS) / LEAST_MS) * PER_OCTAVE);
    const index = Math.min(this.#counts.length - 1, bucket);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  /** Lets the past count less; to be called every second or so. */
  age(nowMs: number): void {
    if (nowMs - this.#halvedAtMs < HALVING_MS) return;
    this.#halvedAtMs = nowMs;
    this.#total = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      const kept = (this.#counts[index] ?? 0) / 2;
      this.#counts[index] = kept < 0.01 ? 0 : kept;
      this.#total += this.#counts[index] ?? 0;
    }
  }

  /** The upper bound of the bucket that holds the quantile, ms; 0 while nothing is known. */
  quantile(share: number): number {
    if (this.#total === 0) return 0;
    let left = share * this.#total;
    for (let index = 0; index < this.#counts.length; index++) {
      left -= this.#counts[index] ?? 0;
      if (left <= 0) return LEAST_MS * 2 ** ((index + 1) / PER_OCTAVE);
    }
    return LEAST_MS * 2 ** OCTAVES;
  }
}
