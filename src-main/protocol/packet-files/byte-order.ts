/** Reads numbers in the byte order of a file. */
export class ByteOrder {
  readonly littleEndian: boolean

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian
  }

  uint16(bytes: Uint8Array, at: number): number {
    const first = bytes[at] ?? 0
    const second = bytes[at + 1] ?? 0
    return this.littleEndian ? first | (second << 8) : (first << 8) | second
  }

  uint32(bytes: Uint8Array, at: number): number {
    const low = this.uint16(bytes, this.littleEndian ? at : at + 2)
    const high = this.uint16(bytes, this.littleEndian ? at + 2 : at)
    return high * 0x1_0000 + low
  }

  /** A signed number of 64 bits. */
  int64(bytes: Uint8Array, at: number): bigint {
    const low = this.uint32(bytes, this.littleEndian ? at : at + 4)
    const high = this.uint32(bytes, this.littleEndian ? at + 4 : at)
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))
  }
}

/** As on the wire. */
export const networkOrder = new ByteOrder(false)
export const littleEndianOrder = new ByteOrder(true)
