import type { CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'

/** True when every row passes. */
export function filtersNothing({ scope, showsEvents, content }: CaptureFilterInput): boolean {
  const hasScope = Object.values(scope ?? {}).some((condition) => condition !== null && condition !== undefined)
  return !hasScope && showsEvents !== false && (content ?? null) === null
}

/** A filter with other times, both included, in nanoseconds since the capture began; null where one is open. */
export function withTimes(
  filter: CaptureFilterInput | null,
  fromNs: number | null,
  toNs: number | null,
): CaptureFilterInput {
  return { ...filter, scope: { ...filter?.scope, fromNs, toNs } }
}

const filterErrors = ['pattern-malformed', 'pattern-too-slow', 'encoding-unknown', 'text-not-encodable']

/** Whether an error of the engine is about the pattern of a filter. */
export function isFilterError(code: string): boolean {
  return filterErrors.includes(code)
}
