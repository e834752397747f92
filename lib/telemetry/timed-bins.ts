/** Values by time slot, oldest first; slots older than `slotsMax` before the newest are dropped. */
export class TimedBins<T> {
  readonly #slotsMax: number;
  readonly #create: () => T;
  readonly #bins: { readonly slot: number; readonly value: T }[] = [];

  constructor(slotsMax: number, create: () => T) {
    this.#slotsMax = slotsMax;
    this.#create = create;
  }

  get isEmpty(): boolean {
    return this.#bins.length === 0;
  }

  /** The value of a slot, made when there is none yet. */
  at(slot: number): T {
    const bins = this.#bins;
    let index = bins.length;
    while (index > 0 && (bins[index - 1]?.slot as number) > slot) index--;
    const found = bins[index - 1];
    if (found?.slot === slot) return found.value;
    const value = this.#create();
    bins.splice(index, 0, { slot, value });
    this.dropBefore((bins.at(-1)?.slot as number) - this.#slotsMax);
    return value;
  }

  /** Forgets slots before `slot`. */
  dropBefore(slot: number): void {
    let count = 0;
    while (count < this.#bins.length && (this.#bins[count]?.slot as number) < slot) count++;
    if (count > 0) this.#bins.splice(0, count);
  }

  /** Values of slots from `first` to `last`, both included, oldest first. */
  *between(first: number, last: number): IterableIterator<T> {
    for (const { slot, value } of this.#bins) if (slot >= first && slot <= last) yield value;
  }
}
