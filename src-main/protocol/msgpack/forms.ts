/** The forms in which MessagePack writes values: which there are, how they are called, and which is the shortest. */
import type { ByteBuilder } from '../text/byte-builder.ts'
import type { MessagePackFlavour, MessagePackNode } from './message-pack-node.ts'

const namesFromC0 = [
  ...['nil', 'never used', 'false', 'true', 'bin 8', 'bin 16', 'bin 32', 'ext 8', 'ext 16', 'ext 32'],
  ...['float 32', 'float 64', 'uint 8', 'uint 16', 'uint 32', 'uint 64', 'int 8', 'int 16', 'int 32', 'int 64'],
  ...['fixext 1', 'fixext 2', 'fixext 4', 'fixext 8', 'fixext 16', 'str 8', 'str 16', 'str 32'],
  ...['array 16', 'array 32', 'map 16', 'map 32'],
]

/** The name of a form in the MessagePack specification, by the first byte of a value: `fixmap`, `uint 16`, `str 8` … */
export function messagePackFormName(header: number): string {
  if (header < 0x80) return 'positive fixint'
  if (header < 0x90) return 'fixmap'
  if (header < 0xa0) return 'fixarray'
  if (header < 0xc0) return 'fixstr'
  return namesFromC0[header - 0xc0] ?? 'negative fixint'
}

/** How many bytes after the first one hold the size; 0 when the first says it itself. */
export function sizeFieldBytes(header: number): 0 | 1 | 2 | 4 {
  switch (header) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return 1
    case 0xc5:
    case 0xc8:
    case 0xda:
    case 0xdc:
    case 0xde:
      return 2
    case 0xc6:
    case 0xc9:
    case 0xdb:
    case 0xdd:
    case 0xdf:
      return 4
    default:
      return 0
  }
}

/** The lowest and the highest integer that MessagePack has. */
export const lowestInteger = -(2n ** 63n)
export const highestInteger = 2n ** 64n - 1n

/** First byte of the shortest form of an integer; those from 0 on are unsigned, as all libraries write them. */
export function integerHeader(value: bigint): number {
  if (value >= 0n) {
    if (value < 0x80n) return Number(value)
    if (value < 0x100n) return 0xcc
    if (value < 0x1_0000n) return 0xcd
    return value < 0x1_0000_0000n ? 0xce : 0xcf
  }
  if (value >= -0x20n) return Number(value + 0x100n)
  if (value >= -0x80n) return 0xd0
  if (value >= -0x8000n) return 0xd1
  return value >= -0x8000_0000n ? 0xd2 : 0xd3
}

/** First byte of the shortest form of a string; tcpy has no str 8. */
export function stringHeader(byteCount: number, flavour: MessagePackFlavour): number {
  if (byteCount < 0x20) return 0xa0 | byteCount
  if (byteCount < 0x100 && flavour === 'modern') return 0xd9
  return byteCount < 0x1_0000 ? 0xda : 0xdb
}

/** First byte of the shortest form of binary data. */
export function binaryHeader(byteCount: number): number {
  if (byteCount < 0x100) return 0xc4
  return byteCount < 0x1_0000 ? 0xc5 : 0xc6
}

/** First byte of the shortest form of an array. */
export function arrayHeader(itemCount: number): number {
  if (itemCount < 0x10) return 0x90 | itemCount
  return itemCount < 0x1_0000 ? 0xdc : 0xdd
}

/** First byte of the shortest form of a map. */
export function mapHeader(entryCount: number): number {
  if (entryCount < 0x10) return 0x80 | entryCount
  return entryCount < 0x1_0000 ? 0xde : 0xdf
}

const fixedExtensions: ReadonlyMap<number, number> = new Map([
  [1, 0xd4],
  [2, 0xd5],
  [4, 0xd6],
  [8, 0xd7],
  [16, 0xd8],
])

/** First byte of the shortest form of an extension. */
export function extensionHeader(byteCount: number): number {
  const fixed = fixedExtensions.get(byteCount)
  if (fixed !== undefined) return fixed
  if (byteCount < 0x100) return 0xc7
  return byteCount < 0x1_0000 ? 0xc8 : 0xc9
}

/** A number as so many bytes, the highest first; negative ones in two's complement. */
export function pushBigEndian(value: bigint, byteCount: number, builder: ByteBuilder): void {
  for (let shift = byteCount - 1; shift >= 0; shift--) builder.push(Number((value >> BigInt(shift * 8)) & 0xffn))
}

/** A first byte and, where the form has one, the size field. */
export function pushSized(header: number, size: number, builder: ByteBuilder): void {
  builder.push(header)
  pushBigEndian(BigInt(size), sizeFieldBytes(header), builder)
}

/** True when a text or bytes have less than their header announced, which happens in partial trees only. */
export function isContentCutOff(
  node: Extract<MessagePackNode, { readonly kind: 'string' | 'raw' | 'binary' }>,
): boolean {
  return node.end - node.start < 1 + sizeFieldBytes(node.header) + node.announced
}
