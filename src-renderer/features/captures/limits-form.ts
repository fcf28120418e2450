import type { CaptureLimits } from '../../../src-main/contract/schemas/capture-keeping.ts'
import { formatCount } from '../../format/quantities.ts'
import { captureLimitWords as words } from '../../strings/all-captures.ts'

const bytesPerMegabyte = 1_000_000

export type LimitField = 'size' | 'age' | 'count'

/** What stands in the fields: nothing for no limit. */
export type LimitTexts = Readonly<Record<LimitField, string>>

/** Largest numbers that may be written: ten exabytes are beyond any disk, and what is counted must stay exact. */
const mostOf: Readonly<Record<LimitField, number>> = { size: 9_000_000_000, age: 36_500, count: 1_000_000_000 }

/** The texts of limits that are in force; a size that is no whole number of megabytes is rounded up. */
export function textsOfLimits({ maximumTotalBytes, maximumAgeDays, maximumCount }: CaptureLimits): LimitTexts {
  return {
    size: maximumTotalBytes === null ? '' : String(Math.ceil(maximumTotalBytes / bytesPerMegabyte)),
    age: maximumAgeDays === null ? '' : String(maximumAgeDays),
    count: maximumCount === null ? '' : String(maximumCount),
  }
}

/** Why a text is no limit; null when it is one, or is empty. */
export function problemOfLimit(field: LimitField, text: string): string | null {
  const written = text.trim()
  if (written === '') return null
  const value = /^\d{1,10}$/.test(written) ? Number(written) : 0
  return value >= 1 && value <= mostOf[field] ? null : words.whole(1, formatCount(mostOf[field]))
}

/** The limits that are written there; null while one of them is none. */
export function limitsOfTexts(texts: LimitTexts): CaptureLimits | null {
  const fields = ['size', 'age', 'count'] as const
  if (fields.some((field) => problemOfLimit(field, texts[field]) !== null)) return null
  const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text))
  const size = numberOf(texts.size)
  return {
    maximumTotalBytes: size === null ? null : size * bytesPerMegabyte,
    maximumAgeDays: numberOf(texts.age),
    maximumCount: numberOf(texts.count),
  }
}

export const isSameLimits = (one: CaptureLimits, other: CaptureLimits): boolean =>
  one.maximumTotalBytes === other.maximumTotalBytes &&
  one.maximumAgeDays === other.maximumAgeDays &&
  one.maximumCount === other.maximumCount
