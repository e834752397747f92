import type { HealthLog } from "./health-log.ts";

const CLEARLY_BELOW = 0.9;

/** Looks at the size of the data folder and says when it is over its limit: once; again only after it was clearly below. */
export class DataWatch {
  readonly limitBytes: number;
  readonly #measure: () => number;
  readonly #health: HealthLog;
  #bytes = 0;
  #isFull = false;

  constructor(data: { readonly bytes: () => number; readonly limitBytes: number }, health: HealthLog) {
    this.#measure = data.bytes;
    this.limitBytes = data.limitBytes;
    this.#health = health;
  }

  /** As it was at the last look. */
  get bytes(): number {
    return this.#bytes;
  }

  look(): void {
    this.#bytes = this.#measure();
    if (this.#bytes < this.limitBytes * CLEARLY_BELOW) this.#isFull = false;
    if (this.#isFull || this.#bytes < this.limitBytes) return;
    this.#isFull = true;
    const sentence = `The data folder holds ${megabytes(this.#bytes)} MB; its limit is ${megabytes(this.limitBytes)} MB (INTERLOCK_DATA_LIMIT_MB). Old figures go first; the event log is kept.`;
    this.#health.add("limit-reached", "data folder", sentence);
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
