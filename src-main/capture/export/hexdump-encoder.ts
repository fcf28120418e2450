import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { eventSentence } from './event-sentence.ts'
import type { ExportedChunk, ExportEncoder } from './export-encoder.ts'
import type { ExportOutput } from './export-output.ts'
import { IsoTimes, writeText } from './export-text.ts'
import { HexdumpRows } from './hexdump-rows.ts'

/** `text2pcap` makes a packet of a dump; no packet is larger than this with its made up headers. */
const largestDumpBytes = 0xff00
const directionLetters: Readonly<Record<Direction, string>> = { sent: 'O', received: 'I' }

/**
 * Hex dumps. Of both directions: a dump for each chunk, offsets from 0, under a line with `I` or `O` and the time, as `text2pcap -D
 * -t ISO` takes it; what is said besides stands behind `#`. Of one direction: one dump of all of it, as `xxd -r` takes it.
 */
export class HexdumpEncoder implements ExportEncoder {
  readonly notes: readonly string[] = []
  readonly #output: ExportOutput
  readonly #rows: HexdumpRows
  readonly #times: IsoTimes
  readonly #isOneDump: boolean
  #head = ''
  #dumpBytesLeft = 0

  constructor(output: ExportOutput, startedAtUnixUs: number, direction: Direction | null) {
    this.#output = output
    this.#rows = new HexdumpRows(output)
    this.#times = new IsoTimes(startedAtUnixUs)
    this.#isOneDump = direction !== null
  }

  begin(): void {
    // A dump needs no head of its own.
  }

  startChunk({ direction, timeNs, connection, missingBytes }: Readonly<ExportedChunk>): void {
    if (this.#isOneDump) return
    if (missingBytes > 0) this.#remark(`${missingBytes} ${direction} bytes are missing here`)
    this.#remark(`connection ${connection}, ${direction}`)
    this.#head = `${directionLetters[direction]} ${this.#times.of(timeNs)}\n`
    this.#dumpBytesLeft = 0
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOneDump) {
      this.#rows.push(bytes, start, end)
      return
    }
    for (let at = start; at < end;) {
      if (this.#dumpBytesLeft === 0) {
        this.#rows.restart()
        writeText(this.#output, this.#head)
        this.#dumpBytesLeft = largestDumpBytes
      }
      const count = Math.min(this.#dumpBytesLeft, end - at)
      this.#rows.push(bytes, at, at + count)
      this.#dumpBytesLeft -= count
      at += count
    }
  }

  endChunk(): void {
    if (!this.#isOneDump) this.#rows.restart()
  }

  event(connection: number, timeNs: number, event: ConnectionEvent, isWanted: boolean): void {
    if (isWanted && !this.#isOneDump) {
      this.#remark(`connection ${connection}, ${this.#times.of(timeNs)}: ${eventSentence(event)}`)
    }
  }

  damage(_timeNs: number, lostFileBytes: number): void {
    if (!this.#isOneDump) this.#remark(`${lostFileBytes} bytes of the capture file could not be read`)
  }

  end(): void {
    this.#rows.flush()
  }

  #remark(text: string): void {
    writeText(this.#output, `# ${text.replaceAll(/[\r\n]+/g, ' ')}\n`)
  }
}
