/** Bytes in the notations people paste elsewhere. */
import { formatHex, hexPair } from '../hex/parse-hex.ts'
import { asciiColumn, formatOffset, hexdumpRowBytes } from './hexdump-row.ts'

/**
 * A hex dump exactly as `xxd` prints it, so `xxd -r` gives the bytes back. Bytes stand in pairs with single spaces: `xxd
 * -r` takes two spaces for the end of the hex, which rules out the gap of the view. `firstOffset` is the offset of the
 * first byte (then `xxd -r -s -OFFSET`).
 */
export function formatHexdump(bytes: Uint8Array, firstOffset = 0): string {
  const lines: string[] = []
  for (let start = 0; start < bytes.length; start += hexdumpRowBytes) {
    const row = bytes.subarray(start, start + hexdumpRowBytes)
    const ascii = asciiColumn(row).replaceAll('·', '.')
    lines.push(`${formatOffset(firstOffset + start)}: ${formatHex(row, { groupSize: 2 }).padEnd(39)}  ${ascii}\n`)
  }
  return lines.join('')
}

/** A C declaration of an array of bytes, twelve in a line. An empty array, which C does not have, is a comment. */
export function asCArray(bytes: Uint8Array, name = 'data'): string {
  if (bytes.length === 0) return `/* ${name}: no bytes */\n`
  const lines: string[] = []
  for (let start = 0; start < bytes.length; start += 12) {
    const row = Array.from(bytes.subarray(start, start + 12), (byte) => `0x${hexPair(byte)}`)
    lines.push(`  ${row.join(', ')}`)
  }
  return `const unsigned char ${name}[${bytes.length}] = {\n${lines.join(',\n')},\n};\n`
}

const literalEscapes: ReadonlyMap<number, string> = new Map([
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
])

/**
 * A string literal in double quotes that C, Python (after `b`) and JavaScript read as the same bytes. All that is not
 * printable ASCII is `\xHH`; so is a hex digit after it, since C would take it into the escape.
 */
export function asTextLiteral(bytes: Uint8Array): string {
  let literal = ''
  let afterHex = false
  for (const byte of bytes) {
    const short = literalEscapes.get(byte)
    const character = String.fromCharCode(byte)
    const hex: boolean =
      short === undefined && (byte < 0x20 || byte > 0x7e || (afterHex && /[0-9a-fA-F]/.test(character)))
    literal += short ?? (hex ? `\\x${hexPair(byte)}` : character)
    afterHex = hex
  }
  return `"${literal}"`
}
