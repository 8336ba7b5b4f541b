// Random numbers that a seed repeats.

/** Mulberry32: small, and good enough to choose with. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `end`. */
  below(end) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  /** One of these. */
  of(list) {
    return list[this.below(list.length)];
  }

  /** True once in so many times. */
  once(times) {
    return this.below(times) === 0;
  }
}
