import { recordKind, type RecordHeader } from './record-codec.ts'
import type { RecordVisitor } from './record-walker.ts'
import type { RecordScanner } from './row-scanner.ts'

/** Hands what a walk over the data file meets to a scanner, and numbers the records. */
export class RecordFeeder implements RecordVisitor {
  /** Number of the next record. */
  nextRecord: number
  readonly #scanner: RecordScanner
  readonly #onPart: ((fileOffset: number) => void) | null
  #payloadFileOffset = 0
  #isNumbered = false

  /** `onPart` is told, after each part of a payload, up to where the file was scanned. */
  constructor(scanner: RecordScanner, nextRecord: number, onPart: ((fileOffset: number) => void) | null) {
    this.#scanner = scanner
    this.nextRecord = nextRecord
    this.#onPart = onPart
  }

  readonly onRecord: RecordVisitor['onRecord'] = (header, fileOffset) => {
    this.#payloadFileOffset = fileOffset
    this.#isNumbered = header.kind !== recordKind.padding && header.kind !== recordKind.cleanEnd
    if (this.#isNumbered) this.#scanner.startRecord(header, fileOffset, this.nextRecord++)
  }

  readonly wantsPayload = (header: Readonly<RecordHeader>): boolean =>
    this.#isNumbered && (this.#scanner.wantsPayload?.(header) ?? true)

  readonly onPayload = (bytes: Uint8Array, start: number, end: number, payloadOffset: number): void => {
    if (!this.#isNumbered) return
    this.#scanner.scan?.(bytes, start, end, payloadOffset)
    this.#onPart?.(this.#payloadFileOffset + payloadOffset + end - start)
  }

  readonly onDamage: RecordVisitor['onDamage'] = (_fileOffset, byteCount) => {
    this.#scanner.damage(byteCount, this.nextRecord++)
  }
}
