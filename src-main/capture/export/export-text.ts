import type { ExportOutput } from './export-output.ts'

const utf8 = new TextEncoder()
const digits = utf8.encode('0123456789abcdef')
const highDigits = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte >>> 4] ?? 0)
const lowDigits = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte & 15] ?? 0)
/** Bytes turned into hex at a time. */
const hexPieceBytes = 64 * 1024

/** Writes a text as UTF-8. */
export function writeText(output: ExportOutput, text: string): void {
  const { length } = text
  output.reserve(length * 3)
  const { bytes } = output.memory
  let { at } = output
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) {
      output.at = at + utf8.encodeInto(text.slice(index), bytes.subarray(at)).written
      return
    }
    bytes[at++] = code
  }
  output.at = at
}

/** Writes bytes as pairs of hex digits without anything between. */
export function writeHex(output: ExportOutput, source: Uint8Array, start = 0, end = source.length): void {
  for (let from = start; from < end; from += hexPieceBytes) {
    const to = Math.min(end, from + hexPieceBytes)
    output.reserve((to - from) * 2)
    const { bytes } = output.memory
    let { at } = output
    for (let index = from; index < to; index++) {
      const byte = source[index] ?? 0
      bytes[at] = highDigits[byte] ?? 0
      bytes[at + 1] = lowDigits[byte] ?? 0
      at += 2
    }
    output.at = at
  }
}

/** Puts the hex digits of a byte at `at`; answers what is behind them. */
export function putHexPair(target: Uint8Array, at: number, byte: number): number {
  target[at] = highDigits[byte] ?? 0
  target[at + 1] = lowDigits[byte] ?? 0
  return at + 2
}

const nsPerSecond = 1_000_000_000

/** Writes times of a capture as ISO 8601 with nanoseconds, in UTC. Remembers the second it wrote last. */
export class IsoTimes {
  readonly #startSecond: number
  readonly #startNs: number
  #second = -1
  #prefix = ''

  /** `startedAtUnixUs`: when times are counted from, in microseconds since 1970. */
  constructor(startedAtUnixUs: number) {
    this.#startSecond = Math.floor(startedAtUnixUs / 1_000_000)
    this.#startNs = (Math.floor(startedAtUnixUs) % 1_000_000) * 1000
  }

  /** `2026-12-01T09:41:07.000123456Z` */
  of(timeNs: number): string {
    const sinceSecond = this.#startNs + timeNs
    const seconds = Math.floor(sinceSecond / nsPerSecond)
    const second = this.#startSecond + seconds
    if (second !== this.#second) {
      this.#second = second
      this.#prefix = isoSecond(second)
    }
    return `${this.#prefix}.${String(sinceSecond - seconds * nsPerSecond).padStart(9, '0')}Z`
  }
}

/** Times of a hostile file may lie beyond what a date can say. */
function isoSecond(second: number): string {
  const date = new Date(second * 1000)
  return Number.isNaN(date.getTime()) ? '9999-12-31T23:59:59' : date.toISOString().slice(0, 19)
}
