import type { FramingSettings } from '../../contract/schemas/framing.ts'

/**
 * What is wrong with a stretch of the stream.
 * `overrun`: content longer than the maximum. `bad-length`: bytes at which no length field makes sense.
 * `bad-escape`: an escape followed by what it cannot stand before. `bad-code`: a COBS code that does not fit.
 * `bad-content`: bytes that cannot be JSON or MessagePack. `stray-bytes`: bytes between messages that belong to none.
 * `missing-end`: a message began before the last one ended. `incomplete`: the stream ended in mid-message.
 */
export type FrameProblemCode =
  'overrun' | 'bad-length' | 'bad-escape' | 'bad-code' | 'bad-content' | 'stray-bytes' | 'missing-end' | 'incomplete'

export interface FrameProblem {
  readonly code: FrameProblemCode
  /** One or two sentences for the user: what is wrong and how the framing went on. */
  readonly sentence: string
}

/**
 * A message, or a marked region when `problem` is set, as offsets into the stream of one direction; ends are exclusive.
 * Frames follow each other without gaps: what fills the space between two messages (white space between JSON documents,
 * repeated SLIP ends) belongs to the frame after it, before its payload.
 */
export interface Frame {
  readonly start: number
  readonly end: number
  /** The content without its framing; still escaped for SLIP, COBS and markers (see `decodeFramePayload`). */
  readonly payloadStart: number
  readonly payloadEnd: number
  readonly problem: FrameProblem | null
}

/** The sentence of a problem. `detail` is its number: a length, or the missing bytes, -1 when unknown. */
export function describeFrameProblem(settings: FramingSettings, code: FrameProblemCode, detail: number): FrameProblem {
  return { code, sentence: sentences[code](settings, detail) }
}

const maximumOf = (settings: FramingSettings): number =>
  'maximumFrameBytes' in settings ? settings.maximumFrameBytes : Number.POSITIVE_INFINITY

const sentences: Readonly<Record<FrameProblemCode, (settings: FramingSettings, detail: number) => string>> = {
  overrun: (settings, detail) =>
    detail >= 0
      ? `The message announces at least ${detail} bytes; the maximum is ${maximumOf(settings)}. Raise the maximum, or choose another framing.`
      : `The message is longer than the maximum of ${maximumOf(settings)} bytes. Raise the maximum, or choose another framing.`,
  'bad-length': (settings, detail) =>
    settings.kind === 'content-length'
      ? badHeader(settings.maximumFrameBytes, detail)
      : detail < 0
        ? 'The length field is not a usable number here. These bytes were skipped up to the next place where a length fits.'
        : `The length field says ${detail}, which does not fit: the maximum is ${maximumOf(settings)} bytes. These bytes were skipped up to the next place where a length fits.`,
  'bad-escape': () => 'An escape byte stands before a byte that cannot follow it. The message was read up to its end.',
  'bad-code': () => 'A COBS code points past the end of the message. Reading goes on after the next 00.',
  'bad-content': (settings) =>
    settings.kind === 'msgpack'
      ? 'The byte c1 cannot occur in MessagePack. Reading begins anew after it.'
      : 'A JSON string holds a raw control character. Reading begins anew at the next { or [ or line.',
  'stray-bytes': (settings) =>
    settings.kind === 'json'
      ? 'These bytes do not begin a JSON document. Reading begins anew at the next { or [ or line.'
      : 'These bytes stand between messages and belong to none.',
  'missing-end': () => 'A new message begins before this one has ended.',
  incomplete: (_, detail) =>
    detail >= 0
      ? `The stream ended in the middle of the message: ${detail} bytes are missing.`
      : 'The stream ended before the message did.',
}

function badHeader(maximum: number, detail: number): string {
  const skipped = 'These bytes were skipped up to the next Content-Length.'
  return detail < 0
    ? `A header of lines with a Content-Length and an empty line should stand here. ${skipped}`
    : `The header announces ${detail} bytes; the maximum is ${maximum}. ${skipped}`
}
