import { ByteOrder } from './byte-order.ts'
import { maximumPacketBytes, type FileDamage, type PacketFileVisitor } from './file-packet.ts'
import type { StreamBuffer } from './stream-buffer.ts'

/** Bytes of the file header: magic, version, two that are not used, greatest length, link type. */
export const pcapHeaderBytes = 24
const recordHeaderBytes = 16
/** The variant of a patched libpcap has interface, protocol and packet type behind each record header. */
const extraBytesOfModified = 8

interface PcapVariant {
  readonly littleEndian: boolean
  /** Nanoseconds in a unit of the fraction. */
  readonly fractionNs: bigint
  readonly extraBytes: number
}

const variants: ReadonlyMap<string, PcapVariant> = new Map([
  ['a1b2c3d4', { littleEndian: false, fractionNs: 1000n, extraBytes: 0 }],
  ['d4c3b2a1', { littleEndian: true, fractionNs: 1000n, extraBytes: 0 }],
  ['a1b23c4d', { littleEndian: false, fractionNs: 1n, extraBytes: 0 }],
  ['4d3cb2a1', { littleEndian: true, fractionNs: 1n, extraBytes: 0 }],
  ['a1b2cd34', { littleEndian: false, fractionNs: 1000n, extraBytes: extraBytesOfModified }],
  ['34cdb2a1', { littleEndian: true, fractionNs: 1000n, extraBytes: extraBytesOfModified }],
])

/** The variant that a file beginning with these bytes is, or null when it is no pcap file. */
export function pcapVariantOf(beginning: Uint8Array): PcapVariant | null {
  const magic = Array.from(beginning.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return variants.get(magic) ?? null
}

/**
 * The records of a pcap file (draft-ietf-opsawg-pcap): seconds and fraction u32, captured and original length u32, the
 * bytes.
 */
export class PcapReader {
  readonly #buffer: StreamBuffer
  readonly #visitor: PacketFileVisitor
  readonly #variant: PcapVariant
  readonly #order: ByteOrder
  readonly #linkType: number

  /** Takes the file header from the buffer, where it must stand whole. */
  constructor(buffer: StreamBuffer, visitor: PacketFileVisitor, variant: PcapVariant) {
    this.#buffer = buffer
    this.#visitor = visitor
    this.#variant = variant
    this.#order = new ByteOrder(variant.littleEndian)
    // The upper bits tell the length of a checksum behind each packet, which IP ignores.
    this.#linkType = this.#order.uint32(buffer.peek(pcapHeaderBytes), 20) & 0xffff
    buffer.skip(pcapHeaderBytes)
  }

  /** Gives all packets that are there whole; tells damage. */
  read(): FileDamage | null {
    const headerBytes = recordHeaderBytes + this.#variant.extraBytes
    while (this.#buffer.length >= headerBytes) {
      const order = this.#order
      const header = this.#buffer.peek(headerBytes)
      const capturedLength = order.uint32(header, 8)
      if (capturedLength > maximumPacketBytes) {
        return { offset: this.#buffer.position, reason: `A packet claims to have ${capturedLength} bytes.` }
      }
      if (this.#buffer.length < headerBytes + capturedLength) return null
      const timeUnixNs =
        BigInt(order.uint32(header, 0)) * 1_000_000_000n + BigInt(order.uint32(header, 4)) * this.#variant.fractionNs
      this.#visitor.onPacket({
        timeUnixNs,
        linkType: this.#linkType,
        bytes: this.#buffer.peek(headerBytes + capturedLength).subarray(headerBytes),
        originalLength: Math.max(capturedLength, order.uint32(header, 12)),
        comments: [],
      })
      this.#buffer.skip(headerBytes + capturedLength)
    }
    return null
  }
}
