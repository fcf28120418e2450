import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import { faultTable, type FaultTable, type FaultTally } from './fault-table.ts'
import { SeededRandom } from './seeded-random.ts'

/** What is left of a message: bytes that go on, none when empty, and what comes after them. */
export interface FaultedMessage {
  readonly bytes: Uint8Array
  readonly ending: 'end' | 'reset' | null
}

const nothing = new Uint8Array(0)
const leftOut: FaultedMessage = { bytes: nothing, ending: null }

/** Each fault draws from a stream of its own, so that none changes what the others do. */
const streams = { drop: 1, garbage: 2, 'flip-bits': 3 } as const

/**
 * The faults that depend on messages and positions alone, for one client, in this order: mute, drop, garbage, flip-bits,
 * cut-message, stall, half-close, reset. Rules:
 * - Chance is drawn once a message, or once a byte for flip-bits, whatever the time.
 * - `cut-message` counts messages that were not left out. The first half of the message goes out.
 * - Positions count the bytes that went on to a client. A half-close or reset happens as soon as its position is reached, that of 0
 *   before anything; a stall when there would be more.
 * - Other faults than before apply from the next message on; positions and message numbers go on.
 */
export class MessageFaults {
  readonly #client: number
  readonly #tally: FaultTally
  #table: FaultTable
  #seed: number
  #randoms: Record<keyof typeof streams, SeededRandom>
  #messages = 0
  #position = 0
  #stalledBefore = false

  constructor(faults: ServerFaults, client: number, tally: FaultTally) {
    this.#client = client
    this.#tally = tally
    this.#table = faultTable(faults)
    this.#seed = faults.seed
    this.#randoms = this.#makeRandoms()
  }

  redefine(faults: ServerFaults): void {
    this.#table = faultTable(faults)
    if (faults.seed === this.#seed) return
    this.#seed = faults.seed
    this.#randoms = this.#makeRandoms()
  }

  /** Nothing goes out now, and the client is not to see an end either. */
  get withholds(): boolean {
    const { mute, stall } = this.#table
    return mute !== undefined || (stall !== undefined && this.#position >= stall.afterBytes)
  }

  /** What happens before the first message. */
  begin(): FaultedMessage {
    return this.#limited(nothing, null)
  }

  apply(message: Uint8Array): FaultedMessage {
    const { mute, drop, 'cut-message': cut } = this.#table
    if (mute !== undefined) return this.#without('mute')
    if (drop !== undefined && this.#randoms.drop.happens(drop.probability)) return this.#without('drop')
    const bytes = this.#flipped(this.#withGarbage(message))
    this.#messages++
    if (cut?.message !== this.#messages) return this.#limited(bytes, null)
    this.#tally.add('cut-message')
    return this.#limited(bytes.subarray(0, bytes.length >> 1), 'end')
  }

  #makeRandoms(): Record<keyof typeof streams, SeededRandom> {
    const random = (stream: number): SeededRandom => new SeededRandom(this.#seed, this.#client, stream)
    return {
      drop: random(streams.drop),
      garbage: random(streams.garbage),
      'flip-bits': random(streams['flip-bits']),
    }
  }

  #without(kind: 'mute' | 'drop'): FaultedMessage {
    this.#tally.add(kind)
    return leftOut
  }

  #withGarbage(message: Uint8Array): Uint8Array {
    const { garbage } = this.#table
    const random = this.#randoms.garbage
    if (garbage === undefined || !random.happens(garbage.probability)) return message
    this.#tally.add('garbage')
    const garbageBytes = 1 + random.below(garbage.maximumBytes)
    const joined = new Uint8Array(garbageBytes + message.length)
    for (let index = 0; index < garbageBytes; index++) joined[index] = random.integer() >>> 24
    joined.set(message, garbageBytes)
    return joined
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const probability = this.#table['flip-bits']?.probability ?? 0
    if (probability === 0) return bytes
    const random = this.#randoms['flip-bits']
    const changed = bytes.slice()
    let flips = 0
    for (let index = 0; index < changed.length; index++) {
      if (!random.happens(probability)) continue
      changed[index] = (changed[index] ?? 0) ^ (1 << (random.integer() >>> 29))
      flips++
    }
    if (flips > 0) this.#tally.add('flip-bits', flips)
    return changed
  }

  #limited(message: Uint8Array, endingOfMessage: 'end' | null): FaultedMessage {
    const { stall, 'half-close': halfClose, reset } = this.#table
    let bytes = message
    let ending: FaultedMessage['ending'] = endingOfMessage
    const room = (afterBytes: number): number => Math.max(0, afterBytes - this.#position)
    if (stall !== undefined && bytes.length > room(stall.afterBytes)) {
      bytes = bytes.subarray(0, room(stall.afterBytes))
      ending = null
      if (!this.#stalledBefore) this.#tally.add('stall')
      this.#stalledBefore = true
    }
    if (halfClose !== undefined && bytes.length >= room(halfClose.afterBytes)) {
      bytes = bytes.subarray(0, room(halfClose.afterBytes))
      ending = 'end'
      this.#tally.add('half-close')
    }
    if (reset !== undefined && bytes.length >= room(reset.afterBytes)) {
      bytes = bytes.subarray(0, room(reset.afterBytes))
      ending = 'reset'
      this.#tally.add('reset')
    }
    this.#position += bytes.length
    return { bytes, ending }
  }
}
