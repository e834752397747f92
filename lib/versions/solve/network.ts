/**
 * A space packed for propagation: positions of a service are bits of `stride` words, and each direction of an edge is a table
 * "position here → the positions there that may meet it".
 *
 * Invariants: nothing here changes once built; arcs leaving service s are `first[s]` to `first[s + 1]` - 1; an edge of a service
 * with itself has no arc, it only takes positions away; a service with no candidate has an empty domain, and so no configuration exists.
 */
import { invariant } from "../../std/index.ts";
import type { Relation } from "../relation.ts";
import type { Space } from "../space.ts";

export class Network {
  readonly space: Space;
  /** Number of services. */
  readonly size: number;
  /** Words per domain: as many as the longest order needs. */
  readonly stride: number;
  /** The candidates of each service, `stride` words each. */
  readonly candidates: Int32Array;
  readonly first: Int32Array;
  readonly target: Int32Array;
  /** Where the table of an arc begins in `tables`; a row is `stride` words. */
  readonly tableAt: Int32Array;
  readonly tables: Int32Array;

  constructor(space: Space) {
    this.space = space;
    this.size = space.services.length;
    this.stride = Math.max(1, ...space.services.map((service) => Math.ceil(service.order.size / 32)));
    this.candidates = candidatesOf(space, this.stride);
    const arcs = arcsOf(space);
    this.first = new Int32Array(this.size + 1);
    for (const arc of arcs) this.first[arc.from + 1] = at(this.first, arc.from + 1) + 1;
    for (let service = 0; service < this.size; service++) this.first[service + 1] = at(this.first, service + 1) + at(this.first, service);
    this.target = new Int32Array(arcs.length);
    this.tableAt = new Int32Array(arcs.length);
    this.tables = new Int32Array(arcs.reduce((sum, arc) => sum + sizeOf(space, arc.from) * this.stride, 0));
    const next = this.first.slice();
    let used = 0;
    for (const arc of arcs) {
      const slot = at(next, arc.from);
      next[arc.from] = slot + 1;
      this.target[slot] = arc.to;
      this.tableAt[slot] = used;
      fillTable(this.tables, used, this.stride, arc);
      used += sizeOf(space, arc.from) * this.stride;
    }
  }

  /** Whether the two positions at the ends of an arc may meet. */
  allows(arc: number, from: number, to: number): boolean {
    return (at(this.tables, at(this.tableAt, arc) + from * this.stride + (to >>> 5)) & (1 << (to & 31))) !== 0;
  }

  /** Services that are joined by edges, directly or not, in ascending order within each part and by their least member. */
  components(): number[][] {
    const part = new Int32Array(this.size).fill(-1);
    const parts: number[][] = [];
    for (let start = 0; start < this.size; start++) {
      if (part[start] !== -1) continue;
      const members = [start];
      part[start] = parts.length;
      for (const service of members) {
        for (let arc = at(this.first, service); arc < at(this.first, service + 1); arc++) {
          const other = at(this.target, arc);
          if (part[other] !== -1) continue;
          part[other] = parts.length;
          members.push(other);
        }
      }
      parts.push(members.sort((a, b) => a - b));
    }
    return parts;
  }
}

/** An element of a packed array that is known to be inside. */
export function at(array: Int32Array, index: number): number {
  return array[index] as number;
}

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly allowed: Relation;
  /** Whether the arc runs from the provider to the consumer. */
  readonly backwards: boolean;
}

function sizeOf(space: Space, service: number): number {
  return space.services[service]?.order.size ?? 0;
}

function candidatesOf(space: Space, stride: number): Int32Array {
  const words = new Int32Array(space.services.length * stride);
  space.services.forEach((service, index) => {
    for (let word = 0; word < stride; word++) words[index * stride + word] = service.candidates.word(word);
  });
  for (const edge of space.edges) {
    if (edge.consumer !== edge.provider) continue;
    for (let position = 0; position < sizeOf(space, edge.consumer); position++) {
      const word = edge.consumer * stride + (position >>> 5);
      if (!edge.allowed.has(position, position)) words[word] = at(words, word) & ~(1 << (position & 31));
    }
  }
  return words;
}

function arcsOf(space: Space): Arc[] {
  const arcs: Arc[] = [];
  for (const { consumer, provider, allowed } of space.edges) {
    const fits = allowed.consumers.size === sizeOf(space, consumer) && allowed.providers.size === sizeOf(space, provider);
    invariant(fits, "an edge's relation does not fit its services");
    if (consumer === provider) continue;
    arcs.push({ from: consumer, to: provider, allowed, backwards: false });
    arcs.push({ from: provider, to: consumer, allowed, backwards: true });
  }
  return arcs;
}

function fillTable(tables: Int32Array, start: number, stride: number, arc: Arc): void {
  for (let consumer = 0; consumer < arc.allowed.consumers.size; consumer++) {
    const row = arc.allowed.row(consumer);
    for (let word = 0; word < stride; word++) {
      let bits = row.word(word);
      if (!arc.backwards) {
        tables[start + consumer * stride + word] = bits;
        continue;
      }
      while (bits !== 0) {
        const provider = word * 32 + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const slot = start + provider * stride + (consumer >>> 5);
        tables[slot] = at(tables, slot) | (1 << (consumer & 31));
      }
    }
  }
}
