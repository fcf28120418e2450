/**
 * Cyclic redundancy checks of 8, 16 and 32 bits in the parameters of Williams' "A Painless Guide to CRC" (the model of
 * the RevEng catalogue): width, polynomial, initial value, reflection and final exclusive-or.
 */
export interface CrcParameters {
  /** Name of the RevEng catalogue, for example `CRC-16/MODBUS`. */
  readonly name: string
  readonly widthBits: 8 | 16 | 32
  /** Normal (not reflected) form without the top bit. */
  readonly polynomial: number
  readonly initial: number
  /** Bits of every byte and of the result are taken lowest first. */
  readonly reflected: boolean
  readonly finalXor: number
}

/** The variants that protocols use most. */
export const crcVariants: readonly CrcParameters[] = [
  { name: 'CRC-8', widthBits: 8, polynomial: 0x07, initial: 0, reflected: false, finalXor: 0 },
  { name: 'CRC-8/MAXIM', widthBits: 8, polynomial: 0x31, initial: 0, reflected: true, finalXor: 0 },
  {
    name: 'CRC-16/CCITT-FALSE',
    widthBits: 16,
    polynomial: 0x1021,
    initial: 0xffff,
    reflected: false,
    finalXor: 0,
  },
  { name: 'CRC-16/MODBUS', widthBits: 16, polynomial: 0x8005, initial: 0xffff, reflected: true, finalXor: 0 },
  { name: 'CRC-16/XMODEM', widthBits: 16, polynomial: 0x1021, initial: 0, reflected: false, finalXor: 0 },
  { name: 'CRC-16/KERMIT', widthBits: 16, polynomial: 0x1021, initial: 0, reflected: true, finalXor: 0 },
  { name: 'CRC-16/ARC', widthBits: 16, polynomial: 0x8005, initial: 0, reflected: true, finalXor: 0 },
  {
    name: 'CRC-32',
    widthBits: 32,
    polynomial: 0x04c11db7,
    initial: 0xffffffff,
    reflected: true,
    finalXor: 0xffffffff,
  },
  {
    name: 'CRC-32C',
    widthBits: 32,
    polynomial: 0x1edc6f41,
    initial: 0xffffffff,
    reflected: true,
    finalXor: 0xffffffff,
  },
]

/** A function that computes the check of any bytes, as an unsigned number. The table is built once, here. */
export function createCrc(parameters: CrcParameters): (bytes: Uint8Array) => number {
  return parameters.reflected ? createReflected(parameters) : createStraight(parameters)
}

function createReflected({ widthBits, polynomial, initial, finalXor }: CrcParameters): (bytes: Uint8Array) => number {
  const reversed = reverseBits(polynomial, widthBits)
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ reversed : value >>> 1
    return value
  })
  const begin = reverseBits(initial, widthBits)
  return (bytes) => {
    let value = begin
    for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0)
    return (value ^ finalXor) >>> 0
  }
}

/** Works in the top bits of 32 whatever the width, so that one loop serves all. */
function createStraight({ widthBits, polynomial, initial, finalXor }: CrcParameters): (bytes: Uint8Array) => number {
  const shift = 32 - widthBits
  const aligned = polynomial << shift
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte << 24
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ aligned : value << 1
    return value
  })
  return (bytes) => {
    let value = initial << shift
    for (const byte of bytes) value = (value << 8) ^ (table[((value >>> 24) ^ byte) & 0xff] ?? 0)
    return ((value >>> shift) ^ finalXor) >>> 0
  }
}

function reverseBits(value: number, widthBits: number): number {
  let reversed = 0
  for (let bit = 0; bit < widthBits; bit++) if ((value >>> bit) & 1) reversed |= 1 << (widthBits - 1 - bit)
  return reversed >>> 0
}
