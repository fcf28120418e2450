import { asSigned } from '../struct/bits.ts'
import { isoText, isoTextOfUnits } from './calendar.ts'
import { unsignedOf } from './integers.ts'
import { bothOrders, outOfRange, remark, valueOf, type ByteReading, type ReadValue } from './read-value.ts'

/** Seconds from 1970-01-01 to the days on which others begin to count. */
const epochs = {
  unix: 0n,
  /** 1601-01-01, of FILETIME ([MS-DTYP] 2.3.3). */
  windows: -11_644_473_600n,
  /** 1900-01-01, of NTP (RFC 5905 section 6); its second era begins 2^32 seconds later. */
  ntp: -2_208_988_800n,
  /** 1904-01-01, of HFS and QuickTime. */
  macintosh: -2_082_844_800n,
  /** 0001-01-01, of the ticks of .NET. */
  dotNet: -62_135_596_800n,
  /** 1899-12-30, of OLE dates and Excel. */
  ole: -2_209_161_600n,
} as const

const tenMillion = 10_000_000n

/** Times that begin here, in UTC unless said otherwise, with all digits they have. */
export function timeReadings(bytes: Uint8Array): readonly ByteReading[] {
  const unix = (name: string, byteCount: number, perSecond: bigint, isSigned: boolean): ByteReading =>
    bothOrders(bytes, name, byteCount, (own) => {
      const count = unsignedOf(own)
      return utc(isoTextOfUnits(isSigned ? asSigned(count, byteCount * 8) : count, perSecond, epochs.unix))
    })
  return [
    unix('Unix s, i32', 4, 1n, true),
    unix('Unix s, u32', 4, 1n, false),
    unix('Unix s, i64', 8, 1n, true),
    unix('Unix ms, i64', 8, 1000n, true),
    unix('Unix µs, i64', 8, 1_000_000n, true),
    unix('Unix ns, i64', 8, 1_000_000_000n, true),
    unix('Unix ns, u64', 8, 1_000_000_000n, false),
    bothOrders(bytes, 'FILETIME', 8, (own) => utc(isoTextOfUnits(unsignedOf(own), tenMillion, epochs.windows))),
    bothOrders(bytes, '.NET ticks', 8, dotNetTime),
    bothOrders(bytes, 'NTP 64', 8, ntpTime),
    bothOrders(bytes, 'OLE date', 8, oleTime),
    bothOrders(bytes, 'DOS date', 4, dosTime),
    bothOrders(bytes, 'Mac 1904 s', 4, (own) => utc(isoText(unsignedOf(own) + epochs.macintosh))),
  ]
}

function utc(text: string | null): ReadValue {
  return text === null ? outOfRange : valueOf(`${text}Z`)
}

/** A `DateTime` as .NET keeps it: 62 bits of 100 ns, and two that say whose time it is. */
function dotNetTime(bigEndian: Uint8Array): ReadValue {
  const bits = unsignedOf(bigEndian)
  const text = isoTextOfUnits(bits & ((1n << 62n) - 1n), tenMillion, epochs.dotNet)
  if (text === null) return outOfRange
  const kind = Number(bits >> 62n)
  return valueOf(kind === 1 ? `${text}Z` : `${text} (${kind === 0 ? 'no zone' : 'local time'})`)
}

/** RFC 5905 section 6: seconds since 1900 and a fraction of 2^32. With the first bit clear it is the era from 2036 (RFC 4330 section 3). */
function ntpTime(bigEndian: Uint8Array): ReadValue {
  const bits = unsignedOf(bigEndian)
  if (bits === 0n) return remark('not set')
  const seconds = bits >> 32n
  const era = seconds < 0x8000_0000n ? 0x1_0000_0000n : 0n
  const fraction = ((bits & 0xffff_ffffn) * 1_000_000_000n) >> 32n
  return utc(isoText(seconds + era + epochs.ntp, String(fraction).padStart(9, '0')))
}

/**
 * Days since 1899-12-30 as a floating-point number, in nobody's time zone; the hours of days before count forward too. Years
 * 100 to 9999 ([MS-OAUT] 2.2.25). Told to the millisecond, which is what its digits hold.
 */
function oleTime(bigEndian: Uint8Array): ReadValue {
  const days = new DataView(bigEndian.buffer, bigEndian.byteOffset, 8).getFloat64(0)
  if (!(days > -657_435 && days < 2_958_466)) return outOfRange
  const wholeDays = Math.trunc(days)
  const milliseconds = BigInt(wholeDays) * 86_400_000n + BigInt(Math.round(Math.abs(days - wholeDays) * 86_400_000))
  const text = isoTextOfUnits(milliseconds, 1000n, epochs.ole)
  return text === null ? outOfRange : valueOf(`${text} (no zone)`)
}

/** The date and time of FAT: two 16-bit halves, the date above the time, in steps of two seconds, in nobody's time zone. */
function dosTime(bigEndian: Uint8Array): ReadValue {
  const bits = Number(unsignedOf(bigEndian))
  const part = (shift: number, mask: number): number => (bits >>> shift) & mask
  const [year, month, day] = [1980 + part(25, 0x7f), part(21, 0x0f), part(16, 0x1f)]
  const [hour, minute, second] = [part(11, 0x1f), part(5, 0x3f), part(0, 0x1f) * 2]
  const two = (number: number): string => String(number).padStart(2, '0')
  if (day < 1 || month < 1 || month > 12 || day > daysIn(year, month)) return outOfRange
  if (hour > 23 || minute > 59 || second > 58) return outOfRange
  return valueOf(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)} (no zone)`)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
