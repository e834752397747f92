/**
 * A relation between the versions of a consumer (rows) and of a provider (columns): one bit per pair.
 * Invariant: both operands of an operation are over orders of the same sizes; a relation never changes once built.
 */
import { invariant } from "../std/index.ts";
import { Bitset } from "./bitset.ts";
import type { VersionOrder } from "./version-order.ts";

export class Relation {
  readonly consumers: VersionOrder;
  readonly providers: VersionOrder;
  readonly #rows: readonly Bitset[];

  constructor(consumers: VersionOrder, providers: VersionOrder, rows: readonly Bitset[]) {
    invariant(rows.length === consumers.size && rows.every((row) => row.size === providers.size), "rows do not fit the orders");
    this.consumers = consumers;
    this.providers = providers;
    this.#rows = rows;
  }

  /** Whether the pair at these positions is in the relation; false outside of it. */
  has(consumer: number, provider: number): boolean {
    return this.#rows[consumer]?.has(provider) ?? false;
  }

  /** The provider positions that go with one consumer position. */
  row(consumer: number): Bitset {
    return this.#rows[consumer] ?? Bitset.empty(this.providers.size);
  }

  /** The consumer positions that go with one provider position. */
  column(provider: number): Bitset {
    return Bitset.from(this.consumers.size, (consumer) => this.has(consumer, provider));
  }

  union(other: Relation): Relation {
    return this.#combine(other, (left, right) => left.union(right));
  }

  intersection(other: Relation): Relation {
    return this.#combine(other, (left, right) => left.intersection(right));
  }

  complement(): Relation {
    return new Relation(
      this.consumers,
      this.providers,
      this.#rows.map((row) => row.complement()),
    );
  }

  /** Number of pairs. */
  get count(): number {
    return this.#rows.reduce((sum, row) => sum + row.count, 0);
  }

  equals(other: Relation): boolean {
    return this.#rows.length === other.#rows.length && this.#rows.every((row, index) => row.equals(other.row(index)));
  }

  #combine(other: Relation, operation: (left: Bitset, right: Bitset) => Bitset): Relation {
    invariant(this.#rows.length === other.#rows.length, "relations of different sizes");
    return new Relation(
      this.consumers,
      this.providers,
      this.#rows.map((row, index) => operation(row, other.row(index))),
    );
  }
}
