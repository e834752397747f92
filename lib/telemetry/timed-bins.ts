/** Values by time slot, oldest first; slots more than `slotsMax` before the newest are dropped. */
export class TimedBins<T> {
  readonly #slotsMax: number;
  readonly #create: () => T;
  readonly #slots: number[] = [];
  readonly #values: T[] = [];

  constructor(slotsMax: number, create: () => T) {
    this.#slotsMax = slotsMax;
    this.#create = create;
  }

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  /** The value of a slot, made when there is none yet. */
  at(slot: number): T {
    const index = this.#countUpTo(slot);
    if (this.#slots[index - 1] === slot) return this.#values[index - 1] as T;
    const value = this.#create();
    this.#slots.splice(index, 0, slot);
    this.#values.splice(index, 0, value);
    this.dropBefore((this.#slots.at(-1) as number) - this.#slotsMax);
    return value;
  }

  /** Forgets slots before `slot`. */
  dropBefore(slot: number): void {
    if (this.isEmpty || (this.#slots[0] as number) >= slot) return;
    const count = this.#countUpTo(slot - 1);
    this.#slots.splice(0, count);
    this.#values.splice(0, count);
  }

  /** Values of slots from `first` to `last`, both included, oldest first. */
  between(first: number, last: number): readonly T[] {
    return this.#values.slice(this.#countUpTo(first - 1), this.#countUpTo(last));
  }

  /** Number of slots up to `slot`; sought from the newest, which is where almost all is asked and added. */
  #countUpTo(slot: number): number {
    let count = this.#slots.length;
    while (count > 0 && (this.#slots[count - 1] as number) > slot) count--;
    return count;
  }
}
