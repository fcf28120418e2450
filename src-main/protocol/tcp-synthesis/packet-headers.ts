import { halfInSum, PacketMemory } from './packet-memory.ts'

/** One end of a connection as packets name it: 4 or 16 bytes of address, and a port. */
export interface PacketEnd {
  readonly address: Uint8Array
  readonly port: number
}

/** Bits of the TCP header, RFC 9293 section 3.1. */
export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const

const ipv4HeaderBytes = 20
const ipv6HeaderBytes = 40
const tcpHeaderBytes = 20
/** Maximum segment size, one byte of filling, window scale. */
const synOptionBytes = 8
/** Largest shift there is, RFC 7323 section 2.3: a gigabyte may be under way. */
const windowScale = 14
const protocolTcp = 6
const timeToLive = 64
const emptyOptions = 0

/** The headers of all packets from one end to the other. */
export class PacketHeaders {
  /** Bytes before the payload. */
  readonly byteCount: number
  /** Most bytes of payload in a packet. */
  readonly maximumSegmentBytes: number
  readonly #ipBytes: number
  readonly #template: Uint8Array
  /** What the pseudo header counts, without its length (RFC 9293 section 3.1, RFC 8200 section 8.1). */
  readonly #pseudoSum: number
  #identification = 0

  /** Both addresses have the same length. */
  constructor(source: PacketEnd, destination: PacketEnd) {
    const isIpv4 = source.address.length === 4
    this.#ipBytes = isIpv4 ? ipv4HeaderBytes : ipv6HeaderBytes
    this.byteCount = this.#ipBytes + tcpHeaderBytes
    this.maximumSegmentBytes = maximumSegment(source.address, destination.address)
    this.#template = isIpv4 ? ipv4Template(source, destination) : ipv6Template(source, destination)
    this.#pseudoSum = pseudoSum(source.address, destination.address)
  }

  /** Bytes of a packet without payload that begins a connection. */
  get synByteCount(): number {
    return this.byteCount + synOptionBytes
  }

  /**
   * Writes the headers at `at`, a multiple of 4, for a payload of so many bytes; checksums are left to `seal`. The packet of a
   * SYN carries options instead of a payload.
   */
  write(
    memory: PacketMemory,
    at: number,
    flags: number,
    sequence: number,
    acknowledgment: number,
    payloadBytes: number,
  ): void {
    memory.bytes.set(this.#template, at)
    const tcpAt = at + this.#ipBytes
    const optionBytes = (flags & tcpFlag.syn) === 0 ? emptyOptions : synOptionBytes
    const tcpBytes = tcpHeaderBytes + optionBytes + payloadBytes
    if (this.#ipBytes === ipv4HeaderBytes) {
      memory.writeHalf(at + 2, ipv4HeaderBytes + tcpBytes)
      memory.writeHalf(at + 4, this.#identification)
      this.#identification = (this.#identification + 1) & 0xffff
    } else memory.writeHalf(at + 4, tcpBytes)
    memory.writeWord(tcpAt + 4, sequence)
    memory.writeWord(tcpAt + 8, acknowledgment)
    memory.bytes[tcpAt + 12] = ((tcpHeaderBytes + optionBytes) >>> 2) << 4
    memory.bytes[tcpAt + 13] = flags
    if (optionBytes > 0) {
      memory.writeHalf(tcpAt + 20, 0x0204)
      memory.writeHalf(tcpAt + 22, this.maximumSegmentBytes)
      memory.writeWord(tcpAt + 24, 0x01_03_03_00 | windowScale)
    }
  }

  /**
   * Puts the checksums into a packet of `packetBytes` at `at` once its payload is there. Up to the next multiple of 4 it is
   * followed by zeros.
   */
  seal(memory: PacketMemory, at: number, packetBytes: number): void {
    const tcpAt = at + this.#ipBytes
    const tcpBytes = packetBytes - this.#ipBytes
    if (this.#ipBytes === ipv4HeaderBytes) memory.writeChecksum(at + 10, memory.sum(at, tcpAt))
    const sum = this.#pseudoSum + halfInSum(tcpBytes) + memory.sum(tcpAt, tcpAt + ((tcpBytes + 3) & ~3))
    memory.writeChecksum(tcpAt + 16, sum)
  }
}

/**
 * What fits behind the headers: the largest packet there is between addresses of one machine, where no Ethernet is; else
 * what Ethernet carries.
 */
function maximumSegment(source: Uint8Array, destination: Uint8Array): number {
  const headers = (source.length === 4 ? ipv4HeaderBytes : ipv6HeaderBytes) + tcpHeaderBytes
  return (isLoopback(source) && isLoopback(destination) ? 65_535 : 1500) - headers
}

function isLoopback(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 127
  return address.every((byte, at) => byte === (at === 15 ? 1 : 0))
}

/** Version 4, five words, do not fragment (RFC 791 section 3.1). */
function ipv4Template(source: PacketEnd, destination: PacketEnd): Uint8Array {
  const template = new Uint8Array(ipv4HeaderBytes + tcpHeaderBytes)
  template[0] = 0x45
  template[6] = 0x40
  template[8] = timeToLive
  template[9] = protocolTcp
  template.set(source.address, 12)
  template.set(destination.address, 16)
  writePorts(template, ipv4HeaderBytes, source, destination)
  return template
}

/** Version 6, no class, no flow label (RFC 8200 section 3). */
function ipv6Template(source: PacketEnd, destination: PacketEnd): Uint8Array {
  const template = new Uint8Array(ipv6HeaderBytes + tcpHeaderBytes)
  template[0] = 0x60
  template[6] = protocolTcp
  template[7] = timeToLive
  template.set(source.address, 8)
  template.set(destination.address, 24)
  writePorts(template, ipv6HeaderBytes, source, destination)
  return template
}

function writePorts(template: Uint8Array, tcpAt: number, source: PacketEnd, destination: PacketEnd): void {
  template.set([source.port >>> 8, source.port, destination.port >>> 8, destination.port], tcpAt)
  // The whole window.
  template.set([0xff, 0xff], tcpAt + 14)
}

function pseudoSum(source: Uint8Array, destination: Uint8Array): number {
  const memory = new PacketMemory(32)
  memory.bytes.set(source)
  memory.bytes.set(destination, source.length)
  return memory.sum(0, 32) + halfInSum(protocolTcp)
}
