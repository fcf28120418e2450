import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import { parseEscapedText } from '../text/escapes.ts'
import { nameCharacter } from '../text/parsed-bytes.ts'

const keys = ['dx', 'who', 'data'] as const
type TemplateKey = (typeof keys)[number]

/** A template read: bytes as they are, and the places of what each record puts in. */
export type WireLogTemplate = readonly (Uint8Array | TemplateKey)[]

export type ParsedWireLogTemplate =
  { readonly ok: true; readonly template: WireLogTemplate } | { readonly ok: false; readonly error: ErrorShape }

/** What one record is about; `data` are the bytes of one read or write of the socket. */
export interface WireLogRecord {
  readonly dx: 'Rx' | 'Tx'
  readonly who: string
  readonly data: Uint8Array
}

/**
 * Reads a template: `%(dx)b`, `%(who)b`, `%(data)b` (also with `s`, which Python takes for the same), `%%`, and the escapes
 * of the composer's text. Errors: `wire-log-template-malformed` with the `position` from 1, what was `found`, and why.
 */
export function parseWireLogTemplate(text: string): ParsedWireLogTemplate {
  const parts: (Uint8Array | TemplateKey)[] = []
  for (let index = 0; index < text.length;) {
    if (text[index] !== '%') {
      const end = text.indexOf('%', index)
      const literal = parseEscapedText(text.slice(index, end < 0 ? undefined : end))
      if (!literal.ok) {
        const { position, found, reason } = literal.error.data
        return malformed(index + Number(position), String(found), String(reason))
      }
      parts.push(literal.bytes)
      index = end < 0 ? text.length : end
      continue
    }
    const place = /^%(?:%|\((\w+)\)[bs])/.exec(text.slice(index, index + 16))
    const key = place?.[1]
    if (place === null) {
      const found = index + 1 < text.length ? `"%" before ${nameCharacter(text, index + 1)}` : '"%" at the end'
      return malformed(index + 1, found, advice)
    }
    const known = keys.find((candidate) => candidate === key)
    if (key !== undefined && known === undefined) return malformed(index + 1, `"${place[0]}"`, advice)
    parts.push(known ?? percent)
    index += place[0].length
  }
  return { ok: true, template: parts }
}

/** The bytes of one record. */
export function wireLogRecordBytes(template: WireLogTemplate, { dx, who, data }: WireLogRecord): Uint8Array {
  return boundRecordBytes(bindTemplate(template, dx, who), data)
}

/** A template for one direction and one remote end: what is left open is the data. */
export type BoundTemplate = readonly (Uint8Array | 'data')[]

/** Fills in all but the data, for many records of one kind. */
export function bindTemplate(template: WireLogTemplate, dx: WireLogRecord['dx'], who: string): BoundTemplate {
  const known = { dx: asciiBytes(dx), who: asciiBytes(who) }
  return template.map((part) => (part === 'dx' || part === 'who' ? known[part] : part))
}

/** The bytes of one record of a bound template. */
export function boundRecordBytes(template: BoundTemplate, data: Uint8Array): Uint8Array {
  let byteCount = 0
  for (const part of template) byteCount += part === 'data' ? data.length : part.length
  const bytes = new Uint8Array(byteCount)
  let offset = 0
  for (const part of template) {
    const piece = part === 'data' ? data : part
    bytes.set(piece, offset)
    offset += piece.length
  }
  return bytes
}

/**
 * The remote end as Python writes what `getpeername` gives: `('127.0.0.1', 41320)`, with IPv6 `('::1', 41320, 0, 0)`, flow
 * and scope behind the port. The scope of a link-local address is told where it is a number.
 */
export function remotePairText({ address, port }: Pick<SocketAddress, 'address' | 'port'>): string {
  if (!address.includes(':')) return `('${address}', ${port})`
  const [plain = '', scope = ''] = address.split('%')
  return `('${plain}', ${port}, 0, ${/^\d{1,9}$/.test(scope) ? Number(scope) : 0})`
}

const percent = Uint8Array.of(0x25)
const advice = 'Use %(dx)b, %(who)b and %(data)b; write %% for a percent sign.'

/** Directions and addresses are ASCII. */
const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

function malformed(position: number, found: string, reason: string): ParsedWireLogTemplate {
  return { ok: false, error: describeError('wire-log-template-malformed', { position, found, reason }) }
}
