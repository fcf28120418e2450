import { wireLogMemoryBytes } from '../../contract/schemas/wire-log.ts'
import type { WireLogFile } from '../ports.ts'

/** Where the bytes of a log go. */
export interface WireLogText {
  /** Null in memory. */
  readonly path: string | null
  /** All of it, or a failure that can be tried again with the same bytes. */
  append(bytes: Uint8Array): Promise<void>
  tail(maximumBytes: number): Promise<Uint8Array>
  /** Bytes that made room for newer ones. */
  readonly forgottenBytes: number
}

/** A log in memory: the newest bytes of it. */
export class MemoryText implements WireLogText {
  readonly path = null
  readonly #limitBytes: number
  #pieces: Uint8Array[] = []
  #byteCount = 0
  #forgottenBytes = 0

  constructor(limitBytes = wireLogMemoryBytes) {
    this.#limitBytes = limitBytes
  }

  get forgottenBytes(): number {
    return this.#forgottenBytes
  }

  append(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes)
    this.#byteCount += bytes.length
    let surplus = this.#byteCount - this.#limitBytes
    let dropped = 0
    while (surplus > 0) {
      const first = this.#pieces[dropped]
      if (first === undefined) break
      const count = Math.min(surplus, first.length)
      if (count === first.length) dropped++
      else this.#pieces[dropped] = first.subarray(count)
      surplus -= count
      this.#byteCount -= count
      this.#forgottenBytes += count
    }
    if (dropped > 0) this.#pieces = this.#pieces.slice(dropped)
    return Promise.resolve()
  }

  tail(maximumBytes: number): Promise<Uint8Array> {
    const length = Math.min(maximumBytes, this.#byteCount)
    const bytes = new Uint8Array(length)
    let end = length
    for (let at = this.#pieces.length - 1; at >= 0 && end > 0; at--) {
      const piece = this.#pieces[at] ?? bytes
      const part = piece.subarray(Math.max(0, piece.length - end))
      end -= part.length
      bytes.set(part, end)
    }
    return Promise.resolve(bytes)
  }
}

/** A log in a file: nothing is forgotten. */
export class FileText implements WireLogText {
  readonly forgottenBytes = 0
  readonly #file: WireLogFile

  constructor(file: WireLogFile) {
    this.#file = file
  }

  get path(): string {
    return this.#file.path
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#file.append(bytes)
  }

  tail(maximumBytes: number): Promise<Uint8Array> {
    return this.#file.tail(maximumBytes)
  }
}

/** `2026-11-20_10-02-17_201345`, UTC, as Python writes it with `%Y-%m-%d_%H-%M-%S_%f`. */
function stampOf(unixMicroseconds: number): string {
  const iso = new Date(Math.floor(unixMicroseconds / 1000)).toISOString()
  const microseconds = String(Math.floor(unixMicroseconds) % 1_000_000).padStart(6, '0')
  return `${iso.slice(0, 10)}_${iso.slice(11, 19).replaceAll(':', '-')}_${microseconds}`
}

/** `name.STAMP.log`, or `.rx.log` and `.tx.log` for directions apart. */
export function wireLogFileName(name: string, direction: 'both' | 'rx' | 'tx', unixMicroseconds: number): string {
  return `${name}.${stampOf(unixMicroseconds)}${direction === 'both' ? '' : `.${direction}`}.log`
}
