import * as v from 'valibot'

/** Longest content of a frame that may be asked for: 1 GiB. */
export const greatestMaximumFrameBytes = 2 ** 30

/**
 * Most bytes of content in one frame, as they stand in the stream (escapes counted, delimiters, markers and headers
 * not). What is longer becomes marked regions.
 */
const maximumFrameBytes = (byDefault: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.integer('The maximum must be a whole number of bytes.'),
      v.minValue(1, 'The maximum must be at least 1 byte.'),
      v.maxValue(greatestMaximumFrameBytes, `The maximum can be at most ${greatestMaximumFrameBytes} bytes.`),
    ),
    byDefault,
  )

const ordinaryMaximum = 1024 * 1024
const messageMaximum = 64 * 1024 * 1024

/** Bytes in a settings file: lower-case hex pairs without separators. */
const hexBytes = (most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^(?:[0-9a-f]{2})+$/, 'Give at least one byte as pairs of hex digits.'),
    v.maxLength(most * 2, `At most ${most} bytes are allowed.`),
  )

const smallCount = (name: string, least: number, most: number) =>
  v.pipe(
    v.number(),
    v.integer(`${name} must be a whole number.`),
    v.minValue(least, `${name} must be at least ${least}.`),
    v.maxValue(most, `${name} can be at most ${most}.`),
  )

export const lengthFieldType = v.picklist([
  'u8',
  'u16be',
  'u16le',
  'u32be',
  'u32le',
  'u64be',
  'u64le',
  'varint',
] as const)
/** `varint` is the base-128 number of Protocol Buffers: low bits first, the top bit of a byte says that more follow. */
export type LengthFieldType = v.InferOutput<typeof lengthFieldType>

/** A message is what one chunk of the socket brought. */
const rawFraming = v.object({ kind: v.literal('raw') })

/** Lines that end with LF; a CR before it belongs to the line. */
const lineFeedFraming = v.object({ kind: v.literal('lf'), maximumFrameBytes: maximumFrameBytes(ordinaryMaximum) })

/** Lines that end with CR LF; LF alone does not end a line. */
const carriageReturnLineFeedFraming = v.object({
  kind: v.literal('crlf'),
  maximumFrameBytes: maximumFrameBytes(ordinaryMaximum),
})

/** Messages that end with the same bytes. */
const delimiterFraming = v.object({
  kind: v.literal('delimiter'),
  delimiterHex: hexBytes(64),
  /** The delimiter belongs to the content. */
  keepDelimiter: v.optional(v.boolean(), false),
  maximumFrameBytes: maximumFrameBytes(ordinaryMaximum),
})

/** Messages of one size. */
const fixedFraming = v.object({
  kind: v.literal('fixed'),
  frameBytes: smallCount('The size', 1, greatestMaximumFrameBytes),
})

/** A header with the length of what follows. */
const lengthPrefixFraming = v.object({
  kind: v.literal('length-prefix'),
  field: lengthFieldType,
  /** Header bytes before the length field. */
  bytesBeforeField: v.optional(smallCount('The number of bytes before the field', 0, 64), 0),
  /** Header bytes between the length field and the content. */
  bytesAfterField: v.optional(smallCount('The number of bytes after the field', 0, 64), 0),
  /** What the value counts: the `content` after the header, or the whole `frame` with its header. */
  valueCounts: v.optional(v.picklist(['content', 'frame']), 'content'),
  /** Added to the value, for example 2 for a checksum at the end that the value does not count. */
  addedBytes: v.optional(smallCount('The number of added bytes', -1024, 65_536), 0),
  maximumFrameBytes: maximumFrameBytes(messageMaximum),
})

/**
 * Messages between a start and an end marker. With an escape byte, the byte after it is content, exclusive-ored with
 * `xor` (0: as it is). Markers of two bytes may begin with the escape byte, as in DLE STX … DLE ETX. Equal markers are
 * shared between neighbours.
 */
const markerFraming = v.pipe(
  v.object({
    kind: v.literal('markers'),
    startHex: hexBytes(16),
    endHex: hexBytes(16),
    escape: v.optional(
      v.nullable(
        v.object({
          byte: smallCount('The escape byte', 0, 255),
          xor: v.optional(smallCount('The xor value', 0, 255), 0),
        }),
      ),
      null,
    ),
    maximumFrameBytes: maximumFrameBytes(ordinaryMaximum),
  }),
  v.check(
    ({ startHex, endHex, escape }) =>
      escape === null || [startHex, endHex].every((marker) => escapeFitsMarker(marker, escape.byte)),
    'A marker can hold the escape byte only as the first of exactly two bytes.',
  ),
)

function escapeFitsMarker(markerHex: string, escapeByte: number): boolean {
  const places = (markerHex.match(/../g) ?? []).flatMap((pair, index) =>
    Number.parseInt(pair, 16) === escapeByte ? [index] : [],
  )
  return places.length === 0 || (places.length === 1 && places[0] === 0 && markerHex.length === 4)
}

/** RFC 1055: messages end with C0, DB escapes. */
const slipFraming = v.object({ kind: v.literal('slip'), maximumFrameBytes: maximumFrameBytes(ordinaryMaximum) })

/** Consistent overhead byte stuffing: messages end with 00 and hold none. */
const cobsFraming = v.object({ kind: v.literal('cobs'), maximumFrameBytes: maximumFrameBytes(ordinaryMaximum) })

/** JSON documents one after another, with or without white space between. */
const jsonFraming = v.object({ kind: v.literal('json'), maximumFrameBytes: maximumFrameBytes(messageMaximum) })

/** One JSON document a line; a CR before the LF does not belong to it. */
const jsonLinesFraming = v.object({
  kind: v.literal('json-lines'),
  maximumFrameBytes: maximumFrameBytes(messageMaximum),
})

/** MessagePack objects one after another. */
const messagePackFraming = v.object({
  kind: v.literal('msgpack'),
  maximumFrameBytes: maximumFrameBytes(messageMaximum),
})

/** A message ends when nothing arrives for a while. */
const idleGapFraming = v.object({
  kind: v.literal('idle-gap'),
  idleGapMs: v.pipe(
    v.number('The idle gap must be a number of milliseconds.'),
    v.minValue(0.001, 'The idle gap must be at least 0.001 ms.'),
    v.maxValue(3_600_000, 'The idle gap can be at most one hour.'),
  ),
  maximumFrameBytes: maximumFrameBytes(ordinaryMaximum),
})

/** A header of lines, one of them `Content-Length: N`, an empty line, then N bytes, as language servers write it. */
const contentLengthFraming = v.object({
  kind: v.literal('content-length'),
  maximumFrameBytes: maximumFrameBytes(messageMaximum),
})

/** tcpy: a 32-bit big-endian length and one MessagePack object. */
const tcpyFraming = v.object({ kind: v.literal('tcpy'), maximumFrameBytes: maximumFrameBytes(messageMaximum) })

/** M2: JSON objects that end with CR LF; 65,536 bytes is the limit of the real peers. */
const m2Framing = v.object({ kind: v.literal('m2'), maximumFrameBytes: maximumFrameBytes(65_536) })

/** How a byte stream is cut into messages: a view that can be changed at any time. Plain data, made for files. */
export const framingSettings = v.variant('kind', [
  rawFraming,
  lineFeedFraming,
  carriageReturnLineFeedFraming,
  delimiterFraming,
  fixedFraming,
  lengthPrefixFraming,
  markerFraming,
  slipFraming,
  cobsFraming,
  jsonFraming,
  jsonLinesFraming,
  messagePackFraming,
  idleGapFraming,
  contentLengthFraming,
  tcpyFraming,
  m2Framing,
])
export type FramingSettings = v.InferOutput<typeof framingSettings>
/** The same with everything that has a default left out where wanted. */
export type FramingSettingsInput = v.InferInput<typeof framingSettings>
export type FramingKind = FramingSettings['kind']
export type LengthPrefixFraming = v.InferOutput<typeof lengthPrefixFraming>
export type MarkerFraming = v.InferOutput<typeof markerFraming>
