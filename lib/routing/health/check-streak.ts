/**
 * The state of active checks of one instance: good until `unhealthyAfter` bad checks in a row, bad until `healthyAfter` good ones in a row.
 * An instance nobody has checked yet counts as good: a proxy that starts has nothing better to offer.
 */
export class CheckStreak {
  #isGood = true;
  #against = 0;

  get isGood(): boolean {
    return this.#isGood;
  }

  /** Takes the outcome of a check; says whether the state changed. */
  step(isGood: boolean, { unhealthyAfter, healthyAfter }: { readonly unhealthyAfter: number; readonly healthyAfter: number }): boolean {
    this.#against = isGood === this.#isGood ? 0 : this.#against + 1;
    if (this.#against === 0 || this.#against < (this.#isGood ? unhealthyAfter : healthyAfter)) return false;
    this.#isGood = isGood;
    this.#against = 0;
    return true;
  }

  /** Goes on as bad, as another process found it. */
  resumeBad(): void {
    this.#isGood = false;
    this.#against = 0;
  }

  /** Checks are off: says whether that made it good. */
  reset(): boolean {
    const changed = !this.#isGood;
    this.#isGood = true;
    this.#against = 0;
    return changed;
  }
}
