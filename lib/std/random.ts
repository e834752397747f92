/** A source of uniform random numbers; seeded in tests, so that every run can be repeated. */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  nextUint32(): number;
}

/** xorshift32 (Marsaglia, 2003): fast, seedable, not for secrets. `seed` is any integer; 0 is replaced. */
export function createXorshift(seed: number): Random {
  let state = seed | 0 || 0x9e3779b9;
  return {
    nextUint32() {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    },
  };
}

/** A uniform integer in [0, bound), without modulo bias (rejection). `bound` is 1 to 2^32. */
export function randomBelow(random: Random, bound: number): number {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
  for (;;) {
    const draw = random.nextUint32();
    if (draw < limit) return draw % bound;
  }
}
