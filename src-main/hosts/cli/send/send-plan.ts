import type { Readable } from 'node:stream'
import { WirebenchError } from '../../../contract/errors.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import { lineEndingName, type LineEndingName } from '../../../contract/schemas/line-ending.ts'
import type { RetrySchedule } from '../../../contract/schemas/retry.ts'
import { parseFramingSpec } from '../../../protocol/framing/framing-spec.ts'
import { parseHex } from '../../../protocol/hex/parse-hex.ts'
import { parseEscapedText, splitEscapedText } from '../../../protocol/text/escapes.ts'
import { encodeText } from '../../../protocol/text/encodings/encode-text.ts'
import type { ParsedBytes } from '../../../protocol/text/parsed-bytes.ts'
import { encodeUtf8 } from '../../../protocol/text/utf8.ts'
import type { CliIo } from '../cli-io.ts'
import { CommandLine, longestTimeMs, parseAddress, usageError, type OptionTable } from '../command-line.ts'
import { parseRetrySpec } from '../connection/retry-option.ts'
import { planTls, tlsOptions, type TlsPlan } from '../connection/tls-options.ts'
import type { OutputFormat } from './exchange-report.ts'
import { Pace, type Pacing } from './pace.ts'
import type { Payload } from './payload.ts'
import type { GoalSettings } from './receive-goal.ts'
import { readVariables, type GivenVariables } from './saved-item.ts'

export type SendTarget =
  | { readonly kind: 'address'; readonly host: string; readonly port: number }
  | { readonly kind: 'profile'; readonly name: string }

/** Text to send; its line ending is the profile's when none was asked for. */
export interface TextPayload {
  readonly kind: 'text'
  readonly bytes: Uint8Array
  readonly lineEnding: LineEndingName | null
  /** What the line ending is encoded in as well. */
  readonly encoding: string
}

/** A saved message or sequence to be sent. */
export interface SavedRequest {
  readonly file: string
  /** Its name, when the file holds several. */
  readonly entry: string | null
  readonly variables: GivenVariables
}

/** What `wirebench send` was asked to do. */
export interface SendPlan {
  readonly target: SendTarget
  readonly payload: TextPayload | Payload | null
  /** Sent instead of a payload; null when there is none. */
  readonly saved: SavedRequest | null
  readonly pacing: Pacing
  readonly halfClose: boolean
  readonly goal: GoalSettings
  readonly framing: FramingSettings | null
  readonly format: OutputFormat
  readonly record: boolean
  /** Where everything sent and received is logged; null for nowhere. */
  readonly wireLogFile: string | null
  readonly tls: TlsPlan
  /** How to try again while no connection could be made; null for what the profile says. */
  readonly retry: RetrySchedule | null
  readonly timeoutMs: number | null
  readonly dataFolder: string | null
}

const sendOptions = {
  hex: 'text',
  file: 'text',
  message: 'text',
  entry: 'text',
  var: 'texts',
  encoding: 'text',
  escapes: 'flag',
  'line-ending': 'text',
  'until-bytes': 'text',
  'until-hex': 'text',
  'until-close': 'flag',
  frames: 'text',
  idle: 'text',
  framing: 'text',
  format: 'text',
  profile: 'text',
  record: 'flag',
  retry: 'text',
  rate: 'text',
  chunk: 'text',
  lines: 'flag',
  'wire-log': 'text',
  'half-close': 'flag',
} as const satisfies OptionTable

const mostBytes = Number.MAX_SAFE_INTEGER
const greatestRate = 1e12
const largestChunk = 1e12
const defaultIdleMs = 1000

/** Reads the arguments of `wirebench send`. Errors: `usage` and those of addresses, hex, escapes and framings. */
export function planSend(commandArguments: readonly string[], io: CliIo): SendPlan {
  const line = new CommandLine(commandArguments, { ...tlsOptions, ...sendOptions })
  const profile = line.text('profile')
  const [first, ...others] = line.positionals
  const texts = profile === null ? others : line.positionals
  if (texts.length > 1) throw usageError(`"${texts[1] ?? ''}" is one argument too many. Quote TEXT that has spaces.`)
  if (profile === null && first === undefined) throw usageError('Say where to connect: wirebench send HOST:PORT.')
  const framingSpec = line.text('framing')
  const retrySpec = line.text('retry')
  const saved = savedOf(line)
  const format = line.choice<OutputFormat>('format', ['raw', 'text', 'hex', 'json'])
  return {
    target: profile === null ? { kind: 'address', ...parseAddress(first ?? '') } : { kind: 'profile', name: profile },
    payload: saved === null ? payloadOf(line, texts[0] ?? null, io) : nothingBeside(saved, texts[0]),
    saved,
    pacing: pacingOf(line),
    halfClose: line.flag('half-close'),
    goal: goalOf(line),
    framing: framingSpec === null ? null : parseFramingSpec(framingSpec),
    format: line.flag('json') ? 'json' : (format ?? 'raw'),
    record: line.flag('record'),
    wireLogFile: line.text('wire-log'),
    tls: planTls(line, process.env),
    retry: retrySpec === null ? null : parseRetrySpec(retrySpec),
    timeoutMs: line.timeoutMs(),
    dataFolder: line.text('data-dir'),
  }
}

/** Errors: `usage`, `rate-malformed`. */
function pacingOf(line: CommandLine): Pacing {
  if (line.flag('lines') && !line.has('rate') && !line.has('chunk')) {
    throw usageError('--lines says what --rate and --chunk count, and there is neither.')
  }
  const pacing: Pacing = {
    unit: line.flag('lines') ? 'lines' : 'bytes',
    rate: line.wholeNumber('rate', 1, greatestRate),
    chunkSize: line.wholeNumber('chunk', 1, largestChunk),
  }
  // Refused before anything is connected.
  new Pace(pacing)
  return pacing
}

function savedOf(line: CommandLine): SavedRequest | null {
  line.refuseTogether('message', 'hex', 'file')
  line.refuseTogether('message', 'line-ending')
  line.refuseTogether('message', 'escapes')
  line.refuseTogether('message', 'encoding')
  const file = line.text('message')
  if (file !== null) return { file, entry: line.text('entry'), variables: readVariables(line.texts('var')) }
  if (line.has('entry') || line.has('var'))
    throw usageError('--entry and --var belong to --message, and there is none.')
  return null
}

function nothingBeside(saved: SavedRequest, text: string | undefined): null {
  if (text === undefined) return null
  throw usageError(`TEXT and --message ${saved.file} cannot be used together.`)
}

function payloadOf(line: CommandLine, text: string | null, io: CliIo): SendPlan['payload'] {
  line.refuseTogether('hex', 'file')
  const other = (['hex', 'file'] as const).find((name) => line.has(name))
  if (text !== null && other !== undefined) throw usageError(`TEXT and --${other} cannot be used together.`)
  const lineEnding = line.choice('line-ending', lineEndingName.options)
  const encoding = line.text('encoding')
  if (text === null && (lineEnding !== null || encoding !== null || line.flag('escapes'))) {
    throw usageError('--line-ending, --encoding and --escapes belong to TEXT, and there is none.')
  }
  if (text !== null) {
    const bytes = line.flag('escapes') ? escapedBytes(text, encoding) : plainBytes(text, encoding)
    return { kind: 'text', bytes, lineEnding, encoding: encoding ?? 'utf-8' }
  }
  const hex = line.text('hex')
  if (hex !== null) return { kind: 'bytes', bytes: someBytes(hex) }
  const file = line.text('file')
  if (file !== null && file !== '-') return { kind: 'file', file }
  if (file === null && io.stdin.isTerminal) return null
  return streamPayload(io.stdin.stream)
}

const streamPayload = (stream: Readable): Payload => ({ kind: 'stream', stream })

function goalOf(line: CommandLine): GoalSettings {
  line.refuseTogether('until-bytes', 'until-hex', 'until-close', 'frames', 'idle')
  const byteCount = line.wholeNumber('until-bytes', 1, mostBytes)
  if (byteCount !== null) return { kind: 'bytes', byteCount }
  const pattern = line.text('until-hex')
  if (pattern !== null) return { kind: 'pattern', pattern: someBytes(pattern) }
  const frameCount = line.wholeNumber('frames', 1, mostBytes)
  if (frameCount !== null) {
    if (!line.has('framing')) throw usageError('--frames needs --framing, which says what a message is.')
    return { kind: 'frames', frameCount }
  }
  if (line.flag('until-close')) return { kind: 'close' }
  return { kind: 'quiet', idleMs: line.wholeNumber('idle', 1, longestTimeMs) ?? defaultIdleMs }
}

function taken(parsed: ParsedBytes): Uint8Array {
  if (!parsed.ok) throw WirebenchError.fromShape(parsed.error)
  return parsed.bytes
}

function someBytes(hex: string): Uint8Array {
  const bytes = taken(parseHex(hex))
  if (bytes.length === 0) throw new WirebenchError('nothing-to-send')
  return bytes
}

function plainBytes(text: string, encoding: string | null): Uint8Array {
  return encoding === null ? utf8Of(text) : taken(encodeText(text, encoding))
}

/** `\\xHH` is that byte in every encoding. */
function escapedBytes(text: string, encoding: string | null): Uint8Array {
  if (encoding === null) return taken(parseEscapedText(text))
  const split = splitEscapedText(text)
  if (!split.ok) throw WirebenchError.fromShape(split.error)
  return Buffer.concat(
    split.pieces.map((piece, index) =>
      piece.kind === 'bytes'
        ? piece.bytes
        : taken(encodeText(piece.text, index === 0 ? encoding : encodingWithoutMark(encoding))),
    ),
  )
}

/** The encoding for what does not begin a text: without the byte order mark. */
export function encodingWithoutMark(encoding: string): string {
  return encoding.replace(/-bom$/i, '')
}

function utf8Of(text: string): Uint8Array {
  const encoded = encodeUtf8(text)
  if (!encoded.ok) throw usageError('TEXT holds half a character, which has no UTF-8 form. Use --hex for such bytes.')
  return encoded.bytes
}
