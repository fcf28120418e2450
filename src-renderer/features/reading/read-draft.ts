import { maximumHandReadBytes, type ReadRequest } from '../../../src-main/contract/schemas/reading.ts'
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
  /** Empty when any number is. */
  readonly expectedBytes: string
}

export type ReadField =
  'byteCount' | 'separator' | 'structureId' | 'limitBytes' | 'timeoutMs' | 'readSizeBytes' | 'expectedBytes'
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
  expectedBytes: '',
}

const longestTimeoutMs = 86_400_000
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
  check('readSizeBytes', draft.readSizeBytes, maximumHandReadBytes)
  if (asks('structureId') && draft.structureId === '') errors.structureId = { message: words.structureMissing }
  if (asks('separator')) {
    const parsed = separatorOf(draft)
    if (!parsed.ok) errors.separator = parsed.error
  }
  return errors
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
