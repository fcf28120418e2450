import { expect, test } from 'vitest'
import { formatIpAddress } from './ip-address.ts'
import { PacketDecoder } from './packet-decoder.ts'
import { clientEnd, ethernet, ipv4, ipv6, joined, serverEnd, tcpBytes } from './testing/packet-writer.ts'

const payload = new TextEncoder().encode('hello')
const segment = tcpBytes({ sequence: 7, flags: 0x18, payload, tcpOptions: [1, 1, 1, 1] })
const v4 = ipv4(clientEnd[0], serverEnd[0], segment)
const source6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
const target6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
const v6 = ipv6(source6, target6, segment)

function decode(linkType: number, bytes: Uint8Array, originalLength = bytes.length, decoder = new PacketDecoder()) {
  const found = decoder.decode({ timeUnixNs: 0n, linkType, bytes, originalLength, comments: [] })
  if (found === null) return null
  const ends = `${formatIpAddress(found.source)}:${found.sourcePort} ${formatIpAddress(found.destination)}:${found.destinationPort}`
  return [ends, new TextDecoder().decode(found.payload), found.payloadLength]
}

const whole4 = ['10.0.0.1:40000 10.0.0.2:7000', 'hello', 5]
const whole6 = ['fe80::1:40000 2001:db8::2:7000', 'hello', 5]
const cooked = (type: readonly number[]): number[] => [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...type]

test.each([
  ['Ethernet', 1, ethernet(v4), whole4],
  ['Ethernet with padding', 1, joined(ethernet(v4), new Uint8Array(9)), whole4],
  ['802.1Q', 1, ethernet(v4, 0x0800, [0x81, 0, 0, 5]), whole4],
  ['QinQ', 1, ethernet(v6, 0x86dd, [0x88, 0xa8, 0, 5, 0x81, 0, 0, 6]), whole6],
  ['raw IP', 101, v4, whole4],
  ['raw IP of BSD', 12, v6, whole6],
  ['raw IPv4', 228, v4, whole4],
  ['raw IPv6', 229, v6, whole6],
  ['Linux cooked', 113, joined(cooked([8, 0]), v4), whole4],
  ['Linux cooked 2', 276, joined([0x86, 0xdd], new Uint8Array(18), v6), whole6],
  ['BSD loopback, little-endian', 0, joined([2, 0, 0, 0], v4), whole4],
  ['BSD loopback, big-endian', 0, joined([0, 0, 0, 30], v6), whole6],
  ['OpenBSD loopback', 108, joined([0, 0, 0, 2], v4), whole4],
  ['IPv4 with options', 101, ipv4(clientEnd[0], serverEnd[0], segment, { ipOptions: [7, 4, 0, 0] }), whole4],
  [
    'IPv6 with hop-by-hop and routing',
    101,
    ipv6(source6, target6, segment, 0, [43, 0, 0, 0, 0, 0, 0, 0, 6, 1, ...new Array<number>(14).fill(0)]),
    whole6,
  ],
  [
    'IPv6 with an authentication header',
    101,
    ipv6(source6, target6, segment, 51, [6, 1, ...new Array<number>(10).fill(0)]),
    whole6,
  ],
])('%s', (_name, linkType, bytes, expected) => {
  expect(decode(linkType, bytes)).toEqual(expected)
})

test('a packet that was cut tells how long its payload was', () => {
  const bytes = ethernet(v4)
  expect(decode(1, bytes.subarray(0, bytes.length - 3), bytes.length)).toEqual([whole4[0], 'he', 5])
})

test('a length left to the network card is that of the packet, and no header claims more than there was', () => {
  const unfilled = Uint8Array.from(v4)
  unfilled.set([0, 0], 2)
  const boastful = Uint8Array.from(v4)
  boastful.set([0xff, 0xff], 2)
  expect([decode(101, unfilled), decode(101, boastful)]).toEqual([whole4, whole4])
})

test('fragments of IPv4 are put together in any order', () => {
  const decoder = new PacketDecoder()
  const [a, b] = [segment.subarray(0, 16), segment.subarray(16)]
  const fragment = (content: Uint8Array, field: number) =>
    ipv4(clientEnd[0], serverEnd[0], content, { identification: 9, fragment: field })
  expect(decode(101, fragment(b, 2), undefined, decoder)).toBeNull()
  expect(decode(101, fragment(a, 0x2000), undefined, decoder)).toEqual(whole4)
  expect(decode(101, fragment(a, 0x2000), undefined, decoder)).toBeNull()
  expect(decoder.incompleteDatagrams).toBe(1)
})

test('fragments of IPv6 are put together', () => {
  const decoder = new PacketDecoder()
  const fragment = (content: Uint8Array, field: number) =>
    ipv6(source6, target6, content, 44, [6, 0, field >> 8, field & 0xff, 0, 0, 0, 9])
  expect(decode(101, fragment(segment.subarray(0, 16), 1), undefined, decoder)).toBeNull()
  expect(decode(101, fragment(segment.subarray(16), 16), undefined, decoder)).toEqual(whole6)
})

test('many datagrams that stay incomplete are let go of and counted', () => {
  const decoder = new PacketDecoder()
  for (let identification = 0; identification < 100; identification++) {
    const bytes = ipv4(clientEnd[0], serverEnd[0], segment.subarray(0, 16), { identification, fragment: 0x2000 })
    decode(101, bytes, undefined, decoder)
  }
  expect(decoder.incompleteDatagrams).toBe(100)
})

test('everything else is counted by what it is', () => {
  const decoder = new PacketDecoder()
  const udp = ipv4(clientEnd[0], serverEnd[0], segment, { protocol: 17 })
  const results = [
    decode(105, v4, undefined, decoder),
    decode(1, ethernet(v4, 0x0806), undefined, decoder),
    decode(101, udp, undefined, decoder),
    decode(101, v4.subarray(0, 19), 60, decoder),
    decode(101, v4.subarray(0, 30), 60, decoder),
  ]
  const { packetCount, unknownLinkCount, unknownLinkTypes, otherProtocolCount, malformedCount, truncatedCount } =
    decoder
  expect([
    results,
    packetCount,
    unknownLinkCount,
    [...unknownLinkTypes],
    otherProtocolCount,
    malformedCount,
    truncatedCount,
  ]).toEqual([[null, null, null, null, null], 5, 1, [105], 2, 2, 2])
})

test.each([
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '::1'],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], '::'],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4], '::ffff:1.2.3.4'],
  [[0x20, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], '2001:0:1::1:0:1'],
])('%j is %s', (address, text) => {
  expect(formatIpAddress(new Uint8Array(address))).toBe(text)
})
