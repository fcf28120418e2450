import { hexPair } from '../../../protocol/hex/parse-hex.ts'
import { decodeUtf8, utf8SequenceLength } from '../../../protocol/text/utf8.ts'

/** Most bytes of a character that has begun and not ended: all but the last of four. */
const longestBeginning = 3

/**
 * Received bytes as text for a terminal. UTF-8 stands as it is, with LF, CR LF and tabs; every other control and every byte
 * that is no UTF-8 is shown as `\xNN`: nothing is replaced, and nothing received steers the terminal. What a chunk
 * leaves unfinished waits for the next one.
 */
export class PrintableText {
  #rest = new Uint8Array(0)

  accept(bytes: Uint8Array): string {
    const joined = new Uint8Array(Buffer.concat([this.#rest, bytes]))
    const end = joined.length - unfinishedBytes(joined)
    this.#rest = joined.slice(end)
    return printable(joined.subarray(0, end))
  }

  /** What was unfinished and will not go on. */
  end(): string {
    const rest = printable(this.#rest)
    this.#rest = new Uint8Array(0)
    return rest
  }
}

/** All of these bytes as text for a terminal. */
export function printable(bytes: Uint8Array): string {
  const spans = decodeUtf8(bytes)
  return spans
    .map((span, index) => {
      if (span.kind === 'text') return span.text
      if (span.kind === 'control' && isPlainControl(span.code, bytes[span.end], index === spans.length - 1)) {
        return String.fromCharCode(span.code)
      }
      return Array.from(bytes.subarray(span.start, span.end), (byte) => `\\x${hexPair(byte)}`).join('')
    })
    .join('')
}

function isPlainControl(code: number, next: number | undefined, last: boolean): boolean {
  return code === 0x0a || code === 0x09 || (code === 0x0d && !last && next === 0x0a)
}

/** How many bytes at the end may belong to what comes next: a CR, or the beginning of a character. */
function unfinishedBytes(bytes: Uint8Array): number {
  if (bytes.at(-1) === 0x0d) return 1
  for (let count = 1; count <= Math.min(longestBeginning, bytes.length); count += 1) {
    const lead = bytes[bytes.length - count] ?? 0
    if ((lead & 0xc0) === 0x80) continue
    const announced = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1
    return announced > count && utf8SequenceLength(bytes, bytes.length - count) === 0 ? count : 0
  }
  return 0
}
