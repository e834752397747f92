/** A map that forgets what was used longest ago once it holds `max` entries: keys may come from whoever sends requests. */
export class LruMap<K, V> {
  readonly #max: number;
  readonly #entries = new Map<K, V>();
  #latestKey: K | undefined;
  #latestValue: V | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    // What is asked for again and again stands at the end already.
    if (key === this.#latestKey) return this.#latestValue;
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#append(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#append(key, value);
    if (this.#entries.size <= this.#max) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  #append(key: K, value: V): void {
    this.#entries.set(key, value);
    this.#latestKey = key;
    this.#latestValue = value;
  }
}
