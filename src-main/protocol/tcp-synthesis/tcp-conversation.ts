import type { Direction } from '../../contract/schemas/common.ts'
import { PacketHeaders, tcpFlag, type PacketEnd } from './packet-headers.ts'
import type { PacketMemory } from './packet-memory.ts'

/** Where packets go. */
export interface PacketTarget {
  /** Memory of the packet that was begun last. */
  readonly memory: PacketMemory
  /**
   * Begins a packet and answers where in `memory` it stands: a multiple of 4, with zeros behind it up to the next one. The one
   * before was ended.
   *
   * @param timeNs nanoseconds since the capture began
   * @param comments what is said of the packet
   */
  begin(timeNs: number, direction: Direction, packetBytes: number, comments: readonly string[]): number
  /** The packet that was begun is whole. */
  end(): void
}

/** The two ends: packets from `local` to `remote` were sent, the others received. */
export interface ConversationEnds {
  readonly local: PacketEnd
  readonly remote: PacketEnd
}

export interface ConversationOptions {
  readonly ends: ConversationEnds
  readonly target: PacketTarget
  /** Numbers that the two directions begin with. */
  readonly initialSequence: Readonly<Record<Direction, number>>
}

interface Side {
  readonly headers: PacketHeaders
  /** Number of its next byte, modulo 2^32. */
  nextSequence: number
  isFinished: boolean
}

const noComments: readonly string[] = []

/**
 * One TCP connection as packets. Rules: the side that opens sends SYN; every chunk is cut into segments of at most the maximum
 * size, the last with PSH, and acknowledged by the other side at once; FIN counts one byte and is acknowledged; RST ends all.
 * Sequence numbers go on modulo 2^32.
 */
export class TcpConversation {
  /** Said of the next packet. */
  readonly comments: string[] = []
  readonly #target: PacketTarget
  readonly #sides: Readonly<Record<Direction, Side>>
  // The chunk under way.
  #direction: Direction = 'sent'
  #timeNs = 0
  #chunkBytesLeft = 0
  #segmentBytesLeft = 0
  #segmentAt = 0
  #segmentPacketBytes = 0
  #fillAt = 0

  constructor({ ends, target, initialSequence }: ConversationOptions) {
    this.#target = target
    const side = (source: PacketEnd, destination: PacketEnd, nextSequence: number): Side => ({
      headers: new PacketHeaders(source, destination),
      nextSequence: nextSequence >>> 0,
      isFinished: false,
    })
    this.#sides = {
      sent: side(ends.local, ends.remote, initialSequence.sent),
      received: side(ends.remote, ends.local, initialSequence.received),
    }
  }

  /** The handshake: `opener` is the direction of the first SYN. */
  open(timeNs: number, opener: Direction): void {
    const other = opposite(opener)
    this.#bare(timeNs, opener, tcpFlag.syn)
    this.#bare(timeNs, other, tcpFlag.syn | tcpFlag.ack)
    this.#bare(timeNs, opener, tcpFlag.ack)
  }

  /** True once a side has sent FIN. */
  isFinished(direction: Direction): boolean {
    return this.#sides[direction].isFinished
  }

  /** Bytes that are not there: the numbers go on without them. */
  skip(direction: Direction, byteCount: number): void {
    const side = this.#sides[direction]
    side.nextSequence = (side.nextSequence + byteCount) >>> 0
  }

  /** Begins a chunk of so many bytes, at least one; they follow by `fillChunk`. */
  beginChunk(timeNs: number, direction: Direction, byteCount: number): void {
    this.#direction = direction
    this.#timeNs = timeNs
    this.#chunkBytesLeft = byteCount
    this.#segmentBytesLeft = 0
  }

  /** The next bytes of the chunk. */
  fillChunk(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      if (this.#segmentBytesLeft === 0) this.#beginSegment()
      const count = Math.min(this.#segmentBytesLeft, end - at)
      copy(bytes, at, count, this.#target.memory.bytes, this.#fillAt)
      at += count
      this.#fillAt += count
      this.#segmentBytesLeft -= count
      if (this.#segmentBytesLeft === 0) this.#endSegment()
    }
  }

  /** FIN of one side, and its acknowledgment; nothing when it was there already. */
  finish(timeNs: number, direction: Direction): void {
    const side = this.#sides[direction]
    if (side.isFinished) return
    this.#bare(timeNs, direction, tcpFlag.fin | tcpFlag.ack)
    side.isFinished = true
    this.#bare(timeNs, opposite(direction), tcpFlag.ack)
  }

  /** RST of one side. */
  reset(timeNs: number, direction: Direction): void {
    this.#bare(timeNs, direction, tcpFlag.rst | tcpFlag.ack)
  }

  /** A packet without payload. */
  #bare(timeNs: number, direction: Direction, flags: number): void {
    const side = this.#sides[direction]
    const { headers } = side
    const packetBytes = (flags & tcpFlag.syn) === 0 ? headers.byteCount : headers.synByteCount
    const acknowledgment = (flags & tcpFlag.ack) === 0 ? 0 : this.#sides[opposite(direction)].nextSequence
    const at = this.#target.begin(timeNs, direction, packetBytes, this.#takeComments())
    headers.write(this.#target.memory, at, flags, side.nextSequence, acknowledgment, 0)
    headers.seal(this.#target.memory, at, packetBytes)
    this.#target.end()
    if ((flags & (tcpFlag.syn | tcpFlag.fin)) !== 0) this.skip(direction, 1)
  }

  #beginSegment(): void {
    const side = this.#sides[this.#direction]
    const { headers } = side
    const byteCount = Math.min(this.#chunkBytesLeft, headers.maximumSegmentBytes)
    this.#segmentBytesLeft = byteCount
    this.#chunkBytesLeft -= byteCount
    this.#segmentPacketBytes = headers.byteCount + byteCount
    const at = this.#target.begin(this.#timeNs, this.#direction, this.#segmentPacketBytes, this.#takeComments())
    const flags = this.#chunkBytesLeft === 0 ? tcpFlag.psh | tcpFlag.ack : tcpFlag.ack
    const acknowledgment = this.#sides[opposite(this.#direction)].nextSequence
    headers.write(this.#target.memory, at, flags, side.nextSequence, acknowledgment, byteCount)
    side.nextSequence = (side.nextSequence + byteCount) >>> 0
    this.#segmentAt = at
    this.#fillAt = at + headers.byteCount
  }

  #endSegment(): void {
    this.#sides[this.#direction].headers.seal(this.#target.memory, this.#segmentAt, this.#segmentPacketBytes)
    this.#target.end()
    if (this.#chunkBytesLeft === 0) this.#bare(this.#timeNs, opposite(this.#direction), tcpFlag.ack)
  }

  #takeComments(): readonly string[] {
    return this.comments.length === 0 ? noComments : this.comments.splice(0)
  }
}

const opposite = (direction: Direction): Direction => (direction === 'sent' ? 'received' : 'sent')

/** Few bytes are copied faster one by one than through a view of them. */
const fewBytes = 32

function copy(source: Uint8Array, start: number, count: number, target: Uint8Array, at: number): void {
  if (count > fewBytes) target.set(source.subarray(start, start + count), at)
  else for (let index = 0; index < count; index++) target[at + index] = source[start + index] ?? 0
}
