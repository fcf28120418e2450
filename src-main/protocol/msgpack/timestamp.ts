/** Timestamps: extensions of type −1 with 4, 8 or 12 bytes, seconds since 1970 and nanoseconds. */
import { ByteBuilder } from '../text/byte-builder.ts'
import { pushBigEndian } from './forms.ts'

/** The type of extension that stands for a timestamp. */
export const timestampType = -1

/** The farthest that the calendar of the language reaches from 1970, in seconds. */
const farthestSeconds = 8_640_000_000_000n

/** The date of a timestamp: RFC 3339 in UTC with nanoseconds, years beyond four digits with sign and six. Null when it is none. */
export function timestampText(type: number, bytes: Uint8Array): string | null {
  if (type !== timestampType) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length === 4) return dateText(BigInt(view.getUint32(0)), 0)
  if (bytes.length === 12) return dateText(view.getBigInt64(4), view.getUint32(0))
  if (bytes.length !== 8) return null
  const both = view.getBigUint64(0)
  return dateText(both & 0x3_ffff_ffffn, Number(both >> 34n))
}

function dateText(seconds: bigint, nanoseconds: number): string | null {
  if (nanoseconds > 999_999_999 || seconds > farthestSeconds || seconds < -farthestSeconds) return null
  const wholeSeconds = new Date(Number(seconds) * 1000).toISOString().slice(0, -5)
  return `${wholeSeconds}.${String(nanoseconds).padStart(9, '0')}Z`
}

/**
 * The bytes of a date in the shortest of the three forms; null when the text is no date as `timestampText` writes it,
 * with 0 to 9 digits of a second.
 */
export function timestampBytes(text: string): Uint8Array | null {
  const parts = /^((?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text)
  const wholeSeconds = parts?.[1]
  if (wholeSeconds === undefined) return null
  const date = new Date(`${wholeSeconds}.000Z`)
  // A day that the month does not have is carried over instead of refused.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, -5) !== wholeSeconds) return null
  const seconds = BigInt(date.getTime() / 1000)
  const nanoseconds = Number((parts?.[2] ?? '').padEnd(9, '0'))
  const builder = new ByteBuilder(16)
  if (nanoseconds === 0 && seconds >= 0n && seconds < 2n ** 32n) {
    pushBigEndian(seconds, 4, builder)
  } else if (seconds >= 0n && seconds < 2n ** 34n) {
    pushBigEndian((BigInt(nanoseconds) << 34n) | seconds, 8, builder)
  } else {
    pushBigEndian(BigInt(nanoseconds), 4, builder)
    pushBigEndian(seconds, 8, builder)
  }
  return builder.toBytes()
}
