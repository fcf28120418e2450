import type { ByteOrder } from './byte-order.ts'

const endOfOptions = 0
const comment = 1
const timestampResolution = 9
const timestampOffset = 14
/** Longer comments are cut: they are shown in one row. */
const maximumCommentBytes = 4096
/** Comments of one packet. Wirebench writes up to 200 events as such, and what it says of the packet itself. */
const maximumComments = 256

/** Visits the options in `bytes[at ..]`: u16 code, u16 length, value, filled up to four bytes. */
function forEachOption(
  bytes: Uint8Array,
  at: number,
  order: ByteOrder,
  visit: (code: number, value: Uint8Array) => void,
): void {
  for (let start = at; start + 4 <= bytes.length;) {
    const code = order.uint16(bytes, start)
    const length = order.uint16(bytes, start + 2)
    const valueStart = start + 4
    if (code === endOfOptions || valueStart + length > bytes.length) return
    visit(code, bytes.subarray(valueStart, valueStart + length))
    start = valueStart + Math.ceil(length / 4) * 4
  }
}

/** How the time stamps of an interface are read: nanoseconds are `ticks * numerator / denominator + offsetNs`. */
export interface TimestampScale {
  readonly numerator: bigint
  readonly denominator: bigint
  readonly offsetNs: bigint
}

/** The options `if_tsresol` (power of ten, or of two with the top bit; microseconds without it) and `if_tsoffset` (s). */
export function readTimestampScale(bytes: Uint8Array, at: number, order: ByteOrder): TimestampScale {
  let numerator = 1000n
  let denominator = 1n
  let offsetNs = 0n
  forEachOption(bytes, at, order, (code, value) => {
    if (code === timestampResolution && value.length >= 1) {
      const resolution = value[0] ?? 0
      const base = resolution >= 0x80 ? 2n : 10n
      const unitsPerSecond = base ** BigInt(resolution & 0x7f)
      numerator = 1_000_000_000n
      denominator = unitsPerSecond
      if (numerator % denominator === 0n) {
        numerator /= denominator
        denominator = 1n
      }
    } else if (code === timestampOffset && value.length >= 8) offsetNs = order.int64(value, 0) * 1_000_000_000n
  })
  return { numerator, denominator, offsetNs }
}

/** The first 256 comments, as UTF-8, and how many more there are. */
export function readComments(
  bytes: Uint8Array,
  at: number,
  order: ByteOrder,
): { readonly comments: readonly Uint8Array[]; readonly omittedCount: number } {
  // Most packets have no options at all.
  if (at + 4 > bytes.length) return noComments
  const comments: Uint8Array[] = []
  let omittedCount = 0
  forEachOption(bytes, at, order, (code, value) => {
    if (code !== comment || value.length === 0) return
    if (comments.length < maximumComments) comments.push(value.slice(0, maximumCommentBytes))
    else omittedCount++
  })
  return { comments, omittedCount }
}

const noComments = { comments: [], omittedCount: 0 } as const
