import type { PlanEdge } from "./plan-problem.ts";

/**
 * The pairs of all edges in one run of words: a search asks for some pairs of every edge several times, and on a large mesh each question through the
 * objects of a relation would be a walk over far memory.
 */
export class PackedRelations {
  readonly #words: Uint32Array;
  /** First word of an edge, and words per row. */
  readonly #starts: Int32Array;
  readonly #widths: Uint16Array;

  constructor(edges: readonly PlanEdge[], pairs: "allowed" | "proven") {
    this.#starts = new Int32Array(edges.length + 1);
    this.#widths = new Uint16Array(edges.length);
    edges.forEach((edge, at) => {
      const { consumers, providers } = edge[pairs];
      const width = Math.ceil(providers.size / 32);
      this.#widths[at] = width;
      this.#starts[at + 1] = (this.#starts[at] ?? 0) + consumers.size * width;
    });
    this.#words = new Uint32Array(this.#starts[edges.length] ?? 0);
    edges.forEach((edge, at) => {
      const relation = edge[pairs];
      const width = this.#widths[at] ?? 0;
      let word = this.#starts[at] ?? 0;
      for (let row = 0; row < relation.consumers.size; row++) {
        const members = relation.row(row);
        for (let column = 0; column < width; column++) this.#words[word++] = members.word(column);
      }
    });
  }

  /** Whether an edge's relation has the pair; both positions are of the orders of the edge. */
  has(edge: number, consumer: number, provider: number): boolean {
    const at = (this.#starts[edge] ?? 0) + consumer * (this.#widths[edge] ?? 0) + (provider >>> 5);
    return ((this.#words[at] ?? 0) & (1 << (provider & 31))) !== 0;
  }

  /** Of a problem's edges; packed once, since one question about a mesh is followed by others about the same. */
  static of(edges: readonly PlanEdge[], pairs: "allowed" | "proven"): PackedRelations {
    const known = packed[pairs].get(edges);
    if (known !== undefined) return known;
    const made = new PackedRelations(edges, pairs);
    packed[pairs].set(edges, made);
    return made;
  }
}

type Kept = WeakMap<readonly PlanEdge[], PackedRelations>;
const packed: { readonly allowed: Kept; readonly proven: Kept } = { allowed: new WeakMap(), proven: new WeakMap() };
