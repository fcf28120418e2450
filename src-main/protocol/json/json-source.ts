/**
 * Where a document is read from. Text and bytes are read by the same reader: `units` are UTF-16 units or bytes, and
 * every index counts them.
 */
import { nameCharacter } from '../text/parsed-bytes.ts'
import { utf8CodePoint, utf8SequenceLength, utf8Text } from '../text/utf8.ts'

export interface JsonSource {
  readonly units: Uint8Array | Uint16Array
  /** Text of a stretch that is ASCII. */
  asciiText(start: number, end: number): string
  /** Text of a stretch whose characters were all measured with `characterLength`. */
  text(start: number, end: number): string
  /** Units of the character that starts with a unit from 0x80 on; 0 when it is malformed. */
  characterLength(index: number): number
  /** True when what stands at the index may be the beginning of a character whose rest was cut off. */
  isCutCharacter(index: number): boolean
  /** Units of the byte order mark at the beginning, 0 when there is none. */
  readonly markLength: number
  /** Names what stands at an index, for a sentence. */
  found(index: number): string
}

/** Half-baked halves of pairs are kept, so nothing in a text is malformed. */
export function sourceOfText(text: string): JsonSource {
  const units = new Uint16Array(text.length)
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index)
  return {
    units,
    asciiText: (start, end) => text.slice(start, end),
    text: (start, end) => text.slice(start, end),
    characterLength: () => 1,
    isCutCharacter: () => false,
    markLength: units[0] === 0xfeff ? 1 : 0,
    found: (index) => nameCharacter(text, index),
  }
}

export function sourceOfBytes(bytes: Uint8Array): JsonSource {
  const unitText = textOfUnits(bytes)
  return {
    units: bytes,
    asciiText: (start, end) => unitText.slice(start, end),
    text: (start, end) => utf8Text(bytes.subarray(start, end)) ?? '',
    characterLength: (index) => utf8SequenceLength(bytes, index),
    isCutCharacter: (index) => isCutSequence(bytes, index),
    markLength: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0,
    found: (index) => nameAt(bytes, index),
  }
}

/** Arguments of a call stand on the stack: this many are safe everywhere. */
const unitsPerCall = 8192

/** One character for each byte, so that stretches of ASCII are cut from it without being decoded. */
function textOfUnits(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += unitsPerCall) {
    // The function takes anything like an array; its type asks for an array proper.
    const units: ArrayLike<number> = bytes.subarray(start, start + unitsPerCall)
    text += String.fromCharCode.apply(null, units as number[])
  }
  return text
}

/** At most three bytes to the end, which with the missing ones could be one character. */
function isCutSequence(bytes: Uint8Array, index: number): boolean {
  const rest = bytes.length - index
  if (rest > 3) return false
  const padded = new Uint8Array(4)
  for (const filler of [0x80, 0x90, 0xa0]) {
    padded.set(bytes.subarray(index))
    padded.fill(filler, rest)
    if (utf8SequenceLength(padded, 0) > rest) return true
  }
  return false
}

function nameAt(bytes: Uint8Array, index: number): string {
  const byte = bytes[index]
  if (byte === undefined) return 'the end'
  const length = utf8SequenceLength(bytes, index)
  if (length === 0) return `the byte ${byte.toString(16).padStart(2, '0')}, which is no UTF-8`
  return nameCharacter(String.fromCodePoint(utf8CodePoint(bytes, index, length)), 0)
}
