import * as v from 'valibot'
import { connectionEvent } from '../../contract/schemas/connection.ts'
import { parseJson } from '../json-bytes.ts'
import { recordHeaderBytes, recordKind, type RecordHeader } from '../record-codec.ts'
import type { CheckNotes } from './check-notes.ts'

/** No event is larger; of what claims to be, the content is not looked at. */
const largestEventBytes = 4 * 1024 * 1024

/** Compares every record with those before it. */
export class RecordCheck {
  readonly #notes: CheckNotes
  /** Bytes of each direction so far. */
  readonly #reached = { sent: 0, received: 0 }
  #lastTimeNs = 0
  #isCleanEnd = false
  #event: { readonly fileOffset: number; readonly bytes: Uint8Array; filled: number } | null = null

  constructor(notes: CheckNotes) {
    this.#notes = notes
  }

  record(header: Readonly<RecordHeader>, fileOffset: number): void {
    this.#endEvent()
    const { kind, timeNs, payloadLength } = header
    if (this.#isCleanEnd) this.#notes.add(`Something follows the clean end at byte ${fileOffset}.`)
    this.#isCleanEnd = kind === recordKind.cleanEnd
    if (kind === recordKind.padding || kind === recordKind.cleanEnd) return
    if (timeNs < this.#lastTimeNs) {
      this.#notes.add(
        `The time goes back at byte ${fileOffset}: from ${seconds(this.#lastTimeNs)} to ${seconds(timeNs)}.`,
      )
    }
    this.#lastTimeNs = timeNs
    if (kind === recordKind.received) this.#direction('received', header, fileOffset)
    else if (kind === recordKind.sent) this.#direction('sent', header, fileOffset)
    else if (kind === recordKind.event && payloadLength <= largestEventBytes) {
      this.#event = { fileOffset, bytes: new Uint8Array(payloadLength), filled: 0 }
    } else this.#notes.add(`The record at byte ${fileOffset} is of no known kind (${kind}).`)
  }

  payload(part: Uint8Array): void {
    if (this.#event === null) return
    this.#event.bytes.set(part, this.#event.filled)
    this.#event.filled += part.length
  }

  damage(fileOffset: number, byteCount: number): void {
    this.#endEvent()
    this.#isCleanEnd = false
    const place = `bytes ${fileOffset} to ${fileOffset + byteCount - 1} of the file`
    this.#notes.add(`No record can be read in ${place} (${byteCount} bytes), after ${seconds(this.#lastTimeNs)}.`)
  }

  /** `end` is where the last whole record or damage ends. */
  end(end: number, fileBytes: number): void {
    this.#endEvent()
    if (end < fileBytes) {
      this.#notes.add(
        `The last ${fileBytes - end} bytes of the file, from byte ${end} on, are no whole record. They came after ${seconds(this.#lastTimeNs)}.`,
      )
    } else if (!this.#isCleanEnd) {
      this.#notes.add(
        `The capture was not closed properly: it stops at byte ${end}, after ${seconds(this.#lastTimeNs)}.`,
      )
    }
  }

  #direction(direction: 'sent' | 'received', header: Readonly<RecordHeader>, fileOffset: number): void {
    const { streamOffset, payloadLength, timeNs } = header
    const missing = streamOffset - this.#reached[direction]
    if (missing > 0) {
      this.#notes.add(
        `${missing} ${direction} bytes are missing before byte ${fileOffset} of the file, at ${seconds(timeNs)}.`,
      )
    } else if (missing < 0) {
      this.#notes.add(
        `The record at byte ${fileOffset} has ${direction} bytes that were there before, at ${seconds(timeNs)}.`,
      )
    }
    this.#reached[direction] = streamOffset + payloadLength
  }

  #endEvent(): void {
    const event = this.#event
    this.#event = null
    if (event === null) return
    if (!v.is(connectionEvent, parseJson(event.bytes))) {
      const last = event.fileOffset + recordHeaderBytes + event.bytes.length - 1
      this.#notes.add(`The event in bytes ${event.fileOffset} to ${last} of the file is not understood.`)
    }
  }
}

const seconds = (timeNs: number): string => `${(timeNs / 1e9).toFixed(9)} s`
