/**
 * Hashes that are the same in every process, on every machine, in every release: whoever hashes the same key finds the same instance.
 *
 * `stableHash` is MurmurHash3 x86_32 (A. Appleby, public domain, seed 0) over the UTF-8 bytes of a string, as an unsigned 32-bit integer;
 * a lone surrogate counts as U+FFFD, as in TextEncoder. `mixHash` joins two such numbers by Murmur's finaliser.
 * Invariant: changing either moves every key in the mesh, so neither changes. Not for secrets: keys can be made to collide.
 */

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** An unsigned 32-bit hash of `key`. */
export function stableHash(key: string): number {
  let hash = 0;
  let block = 0;
  let bytes = 0;
  for (let at = 0; at < key.length; at++) {
    const code = codeAt(key, at);
    if (code > 0xffff) at++;
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let index = 0; index < length; index++) {
      block |= utf8Byte(code, length, index) << ((bytes & 3) * 8);
      bytes++;
      if ((bytes & 3) !== 0) continue;
      hash = (Math.imul(rotate(hash ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
      block = 0;
    }
  }
  return finalise(hash ^ scramble(block) ^ bytes);
}

/** An unsigned 32-bit hash of two, for "this key at that instance". The order of the two matters. */
export function mixHash(left: number, right: number): number {
  return finalise(Math.imul(rotate(left, 15), C1) ^ Math.imul(right + 0x9e3779b9, C2));
}

function codeAt(key: string, at: number): number {
  const code = key.charCodeAt(at);
  if (code < 0xd800 || code > 0xdfff) return code;
  const point = key.codePointAt(at) ?? 0;
  return point > 0xffff ? point : 0xfffd;
}

function utf8Byte(code: number, length: number, index: number): number {
  if (length === 1) return code;
  if (index > 0) return 0x80 | ((code >> (6 * (length - 1 - index))) & 0x3f);
  return ((0xf00 >> length) & 0xff) | (code >> (6 * (length - 1)));
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, C1), 15), C2);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finalise(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
