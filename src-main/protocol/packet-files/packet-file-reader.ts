import type { FileDamage, PacketFileVisitor } from './file-packet.ts'
import { pcapHeaderBytes, PcapReader, pcapVariantOf } from './pcap-reader.ts'
import { PcapngReader, sectionHeaderType } from './pcapng-reader.ts'
import { networkOrder } from './byte-order.ts'
import { StreamBuffer } from './stream-buffer.ts'

/** Which packet file begins with these bytes (at least four); null for none. */
export function packetFormatOf(beginning: Uint8Array): 'pcap' | 'pcapng' | null {
  if (beginning.length < 4) return null
  if (networkOrder.uint32(beginning, 0) === sectionHeaderType) return 'pcapng'
  return pcapVariantOf(beginning) === null ? null : 'pcap'
}

/**
 * Takes the bytes of a pcap or pcapng file in pieces of any size and gives its packets. Where the file is damaged it stops:
 * `damage` tells where and why, and what follows is not looked at.
 */
export class PacketFileReader {
  readonly #buffer = new StreamBuffer()
  readonly #visitor: PacketFileVisitor
  #reader: PcapReader | PcapngReader | null = null
  #damage: FileDamage | null = null

  constructor(visitor: PacketFileVisitor) {
    this.#visitor = visitor
  }

  get damage(): FileDamage | null {
    return this.#damage
  }

  /** Blocks of the file with the secrets of TLS connections. */
  get secretsCount(): number {
    return this.#reader instanceof PcapngReader ? this.#reader.secretsCount : 0
  }

  /** Comments of packets that have more than are taken. */
  get omittedComments(): number {
    return this.#reader instanceof PcapngReader ? this.#reader.omittedComments : 0
  }

  acceptChunk(bytes: Uint8Array): void {
    if (this.#damage !== null) return
    this.#buffer.append(bytes)
    this.#reader ??= this.#begin()
    this.#damage ??= this.#reader?.read() ?? null
  }

  /** The file ends. A last packet that is not there whole is damage. */
  finish(): void {
    if (this.#damage !== null) return
    const isWithinBlock = this.#reader instanceof PcapngReader && this.#reader.isWithinBlock
    if (this.#reader === null || this.#buffer.length > 0 || isWithinBlock) {
      this.#damage = { offset: this.#buffer.position, reason: 'It ends in the middle of a packet.' }
    }
  }

  #begin(): PcapReader | PcapngReader | null {
    if (this.#buffer.length < pcapHeaderBytes) return null
    const beginning = this.#buffer.peek(4)
    if (packetFormatOf(beginning) === 'pcapng') return new PcapngReader(this.#buffer, this.#visitor)
    const variant = pcapVariantOf(beginning)
    if (variant !== null) return new PcapReader(this.#buffer, this.#visitor, variant)
    this.#damage = { offset: 0, reason: 'It does not begin like a packet file.' }
    return null
  }
}
