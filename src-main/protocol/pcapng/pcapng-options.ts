import { encodeUtf8 } from '../text/utf8.ts'

/** Option codes of the blocks written here. */
export const optionCode = {
  endOfOptions: 0,
  comment: 1,
  sectionHardware: 2,
  sectionSystem: 3,
  sectionProgram: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceTimeResolution: 9,
  packetFlags: 2,
} as const

/** An option as it stands in a block: a code and its value. */
export interface PcapngOption {
  readonly code: number
  readonly value: Uint8Array
}

/** Longer texts are cut: an option has 16 bits for its length. */
const maximumTextBytes = 32 * 1024

/** A text as an option's value, cut where it is too long. Halves of UTF-16 pairs, which have no UTF-8, become `?`. */
export function textOption(code: number, text: string): PcapngOption {
  const encoded = encodeUtf8(text.slice(0, maximumTextBytes / 4).replaceAll(/\p{Surrogate}/gu, '?'))
  return { code, value: encoded.ok ? encoded.bytes : new Uint8Array(0) }
}

/** Bytes up to the next multiple of 4. */
export const padded = (byteCount: number): number => (byteCount + 3) & ~3

/** Bytes of options with their end; 0 for none. */
export function optionsByteCount(options: readonly PcapngOption[]): number {
  if (options.length === 0) return 0
  return options.reduce((sum, { value }) => sum + 4 + padded(value.length), 4)
}

/** Writes options and their end at `at`, over zeros; answers what is behind them. */
export function writeOptions(target: Uint8Array, at: number, options: readonly PcapngOption[]): number {
  if (options.length === 0) return at
  let next = at
  for (const { code, value } of options) {
    writeUint16(target, next, code)
    writeUint16(target, next + 2, value.length)
    target.set(value, next + 4)
    next += 4 + padded(value.length)
  }
  return next + 4
}

export function writeUint16(target: Uint8Array, at: number, value: number): void {
  target[at] = value
  target[at + 1] = value >>> 8
}

export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value
  target[at + 1] = value >>> 8
  target[at + 2] = value >>> 16
  target[at + 3] = value >>> 24
}
