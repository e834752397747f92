/** A binary heap; of equal costs the one pushed first comes first, so that searches are deterministic. */
export class MinHeap<T> {
  readonly #items: { readonly cost: number; readonly turn: number; readonly item: T }[] = [];
  #turn = 0;

  push(cost: number, item: T): void {
    const entry = { cost, turn: this.#turn++, item };
    let at = this.#items.length;
    this.#items.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The cheapest; undefined when there is none. */
  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#items.length > 0) {
      this.#items[0] = last;
      this.#sink();
    }
    return first.item;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.#items.length) return;
      const child = left + 1 < this.#items.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const [one, two] = [this.#items[left], this.#items[right]];
    if (one === undefined || two === undefined) return false;
    return one.cost < two.cost || (one.cost === two.cost && one.turn < two.turn);
  }

  #swap(left: number, right: number): void {
    const [one, two] = [this.#items[left], this.#items[right]];
    if (one === undefined || two === undefined) return;
    this.#items[left] = two;
    this.#items[right] = one;
  }
}
