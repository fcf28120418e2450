import { maximumHandReadBytes, type ReadingMode, type ReadRequest } from '../../../src-main/contract/schemas/reading.ts'
import { parseHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { parseEscapedText } from '../../../src-main/protocol/text/escapes.ts'
import { readingWords as words } from '../../strings/reading.ts'
import type { FieldError } from '../../ui/field-error.ts'

export type ReadKind = Exclude<ReadRequest['kind'], 'poll'>

/** What is typed, as it is typed. */
export interface ReadDraft {
  readonly kind: ReadKind
  readonly byteCount: string
  readonly separator: string
  readonly notation: 'text' | 'hex'
  readonly encoding: string
  readonly structureId: string
  readonly limitBytes: string
  /** Milliseconds; empty for none. */
  readonly timeoutMs: string
  readonly readSizeBytes: string
  /** Milliseconds between services; empty for never. */
  readonly serviceIntervalMs: string
  /** Empty when any number is. */
  readonly expectedBytes: string
}

export type ReadField =
  | 'byteCount'
  | 'separator'
  | 'structureId'
  | 'limitBytes'
  | 'timeoutMs'
  | 'readSizeBytes'
  | 'serviceIntervalMs'
  | 'expectedBytes'
export type ReadFieldErrors = Partial<Record<ReadField, FieldError>>

export const firstDraft: ReadDraft = {
  kind: 'up-to',
  byteCount: '256',
  separator: '\\r\\n',
  notation: 'text',
  encoding: 'utf-8',
  structureId: '',
  limitBytes: '65536',
  timeoutMs: '',
  readSizeBytes: '8096',
  serviceIntervalMs: '',
  expectedBytes: '',
}

const longestTimeoutMs = 86_400_000
const longestServiceMs = 3_600_000
/** Read sizes of the seed clients: the blog post's two, Kamaelia's, and hio's (seed-systems 2.1, 4.1, 5). */
export const usualReadSizes: readonly string[] = ['16', '256', '1024', '8096']
const fieldsOfKind: Readonly<Record<ReadKind, readonly ReadField[]>> = {
  'up-to': ['byteCount'],
  exactly: ['byteCount'],
  until: ['separator', 'limitBytes'],
  line: ['limitBytes'],
  text: ['separator', 'limitBytes'],
  json: ['separator', 'limitBytes'],
  structure: ['structureId'],
  service: [],
  'until-close': [],
}

/** True when a read of this kind asks for the field. */
export function asksFor(kind: ReadKind, field: ReadField): boolean {
  return fieldsOfKind[kind].includes(field)
}

/** A whole number within the bounds; null when it is none. */
export function numberWithin(text: string, most: number): number | null {
  const trimmed = text.trim()
  if (!/^\d{1,10}$/.test(trimmed)) return null
  const value = Number(trimmed)
  return value >= 1 && value <= most ? value : null
}

/** What is wrong, field by field; of the fields that the kind asks for and those of every read. */
export function draftErrors(draft: ReadDraft): ReadFieldErrors {
  const errors: ReadFieldErrors = {}
  const asks = (field: ReadField): boolean => asksFor(draft.kind, field)
  const check = (field: ReadField, text: string, most: number): void => {
    if (numberWithin(text, most) === null) errors[field] = { message: words.numberWrong(1, most) }
  }
  if (asks('byteCount')) check('byteCount', draft.byteCount, maximumHandReadBytes)
  if (asks('limitBytes')) check('limitBytes', draft.limitBytes, maximumHandReadBytes)
  if (draft.timeoutMs.trim() !== '') check('timeoutMs', draft.timeoutMs, longestTimeoutMs)
  if (draft.expectedBytes.trim() !== '') check('expectedBytes', draft.expectedBytes, Number.MAX_SAFE_INTEGER)
  Object.assign(errors, modeErrors(draft))
  if (asks('structureId') && draft.structureId === '') errors.structureId = { message: words.structureMissing }
  if (asks('separator')) {
    const parsed = separatorOf(draft)
    if (!parsed.ok) errors.separator = parsed.error
  }
  return errors
}

/** What is wrong in how the socket is read at all. */
export function modeErrors({ readSizeBytes, serviceIntervalMs }: ReadDraft): ReadFieldErrors {
  const errors: ReadFieldErrors = {}
  if (numberWithin(readSizeBytes, maximumHandReadBytes) === null) {
    errors.readSizeBytes = { message: words.numberWrong(1, maximumHandReadBytes) }
  }
  if (serviceIntervalOf(serviceIntervalMs) === undefined) {
    errors.serviceIntervalMs = { message: words.intervalWrong(1, longestServiceMs) }
  }
  return errors
}

/** How the socket is to be read; null while something in it is wrong. */
export function manualModeOf(draft: ReadDraft): Extract<ReadingMode, { mode: 'manual' }> | null {
  const readSizeBytes = numberWithin(draft.readSizeBytes, maximumHandReadBytes)
  const serviceIntervalMs = serviceIntervalOf(draft.serviceIntervalMs)
  if (readSizeBytes === null || serviceIntervalMs === undefined) return null
  return { mode: 'manual', readSizeBytes, serviceIntervalMs }
}

/** Null for never, undefined when the text is no such time. */
function serviceIntervalOf(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const value = /^\d{1,7}(?:\.\d{1,6})?$/.test(trimmed) ? Number(trimmed) : 0
  return value >= 1 && value <= longestServiceMs ? value : undefined
}

/** The request; null while something in it is wrong. */
export function requestOf(draft: ReadDraft): ReadRequest | null {
  const byteCount = numberWithin(draft.byteCount, maximumHandReadBytes)
  const limitBytes = numberWithin(draft.limitBytes, maximumHandReadBytes)
  const separator = separatorOf(draft)
  const { kind, encoding, structureId } = draft
  switch (kind) {
    case 'up-to':
    case 'exactly':
      return byteCount === null ? null : { kind, byteCount }
    case 'until':
      return limitBytes === null || !separator.ok ? null : { kind, separator: separator.bytes, limitBytes }
    case 'line':
      return limitBytes === null ? null : { kind, limitBytes }
    case 'text':
    case 'json':
      return limitBytes === null || !separator.ok ? null : { kind, terminator: separator.bytes, encoding, limitBytes }
    case 'structure':
      return structureId === '' ? null : { kind, structureId }
    case 'service':
    case 'until-close':
      return { kind }
    default:
      return kind satisfies never
  }
}

const separatorOf = ({ separator, notation }: ReadDraft) =>
  notation === 'hex' ? parseHex(separator) : parseEscapedText(separator)
