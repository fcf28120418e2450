import * as v from 'valibot'
import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import {
  structureContent,
  structureFieldPath,
  structureIdentifier,
  type InnerStructure,
  type StructureContent,
  type StructureCount,
  type StructureDefinition,
  type StructureField,
  type StructureIntegerType,
} from '../../../src-main/contract/schemas/structure.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { structureFieldErrors as words } from '../../strings/structures.ts'
import { parseCount, parseDimensions, parseWhole, type ParsedText } from './count-text.ts'
import {
  hasBits,
  hasByteOrder,
  hasLength,
  type BodyDraft,
  type EnumDraft,
  type FieldDraft,
  type StructureDraft,
} from './structure-draft.ts'

export type FieldPart = 'name' | 'type' | 'length' | 'dimensions' | 'bits' | 'notes'

/** Where something is wrong: `12/name` of the part with key 12, or `folder` and the like of the whole. */
export type Problems = ReadonlyMap<string, FieldError>

export interface CheckedDraft {
  /** What is typed as far as it can be understood; good for a layout, not for saving. */
  readonly definition: StructureDefinition
  /** What would be saved; null while a text of the draft says nothing. */
  readonly content: StructureContent | null
  readonly problems: Problems
}

/** What a draft says, and every text of it that says nothing. */
export function checkDraft(draft: StructureDraft): CheckedDraft {
  const problems = new Map<string, FieldError>()
  const main = readBody(draft.bodies[0], problems)
  const inner = draft.bodies.slice(1).map((body) => readBody(body, problems))
  const definition = { ...main, inner }
  tellRepeated(draft.bodies, words.bodyTaken, problems)
  const candidate = {
    name: draft.title.trim() || draft.bodies[0].name,
    folder: folderPathOf(draft.folder),
    notes: draft.notes,
    tags: tagsOf(draft.tags),
    definition,
  }
  const result = v.safeParse(structureContent, candidate)
  if (!result.success) for (const issue of result.issues) tellIssue(draft, issue, problems)
  return { definition, content: result.success && problems.size === 0 ? result.output : null, problems }
}

/** `Lab / Rack 2/` means `Lab/Rack 2`. */
function folderPathOf(folder: string): string {
  const parts = folder.split('/').map((part) => part.trim())
  return parts.join('/').replace(/^\/+|\/+$/g, '')
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

/** What the schema finds beyond the texts: lengths and numbers of things. */
function tellIssue(draft: StructureDraft, issue: v.BaseIssue<unknown>, problems: Map<string, FieldError>): void {
  const keys = (issue.path ?? []).map(({ key }) => key)
  const [first] = keys
  if (first === 'definition') {
    const bodyIndex = keys[1] === 'inner' && typeof keys[2] === 'number' ? keys[2] + 1 : 0
    const body = draft.bodies[bodyIndex]
    const place = keys.indexOf('fields')
    const field = body?.fields[Number(keys[place + 1])]
    const key = place > 0 && field !== undefined && keys.at(-1) === 'notes' ? `${field.key}/notes` : `${body?.key}/body`
    if (problems.size === 0) problems.set(key, { message: issue.message })
  } else if (first === 'folder') {
    problems.set('folder', { message: draft.folder.length > 400 ? words.folderTooLong : words.folder })
  } else if (first === 'name') {
    if (draft.title.trim() !== '') problems.set('title', { message: words.titleTooLong })
  } else if (first === 'notes' || first === 'tags') {
    problems.set(first, { message: first === 'notes' ? words.notesTooLong : words.tags })
  }
}

function readBody(body: BodyDraft, problems: Map<string, FieldError>): InnerStructure {
  tell(problems, `${body.key}/body-name`, nameProblem(body.name))
  tellRepeated(body.enums, words.enumTaken, problems)
  return {
    name: body.name,
    byteOrder: body.byteOrder,
    alignment: body.alignment,
    maximumAlignment: body.maximumAlignment,
    isUnion: body.isUnion,
    fields: body.fields.map((field) => readField(field, problems)),
    enums: body.enums.map((source) => readEnum(source, problems)),
    next: body.hasNext ? readNext(body, problems) : null,
  }
}

function nameProblem(name: string): string | null {
  if (name === '') return words.nameEmpty
  return v.is(structureIdentifier, name) ? null : words.name
}

function readField(field: FieldDraft, problems: Map<string, FieldError>): StructureField {
  if (field.name !== '') tell(problems, `${field.key}/name`, nameProblem(field.name))
  const read = <Value>(part: FieldPart, parsed: ParsedText<Value>, instead: Value): Value => {
    if (parsed.ok) return parsed.value
    problems.set(`${field.key}/${part}`, { message: parsed.message })
    return instead
  }
  const bitWidth = hasBits(field) ? read('bits', parseBits(field.bits), null) : null
  const length = hasLength(field) ? read('length', parseCount(field.length), 1) : 1
  return {
    name: field.name,
    notes: field.notes,
    type: typeOf(field, bitWidth, length),
    dimensions: read('dimensions', parseDimensions(field.dimensions), []),
    byteOrder: field.byteOrder === '' || !hasByteOrder(field) ? null : field.byteOrder,
  }
}

function parseBits(text: string): ParsedText<number | null> {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: true, value: null }
  const isWidth = /^\d{1,2}$/.test(trimmed) && Number(trimmed) <= 64
  return isWidth ? { ok: true, value: Number(trimmed) } : { ok: false, message: words.bits }
}

function typeOf({ type, integer, encoding }: FieldDraft, bitWidth: number | null, length: StructureCount) {
  const [kind = '', name = ''] = type.split(':')
  if (kind === 'structure') return { kind, structure: name } as const
  if (kind === 'enum') return { kind, enum: name, integer, bitWidth } as const
  if (kind === 'char') return { kind, length, encoding } as const
  if (kind === 'bytes') return { kind, length } as const
  if (kind === 'bool') return { kind, bitWidth } as const
  if (kind === 'f32' || kind === 'f64') return { kind: 'float', float: kind } as const
  return { kind: 'integer', integer: kind as StructureIntegerType, bitWidth } as const
}

function readEnum(source: EnumDraft, problems: Map<string, FieldError>) {
  tell(problems, `${source.key}/name`, nameProblem(source.name))
  tellRepeated(source.values, words.valueTaken, problems)
  let following = 0n
  const values = source.values.map(({ key, name, value }) => {
    tell(problems, `${key}/name`, nameProblem(name))
    const parsed = value.trim() === '' ? { ok: true as const, value: String(following) } : parseWhole(value)
    if (!parsed.ok) tell(problems, `${key}/value`, parsed.message)
    const text = parsed.ok ? parsed.value : '0'
    following = BigInt(text) + 1n
    return { name, value: text }
  })
  return { name: source.name, values }
}

/** The values of an enum with those that were left to count on. */
export function enumValuesOf(source: EnumDraft): readonly { readonly name: string; readonly value: string }[] {
  return readEnum(source, new Map()).values
}

const casePattern = /^(-?[0-9]{1,20}(\.\.-?[0-9]{1,20})?|[A-Za-z_][A-Za-z0-9_]{0,119})$/

function readNext(body: BodyDraft, problems: Map<string, FieldError>) {
  const field = body.nextField.trim()
  if (!v.is(structureFieldPath, field)) tell(problems, `${body.key}/next-field`, words.nextField)
  const cases = body.cases.map(({ key, equals, structure }) => {
    const text = decimalCase(equals)
    if (!casePattern.test(text)) tell(problems, `${key}/equals`, words.equals)
    if (structure === '') tell(problems, `${key}/structure`, words.caseStructure)
    return { equals: text, structure }
  })
  return { field, cases, otherwise: body.otherwise === '' ? null : body.otherwise }
}

/** `0x10 .. 0x1f` as decimal numbers; everything else as it is, without its blanks. */
function decimalCase(text: string): string {
  const ends = text.split('..').map((end) => {
    const number = parseWhole(end)
    return number.ok ? number.value : end.trim()
  })
  return ends.join('..')
}

function tell(problems: Map<string, FieldError>, place: string, message: string | null): void {
  if (message !== null && !problems.has(place)) problems.set(place, { message })
}

/** Of two things of the same name the second is wrong. */
function tellRepeated(
  all: readonly { readonly key: number; readonly name: string }[],
  message: string,
  problems: Map<string, FieldError>,
): void {
  const seen = new Set<string>()
  for (const each of all) {
    const part = 'fields' in each ? 'body-name' : 'name'
    if (each.name !== '' && seen.has(each.name)) tell(problems, `${each.key}/${part}`, message)
    seen.add(each.name)
  }
}

/** The reason of an error without its preamble, which the place of the error already tells. */
export function reasonOf(error: ErrorShape): FieldError {
  const { reason } = error.data
  return { message: typeof reason === 'string' ? reason : error.message, code: error.code }
}
