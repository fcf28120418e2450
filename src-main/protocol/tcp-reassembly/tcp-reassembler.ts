import { tcpFlag, type TcpSegment } from '../packet-files/tcp-segment.ts'
import { sequenceDistance, StreamAssembly } from './stream-assembly.ts'

/** Which end of a connection. The client is the one that opened it, as far as the file tells. */
export type TcpSide = 'client' | 'server'

export interface TcpEnd {
  readonly family: 'ipv4' | 'ipv6'
  /** 4 or 16 bytes. */
  readonly address: Uint8Array
  readonly port: number
}

/** A connection of a file. */
export interface TcpConnection {
  /** In the order of their first segments, from 1. */
  readonly number: number
  readonly client: TcpEnd
  readonly server: TcpEnd
}

/** How much of the handshake the file has: from the SYN on, from the answer to it on, or nothing. */
export type TcpBeginning = 'syn' | 'syn-ack' | 'middle'

/** Told what happens to the connections, always in the order of the segments that brought it. */
export interface TcpVisitor {
  /** The first segment of a connection. */
  onBegan(connection: TcpConnection, beginning: TcpBeginning): void
  /** The server has answered the SYN. Not told for a connection that began in the middle. */
  onAnswered(connection: TcpConnection): void
  /** The bytes stay only while this is called. */
  onBytes(connection: TcpConnection, from: TcpSide, bytes: Uint8Array): void
  /** Bytes that are not in the file. */
  onMissing(connection: TcpConnection, from: TcpSide, byteCount: number): void
  /** FIN: all that this side sent has been given. */
  onEnded(connection: TcpConnection, side: TcpSide): void
  /** RST. Nothing more is expected. */
  onReset(connection: TcpConnection, by: TcpSide): void
  /**
   * Nothing more is told of a connection: the file ends, its addresses and ports are used anew, or there are too many
   * connections. `isOpen`: it was not closed.
   */
  onForgotten(connection: TcpConnection, isOpen: boolean): void
}

interface TrackedConnection {
  readonly facts: TcpConnection
  readonly streams: Readonly<Record<TcpSide, StreamAssembly>>
  /** Names of both directions in the table. */
  readonly keys: Readonly<Record<TcpSide, string>>
  isAnswered: boolean
  isReset: boolean
  lastSegment: number
}

/** Connections followed at the same time. */
const usualConnectionLimit = 16_384
/** Bytes that wait behind gaps in all connections together. */
const usualWaitingLimitBytes = 64 * 1024 * 1024

export interface TcpReassemblerLimits {
  readonly connections?: number
  readonly waitingBytes?: number
}

/** Follows the connections of a packet file and gives the bytes of each direction in order, each once. */
export class TcpReassembler {
  retransmittedBytes = 0
  misplacedBytes = 0
  readonly #visitor: TcpVisitor
  readonly #connectionLimit: number
  readonly #waitingLimitBytes: number
  readonly #bySender = new Map<string, { readonly connection: TrackedConnection; readonly side: TcpSide }>()
  readonly #connections = new Set<TrackedConnection>()
  /** Directions with bytes that wait, the one that began to wait first in front. */
  readonly #waiting = new Set<StreamAssembly>()
  #waitingBytes = 0
  #lastNumber = 0
  #segmentCount = 0

  constructor(visitor: TcpVisitor, limits: TcpReassemblerLimits = {}) {
    this.#visitor = visitor
    this.#connectionLimit = limits.connections ?? usualConnectionLimit
    this.#waitingLimitBytes = limits.waitingBytes ?? usualWaitingLimitBytes
  }

  /** How many connections there were so far. */
  get connectionCount(): number {
    return this.#lastNumber
  }

  /** Gives the connection that the segment belonged to. */
  accept(segment: TcpSegment): TcpConnection {
    this.#segmentCount++
    const { connection, side } = this.#connectionOf(segment)
    connection.lastSegment = this.#segmentCount
    const own = connection.streams[side]
    const other = connection.streams[side === 'client' ? 'server' : 'client']
    const isSyn = (segment.flags & tcpFlag.syn) !== 0
    const hasAcknowledgment = (segment.flags & tcpFlag.ack) !== 0
    if (isSyn) own.begin(segment.sequence)
    this.#answer(connection, side, segment.flags)
    if (hasAcknowledgment) this.#change(other, () => other.acknowledge(segment.acknowledgment))
    if ((segment.flags & tcpFlag.rst) !== 0) {
      this.#reset(connection, side)
      return connection.facts
    }
    const isLast = (segment.flags & tcpFlag.fin) !== 0
    const sequence = isSyn ? (segment.sequence + 1) >>> 0 : segment.sequence
    this.#change(own, () => own.accept(sequence, segment.payload, segment.payloadLength, isLast))
    this.#keepWithinLimit()
    return connection.facts
  }

  /** The file ends: gives what waits and tells what is open. */
  finish(): void {
    for (const connection of this.#connections) this.#drop(connection)
  }

  #connectionOf(segment: TcpSegment): { readonly connection: TrackedConnection; readonly side: TcpSide } {
    const key = keyOf(segment.source, segment.sourcePort, segment.destination, segment.destinationPort)
    const known = this.#bySender.get(key)
    if (known !== undefined) {
      if (!isAnother(known.connection, known.side, segment)) return known
      this.#drop(known.connection)
    }
    return this.#begin(segment, key)
  }

  #begin(segment: TcpSegment, key: string): { readonly connection: TrackedConnection; readonly side: TcpSide } {
    if (this.#connections.size >= this.#connectionLimit) this.#dropOldest()
    const isSyn = (segment.flags & tcpFlag.syn) !== 0
    const beginning = !isSyn ? 'middle' : (segment.flags & tcpFlag.ack) === 0 ? 'syn' : 'syn-ack'
    const side = sideOfSender(segment, beginning)
    const { family } = segment
    const sender: TcpEnd = { family, address: segment.source.slice(), port: segment.sourcePort }
    const target: TcpEnd = { family, address: segment.destination.slice(), port: segment.destinationPort }
    const facts: TcpConnection = {
      number: ++this.#lastNumber,
      client: side === 'client' ? sender : target,
      server: side === 'client' ? target : sender,
    }
    const keyBack = keyOf(segment.destination, segment.destinationPort, segment.source, segment.sourcePort)
    const connection: TrackedConnection = {
      facts,
      streams: { client: this.#stream(facts, 'client'), server: this.#stream(facts, 'server') },
      keys: side === 'client' ? { client: key, server: keyBack } : { client: keyBack, server: key },
      isAnswered: beginning === 'middle',
      isReset: false,
      lastSegment: this.#segmentCount,
    }
    this.#connections.add(connection)
    this.#bySender.set(connection.keys.client, { connection, side: 'client' })
    this.#bySender.set(connection.keys.server, { connection, side: 'server' })
    this.#visitor.onBegan(facts, beginning)
    return { connection, side }
  }

  #stream(facts: TcpConnection, from: TcpSide): StreamAssembly {
    return new StreamAssembly({
      onBytes: (bytes) => this.#visitor.onBytes(facts, from, bytes),
      onMissing: (byteCount) => this.#visitor.onMissing(facts, from, byteCount),
      onEnd: () => this.#visitor.onEnded(facts, from),
    })
  }

  /** The server's SYN shows it, and whatever else comes but a refusal. */
  #answer(connection: TrackedConnection, side: TcpSide, flags: number): void {
    const isFirstSyn = side === 'client' && (flags & tcpFlag.syn) !== 0
    if (connection.isAnswered || isFirstSyn || (flags & tcpFlag.rst) !== 0) return
    connection.isAnswered = true
    this.#visitor.onAnswered(connection.facts)
  }

  #reset(connection: TrackedConnection, by: TcpSide): void {
    const isOver = connection.streams.client.hasEnded && connection.streams.server.hasEnded
    if (connection.isReset || isOver) return
    connection.isReset = true
    for (const stream of Object.values(connection.streams)) this.#change(stream, () => stream.flush())
    this.#visitor.onReset(connection.facts, by)
  }

  /** Does something with a stream and keeps count of what waits. */
  #change(stream: StreamAssembly, work: () => void): void {
    const before = stream.waitingBytes
    work()
    const after = stream.waitingBytes
    if (before === after) return
    this.#waitingBytes += after - before
    if (after === 0) this.#waiting.delete(stream)
    else this.#waiting.add(stream)
  }

  #keepWithinLimit(): void {
    for (const stream of this.#waiting) {
      if (this.#waitingBytes <= this.#waitingLimitBytes) return
      this.#change(stream, () => stream.flush())
    }
  }

  #drop(connection: TrackedConnection): void {
    for (const stream of Object.values(connection.streams)) {
      this.#change(stream, () => stream.flush())
      this.retransmittedBytes += stream.retransmittedBytes
      this.misplacedBytes += stream.misplacedBytes
    }
    const { client, server } = connection.streams
    this.#visitor.onForgotten(connection.facts, !connection.isReset && !(client.hasEnded && server.hasEnded))
    this.#connections.delete(connection)
    this.#bySender.delete(connection.keys.client)
    this.#bySender.delete(connection.keys.server)
  }

  /** Lets go of a quarter of all connections, those that were silent longest. */
  #dropOldest(): void {
    const bySilence = [...this.#connections].sort((one, other) => one.lastSegment - other.lastSegment)
    for (const connection of bySilence.slice(0, Math.ceil(bySilence.length / 4))) this.#drop(connection)
  }
}

/** Both ends of a direction as one text. */
function keyOf(source: Uint8Array, sourcePort: number, destination: Uint8Array, destinationPort: number): string {
  return String.fromCharCode(...source, sourcePort, ...destination, destinationPort)
}

/** The segment belongs to a new connection between the same addresses and ports. */
function isAnother(connection: TrackedConnection, side: TcpSide, segment: TcpSegment): boolean {
  const own = connection.streams[side]
  const { client, server } = connection.streams
  const isOver = connection.isReset || (client.hasEnded && server.hasEnded)
  if ((segment.flags & tcpFlag.syn) !== 0) {
    if (own.initialSequence !== null) return own.initialSequence !== segment.sequence
    // The first SYN of this side: fine where it still can be the beginning.
    if (own.firstSequence === null) return isOver
    return sequenceDistance(own.firstSequence, segment.sequence) !== 1
  }
  return isOver && segment.payloadLength > 0 && !own.isNear(segment.sequence)
}

/** Without a handshake the lower port is taken for the server's; between equal ones, who sends first is the client. */
function sideOfSender(segment: TcpSegment, beginning: TcpBeginning): TcpSide {
  if (beginning === 'syn') return 'client'
  if (beginning === 'syn-ack') return 'server'
  return segment.sourcePort < segment.destinationPort ? 'server' : 'client'
}
