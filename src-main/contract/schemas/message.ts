import * as v from 'valibot'
import { bytes, identifier, wholeNumber } from './common.ts'
import { textEncodingName } from './interpretation.ts'
import { lineEndingName } from './line-ending.ts'

/** Longest source of one message, in UTF-16 units. */
export const maximumMessageSource = 4 * 1024 * 1024

const source = v.pipe(v.string(), v.maxLength(maximumMessageSource))
const shortText = v.pipe(v.string(), v.maxLength(400))

/** How JSON goes out: as it was written, or written anew with every number kept exactly. */
export const jsonStyle = v.picklist(['as-written', 'compact', 'pretty', 'python'])
export type JsonStyle = v.InferOutput<typeof jsonStyle>

/**
 * What a message is written as. Every text may hold placeholders in double braces (see `protocol/message`):
 * `{{name}}` a variable, `{{$counter name}}`, `{{$time unix-ms}}`, `{{$random 4}}`, `{{$captured name}}`; `\{{` stands for
 * two braces.
 */
export const messageContent = v.variant('mode', [
  v.object({
    mode: v.literal('text'),
    text: source,
    encoding: v.optional(textEncodingName, 'utf-8'),
    lineEnding: v.optional(lineEndingName, 'none'),
  }),
  v.object({ mode: v.literal('hex'), hex: source }),
  v.object({ mode: v.literal('base64'), base64: source }),
  /** The content of a file on the engine's machine, read when it is sent. */
  v.object({ mode: v.literal('file'), path: v.pipe(v.string(), v.maxLength(4096)) }),
  v.object({
    mode: v.literal('json'),
    text: source,
    style: v.optional(jsonStyle, 'compact'),
    /** A JSON Schema (2020-12) it is checked against; empty for none. */
    schemaText: v.optional(source, ''),
    lineEnding: v.optional(lineEndingName, 'none'),
  }),
  v.object({
    mode: v.literal('structure'),
    /** The definition in the structure library; empty when none is chosen yet. */
    structureId: v.union([identifier, v.literal('')]),
    /** Texts as typed by path of the field; what is left out is zero. */
    values: v.optional(v.record(v.pipe(v.string(), v.maxLength(400)), source), {}),
  }),
  v.object({
    mode: v.literal('m2'),
    type: v.picklist(['command', 'event', 'telemetry']),
    name: shortText,
    componentName: v.optional(shortText, ''),
    /** A JSON object. */
    detailsText: v.optional(source, '{}'),
  }),
  v.object({
    mode: v.literal('msgpack'),
    /** JSON with `$hex`, `$ext` and the like for what JSON has not. */
    text: source,
    flavour: v.optional(v.picklist(['modern', 'tcpy']), 'modern'),
  }),
])
export type MessageContent = v.InferOutput<typeof messageContent>
export type MessageMode = MessageContent['mode']

/** Bytes of the content from `from` up to `to`; negative ones count from its end, null is the end. */
const byteRange = v.object({
  from: v.pipe(v.number(), v.safeInteger()),
  to: v.nullable(v.pipe(v.number(), v.safeInteger())),
})

/** How a computed number is written. */
export const computedEncoding = v.variant('kind', [
  v.object({
    kind: v.literal('binary'),
    type: v.picklist([
      'u8',
      'u16be',
      'u16le',
      'u24be',
      'u24le',
      'u32be',
      'u32le',
      'u64be',
      'u64le',
      'f32be',
      'f32le',
      'f64be',
      'f64le',
    ]),
  }),
  /** Digits as text, filled with zeros to `width` (0: as many as needed). */
  v.object({
    kind: v.literal('digits'),
    base: v.picklist([10, 16]),
    width: v.optional(v.pipe(wholeNumber, v.maxValue(64)), 0),
    uppercase: v.optional(v.boolean(), true),
  }),
  /** The bytes or the text as they are. */
  v.object({ kind: v.literal('plain') }),
])
export type ComputedEncoding = v.InferOutput<typeof computedEncoding>

/** What a computed field holds. */
export const computedValue = v.variant('kind', [
  v.object({
    kind: v.literal('length'),
    of: byteRange,
    added: v.optional(v.pipe(v.number(), v.safeInteger()), 0),
  }),
  /** A checksum by its name in `protocol/checksum`. */
  v.object({ kind: v.literal('checksum'), algorithm: v.pipe(v.string(), v.maxLength(60)), of: byteRange }),
  v.object({
    kind: v.literal('counter'),
    name: v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)),
    start: v.optional(v.pipe(v.number(), v.safeInteger()), 1),
    step: v.optional(v.pipe(v.number(), v.safeInteger()), 1),
  }),
  v.object({ kind: v.literal('time'), unit: v.picklist(['unix-s', 'unix-ms', 'unix-us', 'unix-ns', 'iso-8601']) }),
  v.object({ kind: v.literal('random'), byteCount: v.pipe(wholeNumber, v.minValue(1), v.maxValue(65_536)) }),
  /** A variable of the environment, or a value captured from an earlier reply. */
  v.object({ kind: v.literal('variable'), name: v.pipe(v.string(), v.maxLength(64)) }),
  v.object({ kind: v.literal('captured'), name: v.pipe(v.string(), v.maxLength(64)) }),
])
export type ComputedValue = v.InferOutput<typeof computedValue>

/**
 * A field of the content worked out when it is sent. Fields are worked out in their order: first those that put bytes in
 * (`insert`, `append`), then those that overwrite; lengths and checksums last, in order, over the content as it then is.
 */
export const computedField = v.object({
  place: v.variant('kind', [
    v.object({ kind: v.literal('overwrite'), offset: v.pipe(v.number(), v.safeInteger()) }),
    v.object({ kind: v.literal('insert'), offset: v.pipe(v.number(), v.safeInteger()) }),
    v.object({ kind: v.literal('append') }),
  ]),
  value: computedValue,
  encoding: computedEncoding,
})
export type ComputedField = v.InferOutput<typeof computedField>

export const maximumComputedFields = 64

/** A message to be sent: its content, what is computed, and whether the framing of the session goes around it. */
export const messageSource = v.object({
  content: messageContent,
  computed: v.optional(v.pipe(v.array(computedField), v.maxLength(maximumComputedFields)), []),
  /** Put the header, escapes and delimiter of the framing for sent messages around it. */
  framed: v.optional(v.boolean(), true),
})
export type MessageSource = v.InferOutput<typeof messageSource>
export type MessageSourceInput = v.InferInput<typeof messageSource>

/** What composing needs to know of a session besides the source; secrets are not told. */
export const messageContext = v.object({
  /** The next value of each counter that was used. */
  counters: v.record(v.string(), v.string()),
  /** Values captured from replies by name. */
  captured: v.record(v.string(), v.string()),
  /** Sequence number of the next M2 command, and of the last one sent; -1 before the first (seed-systems 3.6). */
  nextSequenceId: wholeNumber,
  lastSequenceId: v.pipe(v.number(), v.safeInteger()),
})
export type MessageContext = v.InferOutput<typeof messageContext>

/** The parts of a message; `computed` are its computed fields, `value` those of a structure. */
export const messageParts = [
  'text',
  'hex',
  'base64',
  'path',
  'structure',
  'value',
  'type',
  'name',
  'componentName',
  'details',
  'computed',
  'framing',
  'message',
] as const

/**
 * Which part of a message something is said about: `index` and `length` count UTF-16 units of the source text, `path` is
 * that of a field of a structure, `field` counts computed fields from 1.
 */
const messagePlace = v.object({
  part: v.picklist(messageParts),
  index: v.exactOptional(wholeNumber),
  length: v.exactOptional(wholeNumber),
  path: v.exactOptional(v.string()),
  field: v.exactOptional(wholeNumber),
})

/** Bytes of a composed message; `masked` ones stand for a secret and are shown as dots. Offsets count from its beginning. */
export const composedMessage = v.object({
  bytes,
  /** Where the content stands between what the framing puts before and after it. */
  contentStart: wholeNumber,
  contentEnd: wholeNumber,
  masked: v.array(v.object({ start: wholeNumber, end: wholeNumber })),
  /** What computed fields filled; empty where the framing may have moved or changed it. */
  computed: v.optional(v.array(v.object({ start: wholeNumber, end: wholeNumber })), []),
  /** What is sent as it is, but may be read in different ways. One sentence each; nothing of a secret. */
  remarks: v.optional(v.array(v.object({ place: messagePlace, message: v.string() })), []),
})
export type ComposedMessage = v.InferOutput<typeof composedMessage>
