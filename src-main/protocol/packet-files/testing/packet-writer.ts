/** Joins pieces of bytes. */
export function joined(...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]))
}

/** A number of `byteCount` bytes. */
export function number(value: number | bigint, byteCount: number, littleEndian = false): Uint8Array {
  const bytes = Array.from({ length: byteCount }, (_value, index) =>
    Number((BigInt(value) >> BigInt(8 * (byteCount - 1 - index))) & 0xffn),
  )
  return new Uint8Array(littleEndian ? bytes.reverse() : bytes)
}

export interface TcpPacketOptions {
  readonly from?: readonly [readonly number[], number]
  readonly to?: readonly [readonly number[], number]
  readonly sequence?: number
  readonly acknowledgment?: number
  readonly flags?: number
  readonly payload?: Uint8Array
  readonly tcpOptions?: readonly number[]
}

export const clientEnd = [[10, 0, 0, 1], 40_000] as const
export const serverEnd = [[10, 0, 0, 2], 7000] as const

/** A TCP segment with its header. */
export function tcpBytes(options: TcpPacketOptions): Uint8Array {
  const { from = clientEnd, to = serverEnd, sequence = 0, acknowledgment = 0, flags = 0x10 } = options
  const { payload = new Uint8Array(0), tcpOptions = [] } = options
  return joined(
    number(from[1], 2),
    number(to[1], 2),
    number(sequence, 4),
    number(acknowledgment, 4),
    [(5 + tcpOptions.length / 4) << 4, flags, 0xff, 0xff, 0, 0, 0, 0],
    tcpOptions,
    payload,
  )
}

export interface Ipv4Options {
  readonly ipOptions?: readonly number[]
  readonly identification?: number
  /** Flags and offset. */
  readonly fragment?: number
  readonly protocol?: number
}

export function ipv4(
  source: readonly number[],
  target: readonly number[],
  content: Uint8Array,
  options: Ipv4Options = {},
): Uint8Array {
  const { ipOptions = [], identification = 1, fragment = 0, protocol = 6 } = options
  const headerLength = 20 + ipOptions.length
  return joined(
    [0x40 | (headerLength / 4), 0],
    number(headerLength + content.length, 2),
    number(identification, 2),
    number(fragment, 2),
    [64, protocol, 0, 0],
    source,
    target,
    ipOptions,
    content,
  )
}

/** `headers` stand between the IPv6 header and the content; `next` is the number of the first of them. */
export function ipv6(
  source: readonly number[],
  target: readonly number[],
  content: Uint8Array,
  next = 6,
  headers: readonly number[] = [],
): Uint8Array {
  return joined(
    [0x60, 0, 0, 0],
    number(headers.length + content.length, 2),
    [next, 64],
    source,
    target,
    headers,
    content,
  )
}

/** Behind `tags`, each a type and a tag, stands the type of the content. */
export function ethernet(content: Uint8Array, etherType = 0x0800, tags: readonly number[] = []): Uint8Array {
  return joined([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], tags, number(etherType, 2), content)
}

/** A TCP segment in IPv4 in Ethernet. */
export function tcpPacket(options: TcpPacketOptions): Uint8Array {
  const { from = clientEnd, to = serverEnd } = options
  return ethernet(ipv4(from[0], to[0], tcpBytes(options)))
}

export interface PcapOptions {
  readonly magic?: number
  readonly littleEndian?: boolean
  readonly linkType?: number
}

export interface WrittenPacket {
  readonly bytes: Uint8Array
  readonly seconds?: number
  /** In the unit of the file. */
  readonly fraction?: number
  readonly originalLength?: number
}

export function pcapFile(packets: readonly WrittenPacket[], options: PcapOptions = {}): Uint8Array<ArrayBuffer> {
  const { magic = 0xa1b2c3d4, littleEndian = true, linkType = 1 } = options
  const n = (value: number, byteCount: number): Uint8Array => number(value, byteCount, littleEndian)
  const extra = magic === 0xa1b2cd34 ? new Uint8Array(8) : new Uint8Array(0)
  const records = packets.map(({ bytes, seconds = 0, fraction = 0, originalLength = bytes.length }) =>
    joined(n(seconds, 4), n(fraction, 4), n(bytes.length, 4), n(originalLength, 4), extra, bytes),
  )
  return joined(n(magic, 4), n(2, 2), n(4, 2), n(0, 4), n(0, 4), n(262_144, 4), n(linkType, 4), ...records)
}

/** Writes the blocks of a pcapng section in one byte order. */
export class PcapngWriter {
  readonly #littleEndian: boolean

  constructor(littleEndian = true) {
    this.#littleEndian = littleEndian
  }

  n(value: number | bigint, byteCount: number): Uint8Array {
    return number(value, byteCount, this.#littleEndian)
  }

  option(code: number, value: Uint8Array | readonly number[]): Uint8Array {
    return joined(this.n(code, 2), this.n(value.length, 2), padded(value))
  }

  block(type: number, ...body: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
    const content = padded(joined(...body))
    const length = this.n(content.length + 12, 4)
    return joined(this.n(type, 4), length, content, length)
  }

  section(): Uint8Array<ArrayBuffer> {
    return this.block(0x0a0d0d0a, this.n(0x1a2b3c4d, 4), this.n(1, 2), this.n(0, 2), this.n(0xffff_ffff_ffff_ffffn, 8))
  }

  describeInterface(linkType = 1, ...options: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    return this.block(1, this.n(linkType, 2), this.n(0, 2), this.n(0, 4), ...options, this.option(0, []))
  }

  enhanced(ticks: bigint, bytes: Uint8Array, comment = '', interfaceNumber = 0): Uint8Array<ArrayBuffer> {
    const options =
      comment === ''
        ? []
        : [
            this.option(
              1,
              Array.from(comment, (letter) => letter.charCodeAt(0)),
            ),
            this.option(0, []),
          ]
    const times = [this.n(ticks >> 32n, 4), this.n(ticks & 0xffff_ffffn, 4)]
    const lengths = [this.n(bytes.length, 4), this.n(bytes.length, 4)]
    return this.block(6, this.n(interfaceNumber, 4), ...times, ...lengths, padded(bytes), ...options)
  }
}

function padded(bytes: Uint8Array | readonly number[]): Uint8Array {
  return joined(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4))
}
