/**
 * Sorts the nodes of a column by a key, stably and without allocating: insertion sort in short runs, then merging the runs in pairs. A column
 * that sweeps have sorted before is nearly in order, which both halves of it profit from: runs in order are copied, not merged.
 */
import { at, floatAt } from "./layout-graph.ts";

const RUN = 16;

/** Sorts `column` in place by `keys[node]`, ascending; nodes with equal keys keep their order. `scratch` is at least as long as the column. */
export function sortColumn(column: Int32Array, keys: Float64Array, scratch: Int32Array): void {
  const count = column.length;
  for (let from = 0; from < count; from += RUN) sortRun(column, from, Math.min(from + RUN, count), keys);
  let source = column;
  let target = scratch;
  for (let width = RUN; width < count; width *= 2) {
    for (let from = 0; from < count; from += 2 * width) {
      mergeRuns(source, target, from, Math.min(from + width, count), Math.min(from + 2 * width, count), keys);
    }
    [source, target] = [target, source];
  }
  if (source !== column) for (let index = 0; index < count; index++) column[index] = at(source, index);
}

function sortRun(column: Int32Array, from: number, end: number, keys: Float64Array): void {
  for (let index = from + 1; index < end; index++) {
    const node = at(column, index);
    const key = floatAt(keys, node);
    let slot = index;
    while (slot > from && floatAt(keys, at(column, slot - 1)) > key) {
      column[slot] = at(column, slot - 1);
      slot--;
    }
    column[slot] = node;
  }
}

/** Merges `from`…`middle` and `middle`…`end` of `source` into the same stretch of `target`. */
function mergeRuns(source: Int32Array, target: Int32Array, from: number, middle: number, end: number, keys: Float64Array): void {
  const isInOrder = middle >= end || floatAt(keys, at(source, middle - 1)) <= floatAt(keys, at(source, middle));
  let left = from;
  let right = isInOrder ? end : middle;
  const leftEnd = isInOrder ? end : middle;
  for (let slot = from; slot < end; slot++) {
    const takesLeft = right >= end || (left < leftEnd && floatAt(keys, at(source, left)) <= floatAt(keys, at(source, right)));
    target[slot] = takesLeft ? at(source, left++) : at(source, right++);
  }
}
