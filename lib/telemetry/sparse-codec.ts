import type { SparseHistogram } from "./histogram.ts";

/**
 * Packs a sparse histogram for storage: for each pair the distance to the previous bucket and the count, both as unsigned LEB128 (7 bits per byte,
 * lowest first, top bit set on all but the last). Typically two bytes per pair.
 */
export function encodeSparse(sparse: SparseHistogram): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (let index = 0; index < sparse.length; index += 2) {
    const bucket = sparse[index] as number;
    push(bytes, bucket - previous);
    push(bytes, sparse[index + 1] as number);
    previous = bucket;
  }
  return Uint8Array.from(bytes);
}

/** Unpacks what `encodeSparse` packed. */
export function decodeSparse(bytes: Uint8Array): number[] {
  const sparse: number[] = [];
  let bucket = 0;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    if (sparse.length % 2 === 0) {
      bucket += value;
      sparse.push(bucket);
    } else {
      sparse.push(value);
    }
    value = 0;
    scale = 1;
  }
  return sparse;
}

function push(bytes: number[], value: number): void {
  let rest = value;
  // Division, not shifts: counts may be beyond 32 bits.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
