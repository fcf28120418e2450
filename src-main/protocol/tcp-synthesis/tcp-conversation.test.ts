import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Direction } from '../../contract/schemas/common.ts'
import { addressBytes } from './address-bytes.ts'
import { PacketMemory } from './packet-memory.ts'
import { TcpConversation, type PacketTarget } from './tcp-conversation.ts'
import { readPacket, reassemble, type ReadPacket } from './testing/read-packets.ts'

/** Keeps every packet. */
class KeptPackets implements PacketTarget {
  readonly memory = new PacketMemory(80_000)
  readonly packets: ReadPacket[] = []
  readonly comments: (readonly string[])[] = []
  #packetBytes = 0

  begin(_timeNs: number, _direction: Direction, packetBytes: number, comments: readonly string[]): number {
    // What was there before must not count.
    this.memory.bytes.fill(0xa5)
    this.memory.bytes.fill(0, 8 + packetBytes, 12 + packetBytes)
    this.#packetBytes = packetBytes
    this.comments.push(comments)
    return 8
  }

  end(): void {
    this.packets.push(readPacket(this.memory.bytes.slice(8, 8 + this.#packetBytes)))
  }
}

const address = (text: string): Uint8Array => addressBytes(text) ?? new Uint8Array(0)
const endsOf = (local: string, remote: string) => ({
  local: { address: address(local), port: 40_000 },
  remote: { address: address(remote), port: 502 },
})
const loopback = endsOf('127.0.0.1', '127.0.0.1')
const network = endsOf('2001:db8::1', '2001:db8::2')

function conversation(ends = loopback, initialSequence = { sent: 100, received: 900 }) {
  const target = new KeptPackets()
  return { target, talk: new TcpConversation({ ends, target, initialSequence }) }
}

function send(talk: TcpConversation, direction: Direction, bytes: Uint8Array): void {
  talk.beginChunk(0, direction, bytes.length)
  talk.fillChunk(bytes, 0, bytes.length)
}

const line = ({ source, sequence, acknowledgment, flags, payload }: ReadPacket) =>
  `${source.endsWith(':502') ? '<' : '>'} ${flags.toString(2).padStart(5, '0')} ${sequence} ${acknowledgment} ${payload.length}`

describe('the packets of a connection', () => {
  it('are those of RFC 9293: handshake, data with acknowledgments, both sides closing', () => {
    const { talk, target } = conversation()
    talk.comments.push('Connected.')
    talk.open(0, 'sent')
    send(talk, 'sent', new Uint8Array(5))
    send(talk, 'received', new Uint8Array(7))
    talk.finish(0, 'received')
    talk.finish(0, 'sent')
    talk.finish(0, 'sent')
    expect(target.packets.map(line)).toEqual([
      '> 00010 100 0 0',
      '< 10010 900 101 0',
      '> 10000 101 901 0',
      '> 11000 101 901 5',
      '< 10000 901 106 0',
      '< 11000 901 106 7',
      '> 10000 106 908 0',
      '< 10001 908 106 0',
      '> 10000 106 909 0',
      '> 10001 106 909 0',
      '< 10000 909 107 0',
    ])
    expect(target.comments.map((comments) => comments.join())).toEqual(['Connected.', ...Array<string>(10).fill('')])
  })

  it('begin with the peer where it opened the connection, and end with RST', () => {
    const { talk, target } = conversation()
    talk.open(0, 'received')
    talk.reset(0, 'received')
    expect(target.packets.map(line)).toEqual([
      '< 00010 900 0 0',
      '> 10010 100 901 0',
      '< 10000 901 101 0',
      '< 10100 901 101 0',
    ])
  })

  it('are cut to what fits: the largest IP packet on loopback, Ethernet elsewhere', () => {
    const lengths = [loopback, endsOf('10.0.0.1', '10.0.0.2'), network, endsOf('::1', '::1')].map((ends) => {
      const { talk, target } = conversation(ends)
      talk.open(0, 'sent')
      send(talk, 'sent', new Uint8Array(65_536))
      const segments = target.packets.filter(({ payload }) => payload.length > 0)
      return [segments[0]?.payload.length, segments.length, segments.filter(({ flags }) => (flags & 8) !== 0).length]
    })
    expect(lengths).toEqual([
      [65_495, 2, 1],
      [1460, 45, 1],
      [1440, 46, 1],
      [65_475, 2, 1],
    ])
  })

  it('leave the numbers of missing bytes out', () => {
    const { talk, target } = conversation()
    talk.open(0, 'sent')
    talk.skip('received', 1000)
    send(talk, 'received', Uint8Array.of(1))
    expect(target.packets.slice(3).map(line)).toEqual(['< 11000 1901 101 1', '> 10000 101 1902 0'])
  })
})

const anyAction = fc.record({
  direction: fc.constantFrom<Direction>('sent', 'received'),
  bytes: fc.oneof(
    { weight: 5, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 50 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 140_000 }), fc.nat(255))
        .map(([length, seed]) => Uint8Array.from({ length }, (_, at) => (at * 7 + seed + (at >>> 8)) & 0xff)),
    },
  ),
  cut: fc.double({ min: 0, max: 1, noNaN: true }),
})

describe('any chunks', () => {
  it.each([
    ['IPv4', loopback, { sent: 1, received: 2 }],
    ['IPv6', network, { sent: 0xffff_fff0, received: 0xffff_0000 }],
    ['IPv4 near the end of the numbers', endsOf('10.1.2.3', '10.9.8.7'), { sent: 0xffff_ffff, received: 0xffff_fff8 }],
  ])('come back from their packets, over %s', (_name, ends, initialSequence) => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 12 }), (actions) => {
        const { talk, target } = conversation(ends, initialSequence)
        talk.open(0, 'sent')
        for (const { direction, bytes, cut } of actions) {
          const middle = Math.floor(bytes.length * cut)
          talk.beginChunk(0, direction, bytes.length)
          talk.fillChunk(bytes, 0, middle)
          talk.fillChunk(bytes, middle, bytes.length)
        }
        talk.finish(0, 'received')
        talk.finish(0, 'sent')
        const [first] = target.packets
        const local = first?.source ?? ''
        const remote = first?.destination ?? ''
        const all = (direction: Direction) => actions.filter((action) => action.direction === direction)
        expect(
          Buffer.compare(reassemble(target.packets, local), Buffer.concat(all('sent').map(({ bytes }) => bytes))),
        ).toBe(0)
        expect(
          Buffer.compare(reassemble(target.packets, remote), Buffer.concat(all('received').map(({ bytes }) => bytes))),
        ).toBe(0)
      }),
      { seed: 20_261_201, numRuns: 60 },
    )
  })

  it('go on behind 4 GiB: numbers begin again at 0', () => {
    const { talk, target } = conversation(loopback, { sent: 0, received: 0 })
    talk.open(0, 'sent')
    // As after 4 GiB and some bytes, without sending them.
    for (let at = 0; at < 4; at++) talk.skip('sent', 0x4000_0000)
    talk.skip('sent', 0xffff_fff0)
    send(talk, 'sent', new Uint8Array(32))
    expect(target.packets.slice(3).map(line)).toEqual(['> 11000 4294967281 1 32', '< 10000 1 17 0'])
  })
})

describe('addresses', () => {
  it('are read as RFC 4291 writes them', () => {
    const read = (text: string) => addressBytes(text)?.join('.') ?? null
    expect(
      ['10.0.0.255', '::', '::1', 'fe80::1%eth0', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '2001:db8::a:0'].map(read),
    ).toEqual([
      '10.0.0.255',
      '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0',
      '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1',
      '254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1',
      '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8',
      '10.0.0.1',
      '32.1.13.184.0.0.0.0.0.0.0.0.0.10.0.0',
    ])
    expect(
      ['', '10.0.0', '10.0.0.256', '1::2::3', '1:2:3', ':::', 'host', '1:2:3:4:5:6:7:8:9', '12345::'].map(read),
    ).toEqual(Array(9).fill(null))
  })
})
