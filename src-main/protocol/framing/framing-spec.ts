/**
 * Framings as short text, for command lines.
 *
 *     raw | lf | crlf | delimiter:HEX[,keep] | fixed:N
 *     length:FIELD[+N|-N][,before=N][,after=N][,counts=frame]    FIELD: u8 u16be u16le u32be u32le u64be u64le varint
 *     markers:HEX,HEX[,escape=HH][,xor=HH] | slip | cobs | json | json-lines | msgpack | idle:MS
 *     content-length | tcpy | m2
 *
 * All but raw and fixed also take `,max=N`: the most bytes of content in a message. `+N` is added to the length that the
 * field says.
 */
import * as v from 'valibot'
import { WirebenchError } from '../../contract/errors.ts'
import {
  framingSettings,
  type FramingKind,
  type FramingSettings,
  type LengthPrefixFraming,
  type MarkerFraming,
} from '../../contract/schemas/framing.ts'
import { parseHex, formatHex } from '../hex/parse-hex.ts'

const simpleKinds: readonly string[] = [
  'raw',
  'lf',
  'crlf',
  'slip',
  'cobs',
  'json',
  'json-lines',
  'msgpack',
  'content-length',
  'tcpy',
  'm2',
] satisfies readonly FramingKind[]

/** A spec taken apart: `kind:argument,argument,option=value,…`. */
interface SpecParts {
  readonly spec: string
  readonly kind: string
  /** What follows the colon, up to the options. */
  readonly positional: readonly string[]
  readonly options: Map<string, string>
}

/** The settings a spec stands for. Throws `framing-malformed` with the `framing` and a `reason` that says what to write. */
export function parseFramingSpec(spec: string): FramingSettings {
  const parts = takeApart(spec.trim())
  const candidate = settingsOf(parts)
  const maximum = takeOption(parts, 'max')
  if (maximum !== undefined) candidate.maximumFrameBytes = wholeNumberOf(parts, maximum, 'max')
  const [unknown] = parts.options.keys()
  if (unknown !== undefined || (maximum !== undefined && (parts.kind === 'raw' || parts.kind === 'fixed'))) {
    throw malformed(parts, `${parts.kind} has no option "${unknown ?? 'max'}".`)
  }
  const parsed = v.safeParse(framingSettings, candidate)
  if (!parsed.success) throw malformed(parts, parsed.issues[0].message)
  return parsed.output
}

function takeApart(spec: string): SpecParts {
  const pieces = spec.split(',')
  const [kind, first] = splitOnce(pieces[0] ?? '', ':')
  const positional = first === undefined ? [] : [first]
  const options = new Map<string, string>()
  for (const piece of pieces.slice(1)) {
    const [name, value] = splitOnce(piece, '=')
    if (value === undefined && piece !== 'keep') positional.push(piece)
    else options.set(name, value ?? '')
  }
  return { spec, kind, positional, options }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Settings before their check by the schema. */
type Candidate = Record<string, unknown>

function settingsOf(parts: SpecParts): Candidate {
  const [first, second, ...more] = parts.positional
  const expected = parts.kind === 'markers' ? 2 : simpleKinds.includes(parts.kind) ? 0 : 1
  if (more.length > 0 || parts.positional.length > expected) {
    throw malformed(parts, `"${parts.positional[expected] ?? ''}" is one argument too many.`)
  }
  switch (parts.kind) {
    case 'delimiter':
      return {
        kind: 'delimiter',
        delimiterHex: hexOf(parts, first, 'the delimiter, for example delimiter:0d0a'),
        keepDelimiter: takeOption(parts, 'keep') !== undefined,
      }
    case 'fixed':
      return { kind: 'fixed', frameBytes: wholeNumberOf(parts, first ?? '', 'the size') }
    case 'length':
      return lengthOf(parts, first ?? '')
    case 'markers':
      return {
        kind: 'markers',
        startHex: hexOf(parts, first, 'the start marker, for example markers:02,03'),
        endHex: hexOf(parts, second, 'the end marker, for example markers:02,03'),
        escape: escapeOf(parts),
      }
    case 'idle':
      if (!/^\d+(\.\d+)?$/.test(first ?? ''))
        throw malformed(parts, 'Give the gap in milliseconds, for example idle:20.')
      return { kind: 'idle-gap', idleGapMs: Number(first) }
    default:
      if (simpleKinds.includes(parts.kind)) return { kind: parts.kind }
      throw malformed(
        parts,
        `Use one of ${simpleKinds.join(', ')}, delimiter:HEX, fixed:N, length:FIELD, markers:HEX,HEX, idle:MS.`,
      )
  }
}

function lengthOf(parts: SpecParts, argument: string): Candidate {
  const match = /^([a-z0-9]+?)([+-]\d{1,9})?$/.exec(argument)
  const field = match?.[1] ?? ''
  const fields: readonly string[] = ['u8', 'u16be', 'u16le', 'u32be', 'u32le', 'u64be', 'u64le', 'varint']
  if (!fields.includes(field)) {
    throw malformed(parts, `Give the length field as one of ${fields.join(', ')}, for example length:u32be.`)
  }
  const counts = takeOption(parts, 'counts') ?? 'content'
  if (counts !== 'content' && counts !== 'frame') throw malformed(parts, 'counts is content or frame.')
  return {
    kind: 'length-prefix',
    field,
    addedBytes: Number(match?.[2] ?? 0),
    bytesBeforeField: wholeNumberOf(parts, takeOption(parts, 'before') ?? '0', 'before'),
    bytesAfterField: wholeNumberOf(parts, takeOption(parts, 'after') ?? '0', 'after'),
    valueCounts: counts,
  }
}

function escapeOf(parts: SpecParts): Candidate | null {
  const byte = takeOption(parts, 'escape')
  const xor = takeOption(parts, 'xor')
  if (byte === undefined && xor !== undefined) throw malformed(parts, 'xor needs escape=HH.')
  if (byte === undefined) return null
  return { byte: byteOf(parts, byte, 'escape'), xor: byteOf(parts, xor ?? '00', 'xor') }
}

function byteOf(parts: SpecParts, text: string, name: string): number {
  if (!/^[0-9a-f]{2}$/i.test(text)) throw malformed(parts, `Give ${name} as two hex digits.`)
  return Number.parseInt(text, 16)
}

function hexOf(parts: SpecParts, text: string | undefined, what: string): string {
  if (text === undefined || text === '') throw malformed(parts, `Give ${what}.`)
  const parsed = parseHex(text)
  if (!parsed.ok) throw malformed(parts, parsed.error.message)
  return formatHex(parsed.bytes, { separator: '' })
}

function wholeNumberOf(parts: SpecParts, text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw malformed(parts, `Give ${name} as a whole number.`)
  return Number(text)
}

function takeOption(parts: SpecParts, name: string): string | undefined {
  const value = parts.options.get(name)
  parts.options.delete(name)
  return value
}

function malformed(parts: SpecParts, reason: string): WirebenchError {
  return new WirebenchError('framing-malformed', { framing: parts.spec, reason })
}

/** The spec of settings: `parseFramingSpec` gives them back. What is as by default is left out. */
export function formatFramingSpec(settings: FramingSettings): string {
  const body = specBody(settings)
  if (!('maximumFrameBytes' in settings)) return body
  const byDefault = parseFramingSpec(body)
  const same = 'maximumFrameBytes' in byDefault && byDefault.maximumFrameBytes === settings.maximumFrameBytes
  return same ? body : `${body},max=${settings.maximumFrameBytes}`
}

function specBody(settings: FramingSettings): string {
  switch (settings.kind) {
    case 'delimiter':
      return `delimiter:${settings.delimiterHex}${settings.keepDelimiter ? ',keep' : ''}`
    case 'fixed':
      return `fixed:${settings.frameBytes}`
    case 'length-prefix':
      return lengthSpec(settings)
    case 'markers':
      return markerSpec(settings)
    case 'idle-gap':
      return `idle:${decimal(settings.idleGapMs)}`
    default:
      return settings.kind
  }
}

function lengthSpec(settings: LengthPrefixFraming): string {
  const { field, addedBytes, bytesBeforeField, bytesAfterField, valueCounts } = settings
  return [
    `length:${field}`,
    addedBytes === 0 ? '' : addedBytes > 0 ? `+${addedBytes}` : `${addedBytes}`,
    bytesBeforeField === 0 ? '' : `,before=${bytesBeforeField}`,
    bytesAfterField === 0 ? '' : `,after=${bytesAfterField}`,
    valueCounts === 'frame' ? ',counts=frame' : '',
  ].join('')
}

function markerSpec({ startHex, endHex, escape }: MarkerFraming): string {
  const hex = (byte: number): string => formatHex(Uint8Array.of(byte))
  if (escape === null) return `markers:${startHex},${endHex}`
  return `markers:${startHex},${endHex},escape=${hex(escape.byte)}${escape.xor === 0 ? '' : `,xor=${hex(escape.xor)}`}`
}

/** A number without an exponent: the schema allows no gap so small or large that digits would be lost. */
function decimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text
}
