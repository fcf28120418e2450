import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireMessage } from '../wire.ts'
import { findMessagePackFault, maximumDepth, maximumValues } from './message-pack-check.ts'
import { createWebSocketWire, decodeMessage, encodeMessage, maximumWebSocketMessageBytes } from './websocket-wire.ts'

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    // MessagePack's integers have no negative zero.
    fc.double({ noNaN: true }).map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 20, noNullPrototype: true },
    ),
  ),
})).value

describe('the MessagePack decoder', () => {
  it('gives back every plain value', () => {
    fc.assert(
      fc.property(plain, (request) => {
        const message: WireMessage = { type: 'call', id: 1, command: 'x', request }
        expect(decodeMessage(encodeMessage(message))).toEqual({ ok: true, message })
      }),
    )
  })

  it('leaves out undefined', () => {
    expect(decodeMessage(encodeMessage({ type: 'reply', id: 1, reply: { a: undefined, b: 1 } }))).toEqual({
      ok: true,
      message: { type: 'reply', id: 1, reply: { b: 1 } },
    })
  })

  it('answers any bytes with a value or a reason, never by throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodeMessage(bytes)
        expect(decoded.ok || decoded.reason.startsWith('malformed MessagePack: ')).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('answers every cut and every flipped byte of a real message', () => {
    const bytes = encodeMessage({
      type: 'call',
      id: 70_000,
      command: 'session.send',
      request: { sessionId: 'a'.repeat(300), bytes: new Uint8Array(70_000), list: [1.5, -3, 'x', null, true] },
    })
    for (let length = 0; length < 400; length += 1) expect(decodeMessage(bytes.subarray(0, length)).ok).toBe(false)
    fc.assert(
      fc.property(fc.nat(399), fc.nat(255), (position, value) => {
        const damaged = bytes.slice()
        damaged[position] = value
        expect(typeof decodeMessage(damaged).ok).toBe('boolean')
      }),
    )
  })

  const bomb = (head: readonly number[], times: number): Uint8Array =>
    Uint8Array.from({ length: head.length * times }, (_, index) => head[index % head.length] ?? 0)

  it.each<[string, Uint8Array, string]>([
    ['nothing at all', new Uint8Array(), 'it ends in the middle, after 0 bytes'],
    [
      'an array of 4 milliard elements',
      Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff, 1),
      'more values are announced than bytes follow byte 5',
    ],
    [
      'nested arrays that each claim what is left',
      bomb([0xdd, 0, 0, 0, 90], 40),
      'more values are announced than bytes follow byte 15',
    ],
    [
      'a text longer than the message',
      Uint8Array.of(0xdb, 0x7f, 0xff, 0xff, 0xff, 0x41),
      'a value reaches beyond the end, byte 6',
    ],
    ['deep nesting', Uint8Array.of(...bomb([0x91], 60), 0), `it is nested deeper than ${maximumDepth}`],
    ['a second value', Uint8Array.of(1, 2), '1 bytes follow its end'],
    ['the type that does not exist', Uint8Array.of(0xc1), 'the byte at 0 begins no value that is allowed or whole'],
    ['an extension', Uint8Array.of(0xd4, 1, 1), 'the byte at 0 begins no value that is allowed or whole'],
    ['a map key that is a list', Uint8Array.of(0x81, 0x90, 1), 'The type of key must be string or number but object'],
    [
      'the key __proto__',
      Uint8Array.of(0x81, 0xa9, ...Buffer.from('__proto__'), 0x80),
      'The key __proto__ is not allowed',
    ],
  ])('refuses %s', (_title, bytes, reason) => {
    expect(decodeMessage(bytes)).toEqual({ ok: false, reason: `malformed MessagePack: ${reason}` })
  })

  it('refuses too many values, however small', () => {
    const bytes = new Uint8Array(maximumValues + 5)
    const count = maximumValues
    bytes.set([0xdd, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff])
    expect(findMessagePackFault(bytes)).toBe(`it holds more than ${maximumValues} values`)
  })

  it('agrees with the encoder on every head', () => {
    const values = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32, -1, -32, -33, -129, -40_000, -(2 ** 40), 0.5]
    const lengths = [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536]
    const all = [
      values,
      lengths.map((length) => 'x'.repeat(length)),
      lengths.map((length) => new Uint8Array(length)),
      lengths.map((length) => new Array<null>(length).fill(null)),
      lengths.map((length) => Object.fromEntries(Array.from({ length }, (_, key) => [key, 0]))),
    ]
    expect(findMessagePackFault(encode(all))).toBeNull()
  })
})

/** A socket whose other end is the test. */
class ScriptedSocket {
  binaryType = 'blob'
  bufferedAmount = 0
  readonly sent: Uint8Array[] = []
  readonly closes: unknown[][] = []
  #onMessage: ((event: { readonly data: unknown }) => void) | null = null

  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    if (type === 'message') this.#onMessage = listener
  }

  send(data: Uint8Array): void {
    this.sent.push(data)
  }

  close(...reason: unknown[]): void {
    this.closes.push(reason)
  }

  arrive(data: unknown): void {
    this.#onMessage?.({ data })
  }
}

describe('a WebSocket wire', () => {
  it('asks for binary messages and reports what waits in the socket', () => {
    const socket = new ScriptedSocket()
    socket.bufferedAmount = 7
    expect([createWebSocketWire(socket).bufferedBytes, socket.binaryType]).toEqual([7, 'arraybuffer'])
  })

  it.each<[string, unknown, unknown[]]>([
    ['a text message', '{}', [1003, 'not a binary message']],
    [
      'malformed bytes',
      Uint8Array.of(0xc1).buffer,
      [1007, 'malformed MessagePack: the byte at 0 begins no value that is allowed or whole'],
    ],
    [
      'too large a message',
      new ArrayBuffer(maximumWebSocketMessageBytes + 1),
      [1009, `more than ${maximumWebSocketMessageBytes} bytes`],
    ],
  ])('closes with the reason on %s and delivers nothing more', (_title, data, reason) => {
    const socket = new ScriptedSocket()
    const wire = createWebSocketWire(socket)
    const heard: unknown[] = []
    wire.onMessage((message) => heard.push(message))
    wire.onClose(() => heard.push('closed'))
    socket.arrive(data)
    socket.arrive(encodeMessage({ type: 'cancel', id: 1 }).buffer)
    expect([heard, socket.closes]).toEqual([['closed'], [reason]])
  })

  it('refuses to send more than fits into one message, and stays open', () => {
    const socket = new ScriptedSocket()
    const wire = createWebSocketWire(socket)
    const request = new Uint8Array(maximumWebSocketMessageBytes)
    expect(() => wire.send({ type: 'call', id: 1, command: 'x', request })).toThrow('at most 33554432 are allowed')
    wire.send({ type: 'cancel', id: 1 })
    expect([socket.sent.length, socket.closes]).toEqual([1, []])
  })
})
