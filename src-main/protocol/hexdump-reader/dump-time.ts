/** Longer texts are no times. */
const longestTime = 64
const nsPerSecond = 1_000_000_000n

const dateAndTime = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?\s*(?:(Z)|([+-])(\d\d):?(\d\d))?$/
const timeOfDay = /^(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?$/
const unixSeconds = /^(\d{1,11})\.(\d{1,12})?$/

/**
 * Nanoseconds since 1970 of the times that stand in dumps: `2026-11-20T10:02:17.5Z` (ISO 8601, also with a space, a comma, an
 * offset, or without a zone: then UTC), seconds since 1970 with a point, or a time of day, which counts from `dayStartUnixNs`.
 * Null for anything else.
 */
export function parseDumpTime(text: string, dayStartUnixNs: bigint): bigint | null {
  if (text.length > longestTime) return null
  const full = dateAndTime.exec(text)
  if (full !== null) {
    const [, year, month, day, hours, minutes, seconds, fraction, , sign, zoneHours, zoneMinutes] = full
    const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds))
    const zoneSeconds = sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60
    const seconds1970 = BigInt(ms / 1000) - BigInt(sign === '-' ? -zoneSeconds : zoneSeconds)
    return seconds1970 * nsPerSecond + fractionNs(fraction)
  }
  const ofDay = timeOfDay.exec(text)
  if (ofDay !== null) {
    const [, hours, minutes, seconds, fraction] = ofDay
    const passed = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
    return dayStartUnixNs + BigInt(passed) * nsPerSecond + fractionNs(fraction)
  }
  const unix = unixSeconds.exec(text)
  return unix === null ? null : BigInt(unix[1] ?? 0) * nsPerSecond + fractionNs(unix[2])
}

function fractionNs(digits: string | undefined): bigint {
  return BigInt((digits ?? '').slice(0, 9).padEnd(9, '0'))
}
