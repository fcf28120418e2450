import type { FramingKind, FramingSettings, LengthFieldType } from '../../src-main/contract/schemas/framing.ts'
import type { DecoderKind, DecoderSettings, Interpretation } from '../../src-main/contract/schemas/interpretation.ts'

interface KindWords {
  readonly label: string
  /** What it does, in a sentence. */
  readonly sentence: string
}

/** The ways of cutting a stream into messages. */
export const framingKindWords: Readonly<Record<FramingKind, KindWords>> = {
  raw: { label: 'Raw chunks', sentence: 'No framing: a row per chunk, as the socket brought it.' },
  lf: {
    label: 'Lines, LF',
    sentence: 'Each message ends with a line feed (0A). A carriage return before it is content.',
  },
  crlf: { label: 'Lines, CR LF', sentence: 'Each message ends with 0D 0A. A line feed alone does not end it.' },
  delimiter: { label: 'Delimiter', sentence: 'Each message ends with the same bytes, of your choice.' },
  fixed: { label: 'Fixed size', sentence: 'All messages have the same number of bytes.' },
  'length-prefix': {
    label: 'Length in a header',
    sentence: 'A header says how long each message is, as in most binary protocols.',
  },
  markers: {
    label: 'Start and end markers',
    sentence: 'Each message stands between a start and an end marker, with an escape byte where needed.',
  },
  slip: { label: 'SLIP', sentence: 'RFC 1055: messages end with C0; DB escapes it.' },
  cobs: { label: 'COBS', sentence: 'Consistent overhead byte stuffing: messages end with 00 and hold none.' },
  json: { label: 'JSON documents', sentence: 'JSON documents follow each other, with or without space between.' },
  'json-lines': { label: 'JSON lines', sentence: 'One JSON document in each line.' },
  msgpack: { label: 'MessagePack', sentence: 'MessagePack values follow each other without anything between.' },
  'idle-gap': { label: 'Silence', sentence: 'A message ends when nothing arrives for a while, as in Modbus RTU.' },
  'content-length': {
    label: 'Content-Length header',
    sentence: 'Header lines with Content-Length, an empty line, then the message, as language servers write it.',
  },
  tcpy: { label: 'tcpy', sentence: 'A length in 4 bytes, big endian, then one MessagePack value.' },
  m2: { label: 'M2', sentence: 'JSON objects with an "id" that end with CR LF; at most 65,536 bytes each.' },
}

/** The order of the picker. */
export const framingKinds: readonly FramingKind[] = [
  'raw',
  'length-prefix',
  'lf',
  'crlf',
  'delimiter',
  'fixed',
  'markers',
  'json',
  'json-lines',
  'msgpack',
  'slip',
  'cobs',
  'idle-gap',
  'content-length',
  'tcpy',
  'm2',
]

export const lengthFieldWords: Readonly<Record<LengthFieldType, string>> = {
  u8: 'u8, 1 byte',
  u16be: 'u16be, 2 bytes, big endian',
  u16le: 'u16le, 2 bytes, little endian',
  u32be: 'u32be, 4 bytes, big endian',
  u32le: 'u32le, 4 bytes, little endian',
  u64be: 'u64be, 8 bytes, big endian',
  u64le: 'u64le, 8 bytes, little endian',
  varint: 'varint, as in Protocol Buffers',
}

/** A framing in as few words as tell it from others: `u32be length`, `CRLF lines`. */
export function shortFraming(settings: FramingSettings): string {
  switch (settings.kind) {
    case 'raw':
      return 'Raw chunks'
    case 'lf':
      return 'LF lines'
    case 'crlf':
      return 'CRLF lines'
    case 'delimiter':
      return `ends with ${spaced(settings.delimiterHex)}`
    case 'fixed':
      return `${settings.frameBytes} bytes each`
    case 'length-prefix':
      return settings.bytesBeforeField === 0
        ? `${settings.field} length`
        : `${settings.field} length at ${settings.bytesBeforeField}`
    case 'markers':
      return `${spaced(settings.startHex)} … ${spaced(settings.endHex)}`
    case 'idle-gap':
      return `${settings.idleGapMs} ms silence`
    default:
      return framingKindWords[settings.kind].label
  }
}

function spaced(hex: string): string {
  return (hex.match(/../g) ?? []).join(' ').toUpperCase()
}

export const decoderWords: Readonly<Record<DecoderKind, KindWords>> = {
  automatic: { label: 'Automatic', sentence: 'As the framing says, else as the bytes look.' },
  text: { label: 'Text', sentence: 'Text in an encoding; bytes that are none are shown as hex.' },
  hex: { label: 'Hex', sentence: 'Bytes without further meaning.' },
  json: { label: 'JSON', sentence: 'A JSON document, with numbers to the last digit and keys in their order.' },
  msgpack: { label: 'MessagePack', sentence: 'One MessagePack value, with the width of every number.' },
  structure: { label: 'Structure', sentence: 'Fields at offsets, by a definition of the structure library.' },
  tcpy: { label: 'tcpy', sentence: 'MessagePack as tcpy writes it, with its dates.' },
  m2: { label: 'M2', sentence: 'JSON with "id" and "sequence_id".' },
}

export const decoderKinds: readonly DecoderKind[] = [
  'automatic',
  'text',
  'hex',
  'json',
  'msgpack',
  'structure',
  'tcpy',
  'm2',
]

/** Words of the framing editor and what opens it. */
export const interpretationWords = {
  open: 'Framing and decoding...',
  openTold: (framing: string, decoder: string | null): string =>
    decoder === null ? `Framing: ${framing}` : `Framing: ${framing}, read as ${decoder}`,
  group: 'Traffic',
  title: 'Framing and decoding',
  description: 'How the streams are cut into messages and read. It changes what is shown, never what is kept.',
  perDirection: 'Different for each direction',
  direction: 'Direction',
  both: 'both directions',
  preset: 'Start from',
  noPreset: 'Choose a protocol...',
  kind: 'Framing',
  likely: 'Likely in this data',
  likelySearching: 'Looking at the first bytes...',
  likelyNone: 'Nothing typical was found in the first bytes.',
  likelyNoData: 'There are no bytes yet to find likely framings in.',
  use: (framing: string): string => `Use ${framing}`,
  certainty: (percent: number): string => `${percent} %`,
  delimiter: 'Delimiter, hex',
  keepDelimiter: 'The delimiter belongs to the content',
  frameBytes: 'Size of a message',
  field: 'Length field',
  bytesBeforeField: 'Header bytes before it',
  bytesAfterField: 'Header bytes after it',
  valueCounts: 'The value counts',
  counts: [
    { value: 'content', label: 'the content after the header' },
    { value: 'frame', label: 'the whole message with its header' },
  ],
  addedBytes: 'Added to the value',
  addedBytesHint: 'For example 2 for a checksum at the end that the value does not count.',
  start: 'Start marker, hex',
  end: 'End marker, hex',
  escaped: 'An escape byte stands before markers in the content',
  escapeByte: 'Escape byte, hex',
  escapeXor: 'Escaped bytes are xored with, hex',
  idleGap: 'Silence that ends a message',
  maximum: 'Longest content',
  maximumHint: (byDefault: string): string => `Empty for ${byDefault} bytes. What is longer is marked.`,
  bytes: 'bytes',
  milliseconds: 'ms',
  numberError: 'Enter a number.',
  oneByteError: 'Enter one byte as two hex digits.',
  decoder: 'Read as',
  encoding: 'Encoding',
  structure: 'Structure',
  noStructures: 'The structure library is empty.',
  structureMissing: 'Choose a structure of the library.',
  structureUnknown: 'not in the library',
  structureGone: 'A structure that is no longer in the library',
  messageIdPath: 'Path of the message id',
  messageIdPathHint: 'For Latest: $.id for JSON and MessagePack, header.id for structures. Empty finds the usual ones.',
  preview: 'Preview of the first messages',
  previewEmpty: 'No message ends in the bytes that are there.',
  previewFails: 'The preview appears once the fields above can be read.',
  previewColumns: { direction: 'Direction', length: 'Bytes', summary: 'Content' },
  marked: 'Marked',
  apply: 'Apply',
  keepInProfile: (name: string): string => `Keep it in the profile ${name}`,
  backToRaw: 'Back to raw chunks',
  applied: (framing: string, decoder: string | null, messageId: string | null): string =>
    [`Framing: ${framing}`, decoder && `read as ${decoder}`, messageId].filter(Boolean).join(', ') + '.',
  messageIdAt: (path: string): string => (path === '' ? 'message id found by itself' : `message id at ${path}`),
  undo: 'Undo',
} as const

/** The framings of both directions in few words: one when they are alike. */
export function framingOfBoth({ sent, received }: Interpretation): string {
  const [up, down] = [shortFraming(sent.framing), shortFraming(received.framing)]
  return up === down ? down : `↑ ${up}, ↓ ${down}`
}

/** A decoder in a few words: `Text, LATIN-1`, `Structure telemetry_t`. `structureName` is null for one that is gone. */
export function decoderName(decoder: DecoderSettings, structureName: (structureId: string) => string | null): string {
  const { label } = decoderWords[decoder.kind]
  if (decoder.kind === 'text') return `${label}, ${decoder.encoding.toUpperCase()}`
  if (decoder.kind !== 'structure') return label
  return `${label} ${structureName(decoder.structureId) ?? `(${interpretationWords.structureUnknown})`}`
}

/** The decoders of both directions in few words: one when they are alike, null when both are automatic. */
export function decodersOfBoth(
  { sent, received }: Interpretation,
  structureName: (structureId: string) => string | null,
): string | null {
  if (sent.decoder.kind === 'automatic' && received.decoder.kind === 'automatic') return null
  const [up, down] = [decoderName(sent.decoder, structureName), decoderName(received.decoder, structureName)]
  return up === down ? down : `↑ ${up}, ↓ ${down}`
}

/**
 * What applying changed, in a sentence: the framing always, how messages are read unless that is and was automatic, and
 * the path of the message id where it is another one.
 */
export function appliedSentence(
  before: Interpretation,
  after: Interpretation,
  structureName: (structureId: string) => string | null,
): string {
  const wasRead = decodersOfBoth(before, structureName)
  const decoder = decodersOfBoth(after, structureName) ?? (wasRead === null ? null : decoderWords.automatic.label)
  const messageId =
    before.messageIdPath === after.messageIdPath ? null : interpretationWords.messageIdAt(after.messageIdPath)
  return interpretationWords.applied(framingOfBoth(after), decoder, messageId)
}
