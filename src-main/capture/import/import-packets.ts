import { WirebenchError } from '../../contract/errors.ts'
import type { FileDamage, FilePacket } from '../../protocol/packet-files/file-packet.ts'
import { PacketDecoder } from '../../protocol/packet-files/packet-decoder.ts'
import { PacketFileReader } from '../../protocol/packet-files/packet-file-reader.ts'
import { TcpReassembler } from '../../protocol/tcp-reassembly/tcp-reassembler.ts'
import type { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'
import { damageNote } from './damage-note.ts'
import { writingCapture, type ImportedCapture } from './imported-capture.ts'
import { importedOrigin } from './imported-origin.ts'
import { piecesOf, type ImportJob, type ImportResult } from './import-source.ts'
import { PacketStory } from './packet-story.ts'

/**
 * Reads a pcap or pcapng file into a new capture: the bytes of its TCP connections in order, each once, and their story.
 * Errors: `import-unknown-format` when there is no TCP in it, `import-damaged` when it is damaged before the first TCP,
 * `file-unreadable`, and those of making a capture.
 */
export async function importPackets(
  job: ImportJob,
  format: 'pcap' | 'pcapng',
  { store, clock }: { readonly store: CaptureStore; readonly clock: Clock },
): Promise<ImportResult> {
  const { fileName } = job.source
  const name = job.options.name ?? fileName
  const origin = importedOrigin(fileName, format, clock)
  const firstUnixNs = await firstTimeOf(job)
  return writingCapture({ store, clock, name, origin, firstUnixNs }, async (capture) => {
    const intake = new PacketIntake(capture, job.options.localPort)
    for await (const piece of piecesOf(job)) {
      intake.accept(piece)
      if (intake.damage !== null) break
      await capture.room()
    }
    intake.finish()
    intake.demandConnections(fileName)
    return { captureId: capture.captureId, notes: intake.notes(fileName), isWhole: intake.isWhole }
  })
}

/** Time of the first packet that has one. */
async function firstTimeOf(job: ImportJob): Promise<bigint | null> {
  const found: bigint[] = []
  let packetCount = 0
  const reader = new PacketFileReader({
    onPacket: ({ timeUnixNs }) => {
      packetCount++
      if (timeUnixNs !== null && found.length === 0) found.push(timeUnixNs)
    },
  })
  // All packets have times, or the first ones have none, and then it matters little.
  for await (const piece of piecesOf({ ...job, progress: () => undefined })) {
    reader.acceptChunk(piece)
    if (packetCount > 0 || reader.damage !== null) break
  }
  return found[0] ?? null
}

/** The way of a packet file's bytes into a capture. */
class PacketIntake {
  readonly #capture: ImportedCapture
  readonly #decoder = new PacketDecoder()
  readonly #story: PacketStory
  readonly #tcp: TcpReassembler
  readonly #reader = new PacketFileReader({ onPacket: (packet) => this.#acceptPacket(packet) })
  readonly #utf8 = new TextDecoder()

  constructor(capture: ImportedCapture, localPort: number | null) {
    this.#capture = capture
    this.#story = new PacketStory(capture, localPort)
    this.#tcp = new TcpReassembler(this.#story)
  }

  get damage(): FileDamage | null {
    return this.#reader.damage
  }

  get isWhole(): boolean {
    const { malformedCount, incompleteDatagrams } = this.#decoder
    const lostBytes = this.#story.missingBytes + this.#tcp.misplacedBytes
    return this.damage === null && lostBytes + malformedCount + incompleteDatagrams === 0
  }

  accept(piece: Uint8Array): void {
    this.#reader.acceptChunk(piece)
  }

  finish(): void {
    this.#reader.finish()
    this.#tcp.finish()
  }

  demandConnections(file: string): void {
    if (this.#tcp.connectionCount > 0) return
    const { damage } = this
    if (damage !== null) throw new WirebenchError('import-damaged', { file, ...damage })
    const { packetCount } = this.#decoder
    const reason =
      packetCount === 0 ? 'It has no packets.' : `None of its packets (${packetCount}) is TCP that could be read.`
    throw new WirebenchError('import-unknown-format', { file, reason })
  }

  notes(file: string): string[] {
    const decoder = this.#decoder
    const { missingBytes, withoutBeginningCount, leftOpenCount } = this.#story
    const { connectionCount, retransmittedBytes, misplacedBytes } = this.#tcp
    const unknownTypes = [...decoder.unknownLinkTypes].join(', ')
    const sentences: readonly (readonly [number, string])[] = [
      [connectionCount, `TCP connections: ${connectionCount}, in ${decoder.packetCount} packets.`],
      [missingBytes, `Bytes missing in the file: ${missingBytes}. Notes in the capture say where.`],
      [misplacedBytes, `Bytes that had no place in their connection and were left out: ${misplacedBytes}.`],
      [retransmittedBytes, `Bytes that came more than once, of which the first ones count: ${retransmittedBytes}.`],
      [withoutBeginningCount, `Connections whose beginning is not in the file: ${withoutBeginningCount}.`],
      [leftOpenCount, `Connections whose end is not in the file: ${leftOpenCount}.`],
      [decoder.truncatedCount, `Packets of which not all bytes were captured: ${decoder.truncatedCount}.`],
      [decoder.malformedCount, `Packets with a damaged or cut header, left out: ${decoder.malformedCount}.`],
      [
        decoder.incompleteDatagrams,
        `IP datagrams of which fragments are missing, left out: ${decoder.incompleteDatagrams}.`,
      ],
      [decoder.otherProtocolCount, `Packets that are not TCP, left out: ${decoder.otherProtocolCount}.`],
      [
        decoder.unknownLinkCount,
        `Packets of link types that are not read (${unknownTypes}), left out: ${decoder.unknownLinkCount}.`,
      ],
      [
        this.#reader.omittedComments,
        `Comments of packets with more than 256 of them, left out: ${this.#reader.omittedComments}.`,
      ],
      [this.#reader.secretsCount, 'The file has secrets of TLS connections. What is encrypted stays encrypted here.'],
      [
        this.#capture.movedTimes,
        `Packets with a time before that of the one before them: ${this.#capture.movedTimes}. They have its time here.`,
      ],
    ]
    const notes = sentences.flatMap(([count, sentence]) => (count > 0 ? [sentence] : []))
    return this.damage === null ? notes : [damageNote(file, this.damage), ...notes]
  }

  #acceptPacket(packet: FilePacket): void {
    if (packet.timeUnixNs !== null) {
      this.#capture.moveTo(packet.timeUnixNs)
      this.#story.nowUnixNs = packet.timeUnixNs
    }
    const segment = this.#decoder.decode(packet)
    if (segment === null) return
    const connection = this.#tcp.accept(segment)
    for (const comment of packet.comments) this.#story.note(connection, this.#utf8.decode(comment))
  }
}
