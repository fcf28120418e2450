/**
 * Which framings fit a piece of a stream that begins with a message. A guess is an offer to a person, never applied by
 * itself: each has a reason in words that can be checked by eye.
 */
import * as v from 'valibot'
import { framingSettings, type FramingSettings, type FramingSettingsInput } from '../../contract/schemas/framing.ts'
import { isControl, utf8Text } from '../text/utf8.ts'
import type { Frame } from './frame.ts'
import { decodeFramePayload } from './frame-codec.ts'
import { createFramer } from './framer.ts'
import { findLengthPrefixes } from './guess-length-prefix.ts'

export interface FramingGuess {
  readonly settings: FramingSettings
  /** 0 to 1, for ordering and for showing how sure it is. */
  readonly confidence: number
  /** One sentence: what was found. */
  readonly reason: string
}

/** More of the stream would change little and take long. */
const sampleBytes = 16 * 1024
const leastConfidence = 0.3
const mostGuesses = 6

/** The likely framings of the stream that `bytes` begin, the most likely first; none when nothing fits. */
export function guessFramings(bytes: Uint8Array): readonly FramingGuess[] {
  const sample = bytes.subarray(0, sampleBytes)
  if (sample.length === 0) return []
  const isText = looksLikeText(sample)
  const guesses = isText ? guessText(sample) : [...guessBinary(sample), ...guessLengths(sample)]
  return guesses
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort((left, right) => right.confidence - left.confidence)
    .slice(0, mostGuesses)
}

/** What a framing makes of the sample. */
interface Trial {
  readonly settings: FramingSettings
  /** The messages that ended within the sample. */
  readonly payloads: readonly Uint8Array[]
  /** No marked region, except for what the end of the sample cut off. */
  readonly clean: boolean
  /** Nothing was left at the end. */
  readonly endsExactly: boolean
}

function attempt(input: FramingSettingsInput, sample: Uint8Array): Trial {
  const settings = v.parse(framingSettings, input)
  const framer = createFramer(settings)
  const frames = framer.acceptChunk(sample, 0)
  const payloadOf = (frame: Frame): Uint8Array =>
    decodeFramePayload(settings, sample.subarray(frame.payloadStart, frame.payloadEnd)) ?? new Uint8Array()
  return {
    settings,
    payloads: frames.filter(({ problem }) => problem === null).map(payloadOf),
    clean: frames.every(({ problem }) => problem === null),
    endsExactly: framer.carriedBytes === 0,
  }
}

function guessText(sample: Uint8Array): FramingGuess[] {
  const guesses: FramingGuess[] = []
  const offer = (trial: Trial, confidence: number, reason: string): void => {
    if (trial.payloads.length > 0) guesses.push({ settings: trial.settings, confidence, reason })
  }
  const lines = attempt({ kind: 'lf' }, sample)
  const crlfLines = attempt({ kind: 'crlf' }, sample)
  const allCrlf = crlfLines.payloads.length > 0 && crlfLines.payloads.length === lines.payloads.length
  const count = lines.payloads.length
  const one = count === 1
  if (allCrlf) offer(crlfLines, 0.9, one ? 'The line ends with CR LF.' : `All ${count} lines end with CR LF.`)
  const endWithLf = one ? 'The line ends with LF.' : `${count} lines end with LF.`
  offer(lines, allCrlf ? 0.4 : 0.85, allCrlf ? 'Lines end with LF, after a CR.' : endWithLf)

  const jsonLines = attempt({ kind: 'json-lines' }, sample)
  const documents = jsonLines.payloads.map(parseJson)
  const everyLineJson = documents.length > 0 && documents.every((document) => document !== undefined)
  if (everyLineJson) {
    offer(jsonLines, 0.95, one ? 'The line is JSON.' : `All ${count} lines are JSON.`)
    if (allCrlf && documents.every(hasMessageId)) {
      offer(
        attempt({ kind: 'm2' }, sample),
        0.97,
        one
          ? 'The line is a JSON object with an "id" and ends with CR LF.'
          : `All ${count} lines are JSON objects with an "id" and end with CR LF.`,
      )
    }
  }
  const headers = attempt({ kind: 'content-length' }, sample)
  if (headers.clean) {
    const messageCount = headers.payloads.length
    const found = messageCount === 1 ? 'A message stands' : `${messageCount} messages stand, each`
    offer(headers, 0.98, `${found} behind a header with its Content-Length.`)
  }
  const json = attempt({ kind: 'json' }, sample)
  if (json.clean && json.payloads.every((payload) => parseJson(payload) !== undefined)) {
    const documentCount = json.payloads.length
    const follow =
      documentCount === 1 ? 'It is one JSON document.' : `${documentCount} JSON documents follow each other.`
    offer(json, everyLineJson ? 0.6 : 0.95, follow)
  }
  return guesses
}

function guessBinary(sample: Uint8Array): FramingGuess[] {
  const guesses: FramingGuess[] = []
  const consider = (
    input: FramingSettingsInput,
    fits: (trial: Trial) => boolean,
    confidence: (trial: Trial) => number,
    reason: (messages: number) => string,
  ): void => {
    const trial = attempt(input, sample)
    if (!trial.clean || trial.payloads.length === 0 || !fits(trial)) return
    guesses.push({ settings: trial.settings, confidence: confidence(trial), reason: reason(trial.payloads.length) })
  }
  consider(
    { kind: 'tcpy' },
    ({ payloads }) => payloads.every(isOneMessagePackObject),
    () => 0.98,
    (messages) => `${messages} MessagePack objects, each behind its length in 4 bytes.`,
  )
  consider(
    { kind: 'slip' },
    ({ endsExactly }) => endsExactly,
    ({ payloads }) => (sample[0] === 0xc0 ? 0.92 : rising(payloads.length, 0.4)),
    (messages) => `${messages} messages end with c0, and every escape fits.`,
  )
  consider(
    { kind: 'cobs' },
    ({ payloads }) => payloads.some((payload) => payload.length > 0),
    ({ payloads, endsExactly }) => rising(payloads.length, endsExactly ? 0.5 : 0.35),
    (messages) => `${messages} messages end with 00, and every COBS code fits.`,
  )
  consider(
    { kind: 'msgpack' },
    ({ payloads }) => payloads.every((payload) => payload.length > 1 && isContainer(payload[0] ?? 0)),
    ({ payloads, endsExactly }) => rising(payloads.length, endsExactly ? 0.6 : 0.35),
    (messages) => `${messages} MessagePack maps or arrays follow each other.`,
  )
  consider(
    { kind: 'delimiter', delimiterHex: '00' },
    ({ payloads }) => payloads.every(looksLikeText),
    ({ payloads }) => rising(payloads.length, 0.6),
    (messages) => `${messages} texts end with 00.`,
  )
  consider(
    { kind: 'markers', startHex: '02', endHex: '03' },
    ({ payloads }) => payloads.every((payload) => payload.length > 0),
    ({ payloads }) => rising(payloads.length, 0.7),
    (messages) => `${messages} messages stand between 02 (STX) and 03 (ETX).`,
  )
  return guesses
}

function guessLengths(sample: Uint8Array): FramingGuess[] {
  return findLengthPrefixes(sample)
    .slice(0, 3)
    .map(({ settings, messages, endsExactly, evidenceBits }) => ({
      settings,
      confidence: (0.97 * Math.max(0, evidenceBits)) / (Math.max(0, evidenceBits) + 4),
      reason: `${messages} lengths in a row fit${endsExactly ? ', and the last message ends with the data' : ''}.`,
    }))
}

/** From `first` for one message towards 0.95 for many. */
function rising(messages: number, first: number): number {
  return 0.95 - (0.95 - first) / messages
}

/** UTF-8 (a character cut off at the end aside) with hardly any controls but white space and ESC. */
function looksLikeText(bytes: Uint8Array): boolean {
  let text: string | null = null
  for (let cutOff = 0; text === null && cutOff < Math.min(4, bytes.length); cutOff++) {
    text = utf8Text(bytes.subarray(0, bytes.length - cutOff))
  }
  if (text === null) return false
  let controls = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    if (isControl(codePoint) && !'\t\n\r\f\u001b'.includes(character)) controls++
  }
  return controls * 50 <= text.length
}

/** Undefined when it is no JSON; a document is never undefined. */
function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Text(bytes)
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function hasMessageId(document: unknown): boolean {
  return typeof document === 'object' && document !== null && typeof Reflect.get(document, 'id') === 'string'
}

function isOneMessagePackObject(payload: Uint8Array): boolean {
  const { clean, payloads, endsExactly } = attempt({ kind: 'msgpack' }, payload)
  return clean && endsExactly && payloads.length === 1
}

/** The first byte of a MessagePack array or map. */
function isContainer(first: number): boolean {
  return (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
}
