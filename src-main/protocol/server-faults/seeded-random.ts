/**
 * Numbers that look random and come again with the same seed: the generator sfc32 (Chris Doty-Humphrey, PractRand), its state
 * made of the seed, a client number and a stream number. Integer arithmetic alone: the same on every machine.
 */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, client: number, stream: number) {
    this.#a = mixed(seed)
    this.#b = mixed(this.#a ^ client)
    this.#c = mixed(this.#b ^ stream)
    // The first numbers of near seeds resemble each other.
    for (let round = 0; round < 12; round++) this.integer()
  }

  /** A whole number from 0 to 2^32 − 1. */
  integer(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  /** From 0 up to, and without, 1. */
  fraction(): number {
    return this.integer() / 0x1_0000_0000
  }

  /** A whole number from 0 up to, and without, `bound` (at most 2^32). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.fraction() < probability
  }
}

/** The end of MurmurHash3: every bit of the value changes half of the bits. */
function mixed(value: number): number {
  let hash = (value + 0x9e37_79b9) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) | 0
}
