import { parseBase64 } from '../../hexdump/base64.ts'
import { parseHex } from '../../hex/parse-hex.ts'
import type { ParsedBytes } from '../../text/parsed-bytes.ts'
import type { ComposeScope } from '../compose-scope.ts'
import type { ByteSpan } from '../composition.ts'
import { expandText } from '../expand-text.ts'
import type { ContentBytes } from './content-bytes.ts'

/** Hex, with values that are hex as well. */
export function hexContent(hex: string, scope: ComposeScope): ContentBytes {
  return notationContent(hex, 'hex', parseHex, /[^0-9a-f]|0x/gi, 2, scope)
}

/** Base64, with values that are parts of it. */
export function base64Content(base64: string, scope: ComposeScope): ContentBytes {
  return notationContent(base64, 'base64', parseBase64, /[\s=]/g, 4 / 3, scope)
}

/** `unitsPerByte`: digits that make a byte, once what `silent` finds is taken away. */
function notationContent(
  source: string,
  part: 'hex' | 'base64',
  parse: (text: string) => ParsedBytes,
  silent: RegExp,
  unitsPerByte: number,
  scope: ComposeScope,
): ContentBytes {
  const expanded = expandText(source, scope, { part })
  const result = parse(expanded.text)
  if (!result.ok) return expanded.fail(result.error, Number(result.error.data.position) - 1)
  const byteAt = (index: number): number => expanded.text.slice(0, index).replace(silent, '').length / unitsPerByte
  const masked: ByteSpan[] = expanded
    .secretSpans()
    .map(({ start, end }) => ({ start: Math.floor(byteAt(start)), end: Math.ceil(byteAt(end)) }))
  return { bytes: result.bytes, masked }
}
