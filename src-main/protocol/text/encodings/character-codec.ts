import type { ByteBuilder } from '../byte-builder.ts'

/** Stands for a code point where the bytes are malformed. */
export const malformed = -1
/** Stands for a code point where the bytes only switch the meaning of others, or mark their order. */
export const noCharacter = -2

/** What a reader found. One object is used again for every character. */
export interface ReadCharacter {
  /** How many bytes it takes, at least 1. */
  length: number
  /** A code point, `malformed` or `noCharacter`. */
  codePoint: number
  /** A second code point that the same bytes stand for, 0 for none. */
  second: number
}

/** Reads the character at `index`, which is within `bytes`. Readers are asked in order and may remember a state. */
export type CharacterReader = (bytes: Uint8Array, index: number, read: ReadCharacter) => void

/** Writes characters in order. */
export interface CharacterWriter {
  /** False, with nothing written, when the encoding has no form for the code point. */
  readonly write: (codePoint: number, builder: ByteBuilder) => boolean
  /** Writes what has to stand at the end. */
  readonly finish: (builder: ByteBuilder) => void
}

/** An encoding in both directions. */
export interface CharacterCodec {
  readonly newReader: () => CharacterReader
  readonly newWriter: () => CharacterWriter
}

/** For encodings that end as they are. */
export const nothingAtTheEnd = (): void => {}

/** Sets what was found: a code point, or one of the two stand-ins. */
export function found(read: ReadCharacter, length: number, codePoint: number): void {
  read.length = length
  read.codePoint = codePoint
  read.second = 0
}

/**
 * What a pair of bytes gives when a table has nothing for it: a trail byte that is ASCII is read again on its own, so
 * that a damaged character does not swallow a delimiter. Rule of the WHATWG Encoding Standard.
 */
export function foundPair(read: ReadCharacter, codePoint: number, trail: number, length: number): void {
  if (codePoint === malformed && trail < 0x80) found(read, length - 1, malformed)
  else found(read, length, codePoint)
}
