import type { ValueGroupName } from '../../../src-main/contract/schemas/settings.ts'
import { floatReadings } from '../../../src-main/protocol/byte-values/floats.ts'
import { identifierReadings } from '../../../src-main/protocol/byte-values/identifiers.ts'
import { byteReadings, integerReadings } from '../../../src-main/protocol/byte-values/integers.ts'
import { valueOf, type ByteReading } from '../../../src-main/protocol/byte-values/read-value.ts'
import { textReadings } from '../../../src-main/protocol/byte-values/texts.ts'
import { timeReadings } from '../../../src-main/protocol/byte-values/times.ts'
import { variableLengthReadings } from '../../../src-main/protocol/byte-values/variable-lengths.ts'
import { formatHex } from '../../../src-main/protocol/hex/parse-hex.ts'
import { asBase64, asBase64Url } from '../../../src-main/protocol/hexdump/base64.ts'
import { asCArray, asTextLiteral } from '../../../src-main/protocol/hexdump/copy-formats.ts'
import { escapeBytes } from '../../../src-main/protocol/text/escapes.ts'
import { byteValueWords } from '../../strings/byte-values.ts'

/** Bytes from the cursor on that every value can be read from. */
export const valueBytes = 64
/** Bytes of a selection that are shown as text and notations; all of it is copied. */
export const shownSelectionBytes = 256

/** The groups in the order in which they stand. */
export const valueGroups: readonly ValueGroupName[] = [
  'integers',
  'floats',
  'texts',
  'times',
  'bits',
  'identifiers',
  'variable-lengths',
  'notations',
  'digests',
]

/** What the readings are made of. */
export interface ReadBytes {
  /** From the cursor on, at most `valueBytes`. */
  readonly atCursor: Uint8Array
  /** The selection as far as it is shown; the byte at the cursor when nothing is selected. */
  readonly selection: Uint8Array
  readonly selectedBytes: number
}

/** The rows of a group that is a table; the digests are asked for from the engine. */
export function readingsOf(
  group: Exclude<ValueGroupName, 'digests'>,
  { atCursor, selection, selectedBytes }: ReadBytes,
): readonly ByteReading[] {
  switch (group) {
    case 'integers':
      return integerReadings(atCursor)
    case 'bits':
      return byteReadings(atCursor)
    case 'floats':
      return floatReadings(atCursor)
    case 'times':
      return timeReadings(atCursor)
    case 'texts':
      return selectedBytes > 0 ? textReadings(selection, true) : textReadings(atCursor, false)
    case 'identifiers':
      return identifierReadings(atCursor)
    case 'variable-lengths':
      return variableLengthReadings(atCursor, Math.min(selectedBytes, atCursor.length))
    case 'notations':
      return notations.map(({ name, write }) => ({ name, little: valueOf(shortened(write(selection))), big: null }))
  }
}

const { notations: names } = byteValueWords
const notations: readonly { readonly name: string; readonly write: (bytes: Uint8Array) => string }[] = [
  { name: names.hex, write: (bytes) => formatHex(bytes, { uppercase: true }) },
  { name: names.base64, write: asBase64 },
  { name: names['base64-url'], write: asBase64Url },
  { name: names['c-array'], write: (bytes) => asCArray(bytes) },
  { name: names.escaped, write: escapeBytes },
  { name: names.literal, write: asTextLiteral },
]

/** All bytes in the notation of that name; null when there is none of it. */
export function writtenAs(name: string, bytes: Uint8Array): string | null {
  return notations.find((notation) => notation.name === name)?.write(bytes) ?? null
}

const shownCharacters = 160

function shortened(text: string): string {
  const line = text.trimEnd().replaceAll('\n', ' ')
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)} …` : line
}
