import type { CaptureScopeInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import { scopeWords } from '../../strings/filter.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { exactCaptureTime, parseCaptureTime } from '../traffic/capture-time.ts'

/** The conditions of a scope as they are typed. Empty ones do not count. */
export interface ScopeDraft {
  readonly direction: Direction | 'both'
  readonly connections: string
  readonly minimumBytes: string
  readonly maximumBytes: string
  readonly from: string
  readonly to: string
}

export const openScope: ScopeDraft = {
  direction: 'both',
  connections: '',
  minimumBytes: '',
  maximumBytes: '',
  from: '',
  to: '',
}

/** What is wrong with what was typed, by its field. */
export type ScopeProblems = Partial<Record<keyof ScopeDraft, FieldError>>

/** The times of a capture, to read a time of day by. */
export interface CaptureTimes {
  readonly startedAtUnixUs: number
  readonly lastTimeNs: number
}

const maximumConnections = 256

/** The scope that a draft stands for, as far as it can be read, and what cannot. */
export function readScope(
  draft: ScopeDraft,
  times: CaptureTimes,
): { readonly scope: CaptureScopeInput; readonly problems: ScopeProblems } {
  const problems: { -readonly [Field in keyof ScopeDraft]?: FieldError } = {}
  const read = <Value>(
    field: keyof ScopeDraft,
    parse: (text: string) => Value | null,
    message: string,
  ): Value | null => {
    const text = draft[field].trim()
    if (text === '') return null
    const value = parse(text)
    if (value === null) problems[field] = { message }
    return value
  }
  const time = (text: string): number | null => parseCaptureTime(text, times.startedAtUnixUs, times.lastTimeNs)
  const scope = {
    direction: draft.direction === 'both' ? null : draft.direction,
    connections: read('connections', parseConnections, scopeWords.connectionsMalformed),
    minimumBytes: read('minimumBytes', parseSize, scopeWords.sizeMalformed),
    maximumBytes: read('maximumBytes', parseSize, scopeWords.sizeMalformed),
    fromNs: read('from', time, scopeWords.timeMalformed),
    toNs: read('to', time, scopeWords.timeMalformed),
  }
  if (isBefore(scope.maximumBytes, scope.minimumBytes)) problems.maximumBytes = { message: scopeWords.sizeOrder }
  if (isBefore(scope.toNs, scope.fromNs)) problems.to = { message: scopeWords.timeOrder }
  return { scope, problems }
}

/** A scope as it is typed. */
export function draftOf(scope: CaptureScopeInput): ScopeDraft {
  const { direction, connections, minimumBytes, maximumBytes, fromNs, toNs } = scope
  const numeral = (value: number | null | undefined): string =>
    value === null || value === undefined ? '' : `${value}`
  const time = (timeNs: number | null | undefined): string =>
    timeNs === null || timeNs === undefined ? '' : exactCaptureTime(timeNs)
  return {
    direction: direction ?? 'both',
    connections: connections?.join(', ') ?? '',
    minimumBytes: numeral(minimumBytes),
    maximumBytes: numeral(maximumBytes),
    from: time(fromNs),
    to: time(toNs),
  }
}

/** How many conditions are set. */
export function conditionCount(draft: ScopeDraft): number {
  const { direction, ...typed } = draft
  return (direction === 'both' ? 0 : 1) + Object.values(typed).filter((text) => text.trim() !== '').length
}

function isBefore(later: number | null, earlier: number | null): boolean {
  return later !== null && earlier !== null && later < earlier
}

/** `1, 3-5` as numbers, each once; null when it is anything else, or too many. */
export function parseConnections(text: string): number[] | null {
  const numbers = new Set<number>()
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const range = /^(\d{1,9})(?:[-–](\d{1,9}))?$/.exec(part)
    if (range === null) return null
    const first = Number(range[1])
    const last = Number(range[2] ?? range[1])
    if (last < first || last - first >= maximumConnections) return null
    for (let number = first; number <= last; number++) numbers.add(number)
    if (numbers.size > maximumConnections) return null
  }
  return numbers.size === 0 ? null : [...numbers]
}

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
}

/** Bytes as people write them: `1500`, `0x5dc`, `1,500`, `4 kB`, `1.5 MiB`; null for anything else. */
export function parseSize(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll(/[\s,_]/g, '')
    .toLowerCase()
  if (/^0x[0-9a-f]{1,13}$/.test(plain)) return Number(plain)
  const parts = /^(\d+(?:\.\d+)?)([kmg]?i?b|)$/.exec(plain)
  const unit = sizeUnits[parts?.[2] ?? 'none']
  if (parts === null || unit === undefined) return null
  const size = Math.round(Number(parts[1]) * unit)
  return Number.isSafeInteger(size) ? size : null
}
