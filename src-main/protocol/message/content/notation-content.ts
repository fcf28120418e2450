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
  const digitsUpTo = digitCounter(expanded.text, silent)
  const masked: ByteSpan[] = expanded.secretSpans().map(({ start, end }) => ({
    start: Math.floor(digitsUpTo(start) / unitsPerByte),
    end: Math.ceil(digitsUpTo(end) / unitsPerByte),
  }))
  return { bytes: result.bytes, masked }
}

/** Counts the digits before an index, without what `silent` finds. To be asked in the order of the text, once through it. */
function digitCounter(text: string, silent: RegExp): (index: number) => number {
  const matches = text.matchAll(silent)
  let next = matches.next()
  let passed = 0
  return (index) => {
    while (next.done !== true && next.value.index < index) {
      passed += next.value[0].length
      next = matches.next()
    }
    return Math.max(0, index - passed)
  }
}
