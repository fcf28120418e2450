/** Seconds from 1970-01-01 to the first and behind the last second of the years 1 to 9999, which ISO 8601 writes with four digits. */
const firstSecond = -62_135_596_800n
const endSecond = 253_402_300_800n

const secondsPerDay = 86_400n

/**
 * A moment as `2024-02-29T12:34:56.789`, without a zone: seconds since 1970-01-01T00:00:00 of the Gregorian calendar carried
 * on before its time, and digits behind the point. Null outside of the years 1 to 9999.
 */
export function isoText(seconds: bigint, fraction = ''): string | null {
  if (seconds < firstSecond || seconds >= endSecond) return null
  const days = floorDivide(seconds, secondsPerDay)
  const { year, month, day } = dateOf(Number(days))
  const inDay = Number(seconds - days * secondsPerDay)
  const two = (part: number): string => String(part).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  const time = `${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}:${two(inDay % 60)}`
  return `${date}T${time}${fraction === '' ? '' : `.${fraction}`}`
}

/** `count` units, `perSecond` of which (a power of ten) make a second, since 1970 plus `epochSeconds`. */
export function isoTextOfUnits(count: bigint, perSecond: bigint, epochSeconds: bigint): string | null {
  const seconds = floorDivide(count, perSecond)
  const digits = String(perSecond).length - 1
  const fraction = digits === 0 ? '' : String(count - seconds * perSecond).padStart(digits, '0')
  return isoText(seconds + epochSeconds, fraction)
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return quotient * by > value ? quotient - 1n : quotient
}

/**
 * The date of a day counted from 1970-01-01. Years are taken to begin in March, so that the leap day is the last of them, and
 * grouped by the 400 years after which the calendar repeats.
 */
function dateOf(daysSince1970: number): { year: number; month: number; day: number } {
  const daysPerEra = 146_097
  const daysFromMarchOfYear0 = daysSince1970 + 719_468
  const era = Math.floor(daysFromMarchOfYear0 / daysPerEra)
  const dayOfEra = daysFromMarchOfYear0 - era * daysPerEra
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}
