import { ByteOrder } from './byte-order.ts'
import { maximumPacketBytes, type FileDamage, type PacketFileVisitor } from './file-packet.ts'
import { readComments, readTimestampScale, type TimestampScale } from './pcapng-options.ts'
import type { StreamBuffer } from './stream-buffer.ts'

/** The first four bytes of a pcapng file, the same in both byte orders. */
export const sectionHeaderType = 0x0a0d0d0a
const byteOrderMagic = 0x1a2b3c4d

const blockType = {
  interfaceDescription: 1,
  /** The obsolete one before the enhanced packet block. */
  packet: 2,
  simplePacket: 3,
  enhancedPacket: 6,
  decryptionSecrets: 10,
} as const

/** Bytes around the body of a block: type and length before it, the length again behind it. */
const frameBytes = 12
const headBytes = 8
const maximumInterfaces = 65_536

interface CaptureInterface {
  readonly linkType: number
  /** Most bytes kept of a packet; 0 for all of them. */
  readonly greatestLength: number
  readonly scale: TimestampScale
}

/**
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng): u32 type, u32 length of all, body, the length again. Each section
 * has its byte order and its interfaces. Blocks without packets are gone past, whatever their length.
 */
export class PcapngReader {
  /** Blocks with the secrets of TLS connections. */
  secretsCount = 0
  /** Comments of packets that have more than are taken. */
  omittedComments = 0
  readonly #buffer: StreamBuffer
  readonly #visitor: PacketFileVisitor
  #order = new ByteOrder(true)
  #interfaces: CaptureInterface[] = []
  /** Bytes of the block being gone past. */
  #skipBytes = 0

  constructor(buffer: StreamBuffer, visitor: PacketFileVisitor) {
    this.#buffer = buffer
    this.#visitor = visitor
  }

  /** The file ends here in the middle of a block. */
  get isWithinBlock(): boolean {
    return this.#skipBytes > 0
  }

  /** Gives all packets that are there whole; tells damage. */
  read(): FileDamage | null {
    for (;;) {
      this.#skipBytes -= this.#buffer.skip(this.#skipBytes)
      if (this.#skipBytes > 0 || this.#buffer.length < frameBytes) return null
      const damage = this.#readBlock()
      if (damage === 'wait') return null
      if (damage !== null) return damage
    }
  }

  #readBlock(): FileDamage | 'wait' | null {
    const offset = this.#buffer.position
    const head = this.#buffer.peek(frameBytes)
    const isSection = this.#order.uint32(head, 0) === sectionHeaderType
    if (isSection && !this.#beginSection(head)) return { offset, reason: 'A section has no byte order.' }
    const type = this.#order.uint32(head, 0)
    const length = this.#order.uint32(head, 4)
    if (length < frameBytes || length % 4 !== 0) return { offset, reason: `A block claims to have ${length} bytes.` }
    if (!isNeeded(type)) {
      if (type === blockType.decryptionSecrets) this.secretsCount++
      this.#skipBytes = length
      return null
    }
    if (length > maximumPacketBytes) return { offset, reason: `A block claims to have ${length} bytes.` }
    if (this.#buffer.length < length) return 'wait'
    const block = this.#buffer.peek(length)
    if (this.#order.uint32(block, length - 4) !== length) {
      return { offset, reason: 'The two lengths of a block differ.' }
    }
    const reason = this.#readBody(type, block.subarray(headBytes, length - 4))
    if (reason !== null) return { offset, reason }
    this.#buffer.skip(length)
    return null
  }

  #beginSection(head: Uint8Array): boolean {
    const order = [new ByteOrder(true), new ByteOrder(false)].find((one) => one.uint32(head, 8) === byteOrderMagic)
    if (order === undefined) return false
    this.#order = order
    this.#interfaces = []
    return true
  }

  /** Gives a sentence when the body is not understood. */
  #readBody(type: number, body: Uint8Array): string | null {
    switch (type) {
      case blockType.interfaceDescription:
        return this.#addInterface(body)
      case blockType.packet:
        return this.#readPacket(body, this.#order.uint16(body, 0))
      case blockType.enhancedPacket:
        return this.#readPacket(body, this.#order.uint32(body, 0))
      default:
        return this.#readSimplePacket(body)
    }
  }

  #addInterface(body: Uint8Array): string | null {
    if (body.length < 8) return 'The description of an interface is too short.'
    if (this.#interfaces.length === maximumInterfaces) return `It has more than ${maximumInterfaces} interfaces.`
    this.#interfaces.push({
      linkType: this.#order.uint16(body, 0),
      greatestLength: this.#order.uint32(body, 4),
      scale: readTimestampScale(body, 8, this.#order),
    })
    return null
  }

  /** Enhanced and obsolete packet blocks: interface (u32, or u16 and drops), time u32 high and low, two lengths, bytes. */
  #readPacket(body: Uint8Array, interfaceNumber: number): string | null {
    const order = this.#order
    const described = this.#interfaces[interfaceNumber]
    if (body.length < 20) return 'A packet block is too short.'
    if (described === undefined) return `A packet names interface ${interfaceNumber}, which is not described.`
    const capturedLength = order.uint32(body, 12)
    if (capturedLength > body.length - 20)
      return `A packet claims to have ${capturedLength} bytes, more than its block.`
    const ticks = (BigInt(order.uint32(body, 4)) << 32n) | BigInt(order.uint32(body, 8))
    const { numerator, denominator, offsetNs } = described.scale
    const { comments, omittedCount } = readComments(body, 20 + Math.ceil(capturedLength / 4) * 4, order)
    this.omittedComments += omittedCount
    this.#visitor.onPacket({
      timeUnixNs: (ticks * numerator) / denominator + offsetNs,
      linkType: described.linkType,
      bytes: body.subarray(20, 20 + capturedLength),
      originalLength: Math.max(capturedLength, order.uint32(body, 16)),
      comments,
    })
    return null
  }

  /** Original length and bytes, of the first interface, without a time. */
  #readSimplePacket(body: Uint8Array): string | null {
    const described = this.#interfaces[0]
    if (described === undefined) return 'A packet stands before the description of its interface.'
    if (body.length < 4) return 'A packet block is too short.'
    const originalLength = this.#order.uint32(body, 0)
    const greatestLength = described.greatestLength === 0 ? originalLength : described.greatestLength
    const capturedLength = Math.min(originalLength, greatestLength)
    if (capturedLength > body.length - 4) return `A packet claims to have ${capturedLength} bytes, more than its block.`
    const bytes = body.subarray(4, 4 + capturedLength)
    this.#visitor.onPacket({ timeUnixNs: null, linkType: described.linkType, bytes, originalLength, comments: [] })
    return null
  }
}

function isNeeded(type: number): boolean {
  return (
    type === blockType.interfaceDescription ||
    type === blockType.packet ||
    type === blockType.simplePacket ||
    type === blockType.enhancedPacket
  )
}
