import { prototypeNames } from '../../../contract/schemas/common.ts'
import type { ComputedEncoding, ComputedValue } from '../../../contract/schemas/message.ts'
import { encodeUtf8 } from '../../text/utf8.ts'
import { hexText, paddedDigits, timeNumber, timeText, type ComposeScope } from '../compose-scope.ts'
import { ComposeStop } from '../compose-stop.ts'
import type { ComposePlace } from '../composition.ts'

/** What a computed field holds before it is encoded. */
export interface ComputedFact {
  /** For the encodings of numbers; null when it is none. */
  readonly number: bigint | null
  /** With its fraction, for the floating types. */
  readonly float: number
  /** For the plain encoding. */
  readonly plain: Uint8Array
  readonly secret: boolean
}

/** Values that do not look at the content. */
type FreeValue = Exclude<ComputedValue, { kind: 'length' | 'checksum' }>

const whole = (number: bigint, plain: string | Uint8Array = number.toString()): ComputedFact => ({
  number,
  float: Number(number),
  plain: typeof plain === 'string' ? ascii(plain) : plain,
  secret: false,
})

/** The fact of a length or a checksum. */
export const numberFact = whole

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The value of a field that does not depend on the content. Stops composing when it has none. */
export function freeFact(value: FreeValue, scope: ComposeScope, place: ComposePlace): ComputedFact {
  switch (value.kind) {
    case 'counter':
      if (prototypeNames.has(value.name)) {
        const reason = `No counter can be named "${value.name}". Give it another name.`
        throw ComposeStop.of('computed-malformed', { field: place.field ?? 0, reason }, place)
      }
      return whole(scope.counter(value.name, BigInt(value.start), BigInt(value.step)))
    case 'time': {
      const { nowUnixNs } = scope.context
      const plain = ascii(timeText(nowUnixNs, value.unit))
      if (value.unit === 'iso-8601') return { number: null, float: Number.NaN, plain, secret: false }
      const unitsPerSecond = { 'unix-s': 1, 'unix-ms': 1e3, 'unix-us': 1e6, 'unix-ns': 1e9 }[value.unit]
      const float = (Number(nowUnixNs) / 1e9) * unitsPerSecond
      return { number: timeNumber(nowUnixNs, value.unit), float, plain, secret: false }
    }
    case 'random': {
      const bytes = scope.context.random(value.byteCount)
      const number = BigInt(`0x${hexText(bytes)}`)
      return { number, float: Number(number), plain: bytes, secret: false }
    }
    case 'variable':
    case 'captured': {
      const text = value.kind === 'variable' ? scope.variable(value.name) : scope.captured(value.name)
      if ('error' in text) throw new ComposeStop(text.error, place)
      return textFact(text.text, text.secret, place)
    }
    default:
      return value satisfies never
  }
}

function textFact(text: string, secret: boolean, place: ComposePlace): ComputedFact {
  const encoded = encodeUtf8(text)
  if (!encoded.ok) {
    const reason = 'The value holds half a character, which has no UTF-8 form.'
    throw ComposeStop.of('computed-malformed', { reason }, place)
  }
  const trimmed = text.trim()
  const isWhole = /^(?:-?\d{1,40}|0x[0-9a-f]{1,32})$/i.test(trimmed)
  const isFloat = /^-?\d{1,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?$/i.test(trimmed)
  const number = isWhole ? BigInt(trimmed) : null
  const float = number !== null ? Number(number) : isFloat ? Number(trimmed) : Number.NaN
  return { number, float, plain: encoded.bytes, secret }
}

/** Bytes that a number of this type takes. */
export function binaryWidth(type: Extract<ComputedEncoding, { kind: 'binary' }>['type']): number {
  return Number(/\d+/.exec(type)?.[0] ?? 0) / 8
}

/** A fact in its encoding. `atLeast`: digits are filled up to so many. Stops composing when it does not fit. */
export function encodeFact(
  fact: ComputedFact,
  encoding: ComputedEncoding,
  place: ComposePlace,
  atLeast = 0,
): Uint8Array {
  switch (encoding.kind) {
    case 'plain':
      return fact.plain
    case 'binary':
      return encodeBinary(fact, encoding.type, place)
    case 'digits':
      return encodeDigits(fact, encoding, place, atLeast)
    default:
      return encoding satisfies never
  }
}

function encodeBinary(
  fact: ComputedFact,
  type: Extract<ComputedEncoding, { kind: 'binary' }>['type'],
  place: ComposePlace,
): Uint8Array {
  const width = binaryWidth(type)
  const isLittle = type.endsWith('le')
  if (type.startsWith('f')) {
    if (Number.isNaN(fact.float)) throw noNumber(place)
    const view = new DataView(new ArrayBuffer(width))
    if (width === 4) view.setFloat32(0, fact.float, isLittle)
    else view.setFloat64(0, fact.float, isLittle)
    const written = width === 4 ? view.getFloat32(0, isLittle) : fact.float
    if (!Number.isFinite(written)) throw overflow(fact, type, place)
    return new Uint8Array(view.buffer)
  }
  if (fact.number === null) throw noNumber(place)
  if (fact.number < 0n || fact.number >= 1n << BigInt(width * 8)) throw overflow(fact, type, place)
  const bytes = new Uint8Array(width)
  let rest = fact.number
  for (let index = 0; index < width; index++, rest >>= 8n) {
    bytes[isLittle ? index : width - 1 - index] = Number(rest & 0xffn)
  }
  return bytes
}

function encodeDigits(
  fact: ComputedFact,
  { base, width, uppercase }: Extract<ComputedEncoding, { kind: 'digits' }>,
  place: ComposePlace,
  atLeast: number,
): Uint8Array {
  if (fact.number === null) throw noNumber(place)
  const digits = fact.number.toString(base)
  const written = paddedDigits(base === 16 && uppercase ? digits.toUpperCase() : digits, width === 0 ? atLeast : width)
  if (width > 0 && written.length > width) throw overflow(fact, `${width} digits`, place)
  return ascii(written)
}

function noNumber(place: ComposePlace): ComposeStop {
  const field = place.field ?? 0
  return ComposeStop.of('computed-malformed', { field, reason: 'Its value is no number. Encode it as it is.' }, place)
}

function overflow(fact: ComputedFact, encoding: string, place: ComposePlace): ComposeStop {
  const field = place.field ?? 0
  const value = fact.secret ? 'a secret' : String(fact.number ?? fact.float)
  return ComposeStop.of('computed-overflow', { field, value: value.slice(0, 60), encoding }, place)
}
