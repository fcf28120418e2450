import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../contract/schemas/connection.ts'
import {
  interfaceBlock,
  secretsBlock,
  sectionHeaderBlock,
  statisticsBlock,
} from '../../protocol/pcapng/pcapng-blocks.ts'
import { TcpConversation } from '../../protocol/tcp-synthesis/tcp-conversation.ts'
import { conversationEnds } from './conversation-ends.ts'
import { eventSentence } from './event-sentence.ts'
import type { ExportedChunk, ExportEncoder } from './export-encoder.ts'
import type { ExportOutput } from './export-output.ts'
import { PcapngPackets } from './pcapng-packets.ts'
import { TrackedConnections, type TrackedConnection } from './tracked-connections.ts'

export interface PcapngSettings {
  readonly output: ExportOutput
  readonly startedAtUnixUs: number
  readonly captureName: string
  readonly program: string
  readonly system: string
  readonly hardware: string
  /** Lines of a TLS key log, in pieces of whole lines; empty for none. */
  readonly secrets: readonly Uint8Array[]
}

const sectionComment = (name: string): string =>
  `Capture "${name}". Wirebench recorded the bytes that sockets sent and received; the IP and TCP headers here are made up ` +
  'from them: handshakes, sequence numbers, acknowledgments, checksums and the cut into segments. Bytes of TLS connections stand ' +
  'here in plain, as the programs saw them.'

/** A gap in sequence numbers of more than this would be read as going back. */
const largestGapBytes = 0x4000_0000

/**
 * Packets for Wireshark: each connection with handshake, data, FIN or RST as its events say, and comments. Bytes that are
 * missing where the capture is damaged are a gap in the sequence numbers when they can only be of one connection.
 */
export class PcapngEncoder implements ExportEncoder {
  readonly notes: string[] = []
  readonly #settings: PcapngSettings
  readonly #packets: PcapngPackets
  readonly #tracked = new TrackedConnections()
  #conversation: TcpConversation | null = null
  #damageComment: string | null = null
  #lastTimeNs = 0
  #madeUpCount = 0

  constructor(settings: PcapngSettings) {
    this.#settings = settings
    this.#packets = new PcapngPackets(settings.output, settings.startedAtUnixUs)
  }

  begin(): void {
    const { output, captureName, program, system, hardware, secrets } = this.#settings
    output.bytes(sectionHeaderBlock({ program, system, hardware, comment: sectionComment(captureName) }))
    output.bytes(interfaceBlock('wirebench', 'Sockets recorded by Wirebench'))
    for (const lines of secrets) output.bytes(secretsBlock(lines))
  }

  startChunk(chunk: Readonly<ExportedChunk>): void {
    const { timeNs, direction, connection, byteCount } = chunk
    const conversation = this.#openConversation(connection, timeNs, direction)
    if (chunk.missingBytes > 0) this.#skip(conversation, direction, chunk.missingBytes)
    if (this.#damageComment !== null) conversation.comments.push(this.#damageComment)
    this.#damageComment = null
    this.#conversation = conversation
    this.#lastTimeNs = timeNs
    conversation.beginChunk(timeNs, direction, byteCount)
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    this.#conversation?.fillChunk(bytes, start, end)
  }

  endChunk(): void {
    this.#conversation = null
  }

  event(connection: number, timeNs: number, event: ConnectionEvent, isWanted: boolean): void {
    const tracked = this.#tracked.ofEvent(connection, event)
    if (tracked === null) {
      if (isWanted) this.#tracked.trail(connection, eventSentence(event))
      return
    }
    if (event.kind === 'connected' || event.kind === 'accepted') {
      tracked.ends = { local: event.local, remote: event.remote }
      tracked.opener = event.kind === 'connected' ? 'sent' : 'received'
    }
    if (isWanted) this.#tellEvent(tracked, timeNs, event)
    if (event.kind === 'ended') this.#tracked.end(connection)
  }

  damage(_timeNs: number, lostFileBytes: number): void {
    this.#damageComment = `Before this, ${lostFileBytes} bytes of the capture file could not be read.`
  }

  end(): void {
    const trailing = [...this.#tracked.endAll(), ...(this.#damageComment === null ? [] : [this.#damageComment])]
    this.#packets.clock.set(this.#lastTimeNs)
    if (trailing.length > 0) this.#settings.output.bytes(statisticsBlock(this.#packets.clock, trailing))
    if (this.#madeUpCount > 0) {
      this.notes.push(
        `The capture does not name both ends of ${this.#madeUpCount} connections: addresses of 192.0.2.0/24 stand in for them.`,
      )
    }
  }

  #tellEvent(tracked: TrackedConnection, timeNs: number, event: ConnectionEvent): void {
    this.#lastTimeNs = timeNs
    this.#tracked.comment(tracked, eventSentence(event))
    if (event.kind === 'connected' || event.kind === 'accepted') {
      this.#openConversation(tracked.connection, timeNs, tracked.opener)
    } else if (event.kind === 'peer-ended') tracked.conversation?.finish(timeNs, 'received')
    else if (event.kind === 'local-ended') tracked.conversation?.finish(timeNs, 'sent')
    else if (event.kind === 'ended' && tracked.conversation !== null) close(tracked.conversation, timeNs, event.ending)
  }

  /** The conversation of a connection, with a handshake when it is the first packet, or the side has finished already. */
  #openConversation(connection: number, timeNs: number, direction: Direction): TcpConversation {
    const present = this.#tracked.of(connection)
    if (present.conversation !== null && !present.conversation.isFinished(direction)) return present.conversation
    if (present.conversation !== null) this.#tracked.end(connection)
    const tracked = this.#tracked.of(connection)
    const isToldNow = tracked.comments.length > 0
    const { ends, isMadeUp } = conversationEnds(tracked.ends, connection)
    const conversation = new TcpConversation({
      ends,
      target: this.#packets,
      initialSequence: initialSequence(connection),
    })
    tracked.conversation = conversation
    conversation.comments.push(...tracked.comments.splice(0))
    if (isMadeUp) {
      this.#madeUpCount += 1
      conversation.comments.push('The capture does not name both ends: these addresses are made up.')
    } else if (!isToldNow) conversation.comments.push('The connection began before what was exported.')
    conversation.open(timeNs, tracked.opener)
    return conversation
  }

  #skip(conversation: TcpConversation, direction: Direction, missingBytes: number): void {
    const isKnown = this.#tracked.size === 1 && missingBytes <= largestGapBytes
    if (isKnown) conversation.skip(direction, missingBytes)
    conversation.comments.push(
      isKnown
        ? `${missingBytes} bytes are missing before this: the capture is damaged there.`
        : `The capture is damaged before this: it lacks ${missingBytes} ${direction} bytes, of this or of other connections.`,
    )
  }
}

/** FIN of whoever ended it, then of the other; RST; or nothing, where no packet told of it. */
function close(conversation: TcpConversation, timeNs: number, { by, how }: ConnectionEnding): void {
  const first: Direction = by === 'local' ? 'sent' : 'received'
  if (how === 'rst') conversation.reset(timeNs, first)
  else if (how === 'fin' || by === 'local') {
    conversation.finish(timeNs, first)
    conversation.finish(timeNs, first === 'sent' ? 'received' : 'sent')
  }
}

/** Different for each connection, so that one on the ports of another is told apart from it. */
function initialSequence(connection: number): Record<Direction, number> {
  const sent = Math.imul(connection + 1, 0x9e37_79b1) >>> 0
  return { sent, received: (sent ^ 0x5bd1_e995) >>> 0 }
}
