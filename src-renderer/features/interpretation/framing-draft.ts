import * as v from 'valibot'
import { framingSettings, type FramingKind, type FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import { formatHex, parseHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { interpretationWords as words } from '../../strings/interpretation.ts'

/** The fields of a framing as they are typed; those of other kinds keep what was typed in them. */
export interface FramingDraft {
  kind: FramingKind
  delimiterHex: string
  keepDelimiter: boolean
  frameBytes: string
  field: Extract<FramingSettings, { kind: 'length-prefix' }>['field']
  bytesBeforeField: string
  bytesAfterField: string
  valueCounts: 'content' | 'frame'
  addedBytes: string
  startHex: string
  endHex: string
  isEscaped: boolean
  escapeByte: string
  escapeXor: string
  idleGapMs: string
  /** Empty for the default of the kind. */
  maximumFrameBytes: string
}

export type FramingField = keyof FramingDraft

/** The settings a draft stands for, or a sentence for every field that keeps it from being any. */
export type ReadFraming =
  | { readonly ok: true; readonly settings: FramingSettings }
  | { readonly ok: false; readonly errors: ReadonlyMap<FramingField, string> }

const emptyDraft: FramingDraft = {
  kind: 'raw',
  delimiterHex: '0A',
  keepDelimiter: false,
  frameBytes: '16',
  field: 'u32be',
  bytesBeforeField: '0',
  bytesAfterField: '0',
  valueCounts: 'content',
  addedBytes: '0',
  startHex: '02',
  endHex: '03',
  isEscaped: false,
  escapeByte: '10',
  escapeXor: '00',
  idleGapMs: '20',
  maximumFrameBytes: '',
}

/** The draft of settings. */
export function draftOfFraming(settings: FramingSettings): FramingDraft {
  const draft: FramingDraft = { ...emptyDraft, kind: settings.kind }
  if ('maximumFrameBytes' in settings && settings.maximumFrameBytes !== defaultMaximum(settings.kind)) {
    draft.maximumFrameBytes = String(settings.maximumFrameBytes)
  }
  switch (settings.kind) {
    case 'delimiter':
      return { ...draft, delimiterHex: shownHex(settings.delimiterHex), keepDelimiter: settings.keepDelimiter }
    case 'fixed':
      return { ...draft, frameBytes: String(settings.frameBytes) }
    case 'length-prefix':
      return {
        ...draft,
        field: settings.field,
        bytesBeforeField: String(settings.bytesBeforeField),
        bytesAfterField: String(settings.bytesAfterField),
        valueCounts: settings.valueCounts,
        addedBytes: String(settings.addedBytes),
      }
    case 'markers':
      return {
        ...draft,
        startHex: shownHex(settings.startHex),
        endHex: shownHex(settings.endHex),
        isEscaped: settings.escape !== null,
        escapeByte: byteHex(settings.escape?.byte ?? 0x10),
        escapeXor: byteHex(settings.escape?.xor ?? 0),
      }
    case 'idle-gap':
      return { ...draft, idleGapMs: String(settings.idleGapMs) }
    default:
      return draft
  }
}

/** The greatest content by default of a kind; null for kinds without one. */
export function defaultMaximum(kind: FramingKind): number | null {
  const least = { kind, delimiterHex: '00', frameBytes: 1, field: 'u8', startHex: '00', endHex: '00', idleGapMs: 1 }
  const parsed = v.parse(framingSettings, least)
  return 'maximumFrameBytes' in parsed ? parsed.maximumFrameBytes : null
}

/** Reads a draft; hex and numbers are taken as people write them. */
export function readFraming(draft: FramingDraft): ReadFraming {
  const errors = new Map<FramingField, string>()
  const parsed = v.safeParse(framingSettings, candidateOf(draft, errors))
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      const field = fieldOfIssue(issue.path?.map(({ key }) => String(key)) ?? [])
      if (!errors.has(field)) errors.set(field, issue.message)
    }
  }
  return parsed.success && errors.size === 0 ? { ok: true, settings: parsed.output } : { ok: false, errors }
}

function candidateOf(draft: FramingDraft, errors: Map<FramingField, string>): Record<string, unknown> {
  const number = (field: FramingField): number => {
    const text = String(draft[field])
      .trim()
      .replaceAll(/[_,\s]/g, '')
    const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (Number.isNaN(value)) errors.set(field, words.numberError)
    return value
  }
  const hex = (field: FramingField): string => {
    const read = parseHex(String(draft[field]))
    if (!read.ok) errors.set(field, read.error.message)
    return read.ok ? formatHex(read.bytes, { separator: '' }) : ''
  }
  const byte = (field: FramingField): number => {
    const text = hex(field)
    if (text.length !== 2 && !errors.has(field)) errors.set(field, words.oneByteError)
    return Number.parseInt(text, 16)
  }
  const { kind } = draft
  const maximum = draft.maximumFrameBytes.trim() === '' ? {} : { maximumFrameBytes: number('maximumFrameBytes') }
  switch (kind) {
    case 'raw':
      return { kind }
    case 'fixed':
      return { kind, frameBytes: number('frameBytes') }
    case 'delimiter':
      return { kind, ...maximum, delimiterHex: hex('delimiterHex'), keepDelimiter: draft.keepDelimiter }
    case 'length-prefix':
      return {
        kind,
        ...maximum,
        field: draft.field,
        bytesBeforeField: number('bytesBeforeField'),
        bytesAfterField: number('bytesAfterField'),
        valueCounts: draft.valueCounts,
        addedBytes: number('addedBytes'),
      }
    case 'markers':
      return {
        kind,
        ...maximum,
        startHex: hex('startHex'),
        endHex: hex('endHex'),
        escape: draft.isEscaped ? { byte: byte('escapeByte'), xor: byte('escapeXor') } : null,
      }
    case 'idle-gap':
      return { kind, ...maximum, idleGapMs: number('idleGapMs') }
    default:
      return { kind, ...maximum }
  }
}

/** A rule about a whole framing of markers stands at the first of them. */
function fieldOfIssue(path: readonly string[]): FramingField {
  const [first, second] = path
  if (first === 'escape') return second === 'xor' ? 'escapeXor' : 'escapeByte'
  return first !== undefined && first in emptyDraft ? (first as FramingField) : 'startHex'
}

function shownHex(hex: string): string {
  return (hex.match(/../g) ?? []).join(' ').toUpperCase()
}

function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
