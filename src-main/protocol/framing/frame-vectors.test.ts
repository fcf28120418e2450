/** What goes in and which messages come out, one kind after the other, with the regions of bad input. */
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { framingSettings, type FramingSettingsInput } from '../../contract/schemas/framing.ts'
import { formatHex, parseHex } from '../hex/parse-hex.ts'
import { parseEscapedText } from '../text/escapes.ts'
import { decodeFramePayload } from './frame-codec.ts'
import { createFramer } from './framer.ts'
import { parseFramingSpec } from './framing-spec.ts'

const bytesOf = (hex: string): Uint8Array => {
  const parsed = parseHex(hex)
  if (!parsed.ok) throw new TypeError(parsed.error.message)
  return parsed.bytes
}
const textBytes = (text: string): Uint8Array => {
  const parsed = parseEscapedText(text)
  if (!parsed.ok) throw new TypeError(parsed.error.message)
  return parsed.bytes
}
const show = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

/** The messages of a stream as text (or hex); a marked region as `code: bytes`. */
function read(input: string | FramingSettingsInput, stream: Uint8Array, present = show): readonly string[] {
  const settings = typeof input === 'string' ? parseFramingSpec(input) : v.parse(framingSettings, input)
  const framer = createFramer(settings)
  const frames = [...framer.acceptChunk(stream, 0), ...framer.end()]
  return frames.map((frame) => {
    if (frame.problem !== null) return `${frame.problem.code}: ${present(stream.subarray(frame.start, frame.end))}`
    const payload = decodeFramePayload(settings, stream.subarray(frame.payloadStart, frame.payloadEnd))
    return payload === null ? 'undecodable' : present(payload)
  })
}
const text = (spec: string | FramingSettingsInput, stream: string): readonly string[] => read(spec, textBytes(stream))
const hex = (spec: string | FramingSettingsInput, stream: string): readonly string[] =>
  read(spec, bytesOf(stream), formatHex)

describe('lines', () => {
  test('LF ends a line, and a CR before it belongs to the line', () => {
    expect(text('lf', 'a\\nb\\r\\n\\nc')).toEqual(['a', 'b\r', '', 'incomplete: c'])
  })

  test('CR LF ends a line; LF alone and CR alone do not', () => {
    expect(text('crlf', 'a\\nb\\r\\n\\rc\\r\\r\\n\\r\\n')).toEqual(['a\nb', '\rc\r', ''])
  })

  test('a line of 65536 bytes is accepted, one of 65537 is marked, and the next line is fine', () => {
    const line = (length: number): string => 'x'.repeat(length)
    const stream = new TextEncoder().encode(`${line(65_536)}\r\n${line(65_537)}\r\nnext\r\n`)
    expect(read('m2', stream)).toEqual([line(65_536), `overrun: ${line(65_536)}`, 'overrun: x\r\n', 'next'])
  })

  test('JSON lines end with LF or CR LF', () => {
    expect(text('json-lines', '{"a":1}\\r\\n[2]\\n')).toEqual(['{"a":1}', '[2]'])
  })

  test('the official terminators of ts_tcpip: LF CR and XYZZY', () => {
    expect(text('delimiter:0a0d', 'one\\n\\rtwo\\n\\n\\r')).toEqual(['one', 'two\n'])
    expect(text('delimiter:58595a5a59', 'oneXYZZYtwoXYXYZZY')).toEqual(['one', 'twoXY'])
  })

  test('a kept delimiter belongs to the message', () => {
    expect(text('delimiter:3b,keep', 'a;b;')).toEqual(['a;', 'b;'])
  })

  test('M2 messages, as the real client writes them', () => {
    expect(text('m2', '{"id": "cmd_resetForceOffsets", "sequence_id": 1}\\r\\n{"id": "evt_bare"}\\r\\n')).toEqual([
      '{"id": "cmd_resetForceOffsets", "sequence_id": 1}',
      '{"id": "evt_bare"}',
    ])
  })
})

describe('sizes', () => {
  test('fixed size', () => {
    expect(hex('fixed:2', '01 02 03 04 05')).toEqual(['01 02', '03 04', 'incomplete: 05'])
  })

  test('tcpy: request, response, handler that returns nothing, empty message', () => {
    const request = '83 a1 79 02 a1 78 01 a3 63 6d 64 a3 61 64 64'
    const response = '82 a8 73 6f 6c 75 74 69 6f 6e 03 a7 73 75 63 63 65 73 73 c3'
    expect(hex('tcpy', `0000000f ${request} 00000014 ${response} 00000001 c0 00000000`)).toEqual([
      request,
      response,
      'c0',
      '',
    ])
  })

  test('a stream that ends in mid-message tells how many bytes are missing', () => {
    const settings = parseFramingSpec('tcpy')
    const framer = createFramer(settings)
    framer.acceptChunk(bytesOf('0000000f 83 a1'), 0)
    expect(framer.end().map(({ start, end, problem }) => [start, end, problem])).toEqual([
      [0, 6, { code: 'incomplete', sentence: 'The stream ended in the middle of the message: 13 bytes are missing.' }],
    ])
  })

  test('a bogus length is refused at once, and reading goes on where a length fits', () => {
    const framer = createFramer(parseFramingSpec('tcpy'))
    expect(framer.acceptChunk(textBytes('{"cmd":1}'), 0)).toEqual([])
    expect(framer.carriedBytes).toBe(9)
    const found = framer.acceptChunk(bytesOf('00 00 00 01 c0'), 0)
    expect(found.map(({ start, end, problem }) => [start, end, problem?.code ?? null])).toEqual([
      [0, 9, 'bad-length'],
      [9, 14, null],
    ])
    expect(found[0]?.problem?.sentence).toBe(
      'The length field says 2065851245, which does not fit: the maximum is 67108864 bytes. ' +
        'These bytes were skipped up to the next place where a length fits.',
    )
  })

  test('a long stretch without a length that fits is cut, so that nothing piles up', () => {
    const framer = createFramer(parseFramingSpec('length:u32be,max=100'))
    const regions = framer.acceptChunk(new Uint8Array(200_000).fill(0xff), 0)
    expect(regions.map(({ start, end }) => [start, end])).toEqual([
      [0, 65_536],
      [65_536, 131_072],
      [131_072, 196_608],
    ])
    expect(framer.end().map(({ start, end, problem }) => [start, end, problem?.code])).toEqual([
      [196_608, 200_000, 'bad-length'],
    ])
  })

  test.each([
    ['length:u8', '02 aa bb 00 01 cc', ['aa bb', '', 'cc']],
    ['length:u16be', '00 02 aa bb', ['aa bb']],
    ['length:u16le', '02 00 aa bb', ['aa bb']],
    ['length:u32le', '02 00 00 00 aa bb', ['aa bb']],
    ['length:u64be', '00 00 00 00 00 00 00 02 aa bb', ['aa bb']],
    ['length:u64le', '02 00 00 00 00 00 00 00 aa bb', ['aa bb']],
    ['length:varint', '02 aa bb 80 00 81 00 cc', ['aa bb', '', 'cc']],
    ['length:u16be+2', '00 01 aa c1 c2', ['aa c1 c2']],
    ['length:u8-1', '03 aa bb', ['aa bb']],
    ['length:u16be,counts=frame', '00 04 aa bb', ['aa bb']],
    ['length:u8,before=2,after=1', '01 02 02 ff aa bb', ['aa bb']],
    ['length:u8,before=2,after=1,counts=frame', '01 02 06 ff aa bb', ['aa bb']],
  ])('%s reads %s', (spec, stream, messages) => {
    expect(hex(spec, stream)).toEqual(messages)
  })

  test('a length that does not cover the header it counts', () => {
    expect(hex('length:u16be,counts=frame', '00 00 00 03 aa')).toEqual(['bad-length: 00 00', 'aa'])
  })

  test('a varint of more than ten bytes', () => {
    expect(hex('length:varint,max=100', 'ff'.repeat(11) + '01 aa')).toEqual([`bad-length:${' ff'.repeat(11)}`, 'aa'])
  })
})

describe('markers', () => {
  test('start and end; what stands outside is marked', () => {
    expect(hex('markers:02,03', '09 02 41 03 02 03 41')).toEqual(['stray-bytes: 09', '41', '', 'stray-bytes: 41'])
  })

  test('without an escape a start marker in a message is content', () => {
    expect(hex('markers:02,03', '02 02 41 03')).toEqual(['02 41'])
  })

  test('an escape makes the next byte content; a start marker in mid-message begins a new one', () => {
    expect(hex('markers:02,03,escape=1b', '02 1b 03 1b 1b 03 02 41 02 42 03')).toEqual([
      '03 1b',
      'missing-end: 02 41',
      '42',
    ])
  })

  test('DLE STX and DLE ETX with doubled DLE', () => {
    const spec = 'markers:1002,1003,escape=10'
    expect(hex(spec, '10 02 41 10 10 03 10 03')).toEqual(['41 10 03'])
    expect(hex(spec, '10 02 41 10 05 42 10 03 10 02 43 10 03')).toEqual(['bad-escape: 10 02 41 10 05 42 10 03', '43'])
    expect(hex(spec, '10 02 41 10 02 42 10 03')).toEqual(['missing-end: 10 02 41', '42'])
  })

  test('HDLC: shared flags, exclusive-or escapes, and the abort sequence', () => {
    const spec = 'markers:7e,7e,escape=7d,xor=20'
    expect(hex(spec, '7e 41 7e 42 7e 7e 7d 5e 7d 5d 7e 43 7d 7e 44 7e')).toEqual([
      '41',
      '42',
      '7e 7d',
      'bad-escape: 43 7d 7e',
      '44',
    ])
  })

  test('a message of exactly the maximum is whole, also before a marker of two bytes', () => {
    expect(hex('markers:0202,0303,max=2', '02 02 41 42 03 03')).toEqual(['41 42'])
    expect(hex('markers:1002,1003,escape=10,max=2', '10 02 41 42 10 03')).toEqual(['41 42'])
  })

  test('a message longer than the maximum is marked up to its end', () => {
    expect(hex('markers:02,03,max=2', '02 41 42 03 02 41 42 43 44 45 03 02 41 03')).toEqual([
      '41 42',
      'overrun: 02 41 42',
      'overrun: 43 44',
      'overrun: 45 03',
      '41',
    ])
  })
})

describe('stuffed', () => {
  test('SLIP: RFC 1055 with ENDs at both sides', () => {
    expect(hex('slip', 'c0 41 c0 c0 db dc db dd c0 42 c0')).toEqual(['41', 'c0 db', '42'])
  })

  test('SLIP: a broken escape marks its message only', () => {
    expect(hex('slip', 'c0 41 db 42 c0 43 c0 44 db c0 45 c0')).toEqual([
      'bad-escape: c0 41 db 42 c0',
      '43',
      'bad-escape: 44 db c0',
      '45',
    ])
  })

  test('SLIP: too long, then the next message', () => {
    expect(hex('slip,max=2', '41 42 43 c0 44 c0')).toEqual(['overrun: 41 42', 'overrun: 43 c0', '44'])
  })

  test('COBS: the examples of the paper, and a code that points too far', () => {
    expect(hex('cobs', '01 00 01 01 00 03 11 22 02 33 00 05 11 00 02 44 00')).toEqual([
      '',
      '00',
      '11 22 00 33',
      'bad-code: 05 11 00',
      '44',
    ])
  })
})

describe('documents', () => {
  test('JSON back to back, with and without white space', () => {
    expect(text('json', '{"a":"}"}[1,[2]] "x\\\\"y" 12 true{}\\x1e-1.5e3\\n')).toEqual([
      '{"a":"}"}',
      '[1,[2]]',
      '"x\\"y"',
      '12',
      'true',
      '{}',
      '-1.5e3',
    ])
  })

  test('JSON: a number ends at the end of the stream, an open bracket does not', () => {
    expect(text('json', '12')).toEqual(['12'])
    expect(text('json', ' {"a"')).toEqual(['incomplete:  {"a"'])
    expect(text('json', '{} \\n')).toEqual(['{}'])
  })

  test('JSON: what begins no document is skipped to the next bracket or line', () => {
    expect(text('json', 'xyz {"a":1}, [2]\\n?? 1\\n 2')).toEqual([
      'stray-bytes: xyz ',
      '{"a":1}',
      'stray-bytes: , ',
      '[2]',
      'stray-bytes: \n?? 1\n',
      '2',
    ])
  })

  test('JSON: a raw line end in a string, and a document that is too long', () => {
    expect(text('json', '{"a": "x\\n{"b":1}')).toEqual(['bad-content: {"a": "x\n', '{"b":1}'])
    expect(text('json,max=8', '{"a":1}"1234567890"\\n 12345678 {}')).toEqual([
      '{"a":1}',
      'overrun: "1234567',
      'overrun: 890"\n',
      '12345678',
      '{}',
    ])
  })

  test('MessagePack: every family of types', () => {
    const objects = [
      '01',
      'ff',
      'c0',
      'c3',
      'a3 61 62 63',
      '92 01 91 02',
      '82 a1 78 01 a1 79 02',
      'cb 3f f8 00 00 00 00 00 00',
      'ca 00 00 00 00',
      'cc ff',
      'cd ff ff',
      'd3 80 00 00 00 00 00 00 00',
      'd9 01 61',
      'da 00 02 61 62',
      'db 00 00 00 01 61',
      'c4 02 00 01',
      'c5 00 01 00',
      'c6 00 00 00 00',
      'd4 01 00',
      'd8 01' + ' 00'.repeat(16),
      'c7 02 05 00 01',
      'c8 00 00 05',
      'c9 00 00 00 01 05 00',
      'dc 00 01 c0',
      'dd 00 00 00 02 01 02',
      'de 00 01 01 02',
      'df 00 00 00 00',
      '90',
      '80',
      'a0',
    ]
    expect(hex('msgpack', objects.join(' '))).toEqual(objects)
  })

  test('MessagePack: c1, a length over the maximum, and an early end', () => {
    expect(hex('msgpack,max=100', '92 01 c1 05 c6 00 00 01 00 06 a3 61')).toEqual([
      'bad-content: 92 01 c1',
      '05',
      'overrun: c6 00 00 01 00',
      '06',
      'incomplete: a3 61',
    ])
  })
})

describe('headers with Content-Length', () => {
  test('in any case and order, with other lines and any white space around the number', () => {
    const header = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\\r\\ncontent-length:   7 \\r\\n\\r\\n'
    expect(
      text('content-length', `${header}{"a":1}Content-Length: 0\\r\\n\\r\\nCONTENT-LENGTH:2\\r\\n\\r\\n\\r\\n`),
    ).toEqual(['{"a":1}', '', '\r\n'])
  })

  test.each([
    ['log line\\n'],
    ['{"no": "header"}\\r\\n'],
    ['Content-Length: 2\\n\\n{}'],
    ['Content-Length: x\\r\\n\\r\\n'],
    ['Content-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\n{}'],
    ['Content-Type: x\\r\\n\\r\\n{}'],
    ['Content-Length: 1234567890123456\\r\\n\\r\\n'],
    ['Content-Length: 101\\r\\n\\r\\n'],
  ])('%s is passed over up to the next header', (noise) => {
    const frames = text('content-length,max=100', `${noise}Content-Length: 4\\r\\n\\r\\nnext`)
    expect(frames.at(-1)).toBe('next')
    expect(frames.slice(0, -1).every((frame) => frame.startsWith('bad-length: '))).toBe(true)
    expect(
      frames
        .slice(0, -1)
        .map((frame) => frame.slice('bad-length: '.length))
        .join(''),
    ).toBe(show(textBytes(noise)))
  })

  test('a header of 8192 bytes is read, a longer one is not', () => {
    const header = (length: number): string => `A: ${'x'.repeat(length - 26)}\\r\\nContent-Length: 1\\r\\n\\r\\n`
    expect(textBytes(header(8192))).toHaveLength(8192)
    expect(text('content-length', `${header(8192)}y`)).toEqual(['y'])
    expect(text('content-length', `${header(8193)}y`)[0]).toMatch(/^bad-length: /)
  })

  test('the end in the header, and in the content with the bytes that are missing', () => {
    expect(text('content-length', 'Content-Len')).toEqual(['incomplete: Content-Len'])
    const framer = createFramer(parseFramingSpec('content-length'))
    framer.acceptChunk(textBytes('Content-Length: 9\\r\\n\\r\\nfour'), 0)
    expect(framer.end().map(({ problem }) => problem?.sentence)).toEqual([
      'The stream ended in the middle of the message: 5 bytes are missing.',
    ])
  })

  test('the sentences name the length and the maximum', () => {
    const framer = createFramer(parseFramingSpec('content-length,max=5'))
    const frames = framer.acceptChunk(textBytes('xx: \\nContent-Length: 6\\r\\n\\r\\nContent-Length: 0\\r\\n\\r\\n'), 0)
    expect(frames.map(({ problem }) => problem?.sentence)).toEqual([
      'A header of lines with a Content-Length and an empty line should stand here. These bytes were skipped up to the next Content-Length.',
      'The header announces 6 bytes; the maximum is 5. These bytes were skipped up to the next Content-Length.',
      undefined,
    ])
  })
})

test('idle gap: what comes together is a message, and an empty chunk tells the time', () => {
  const framer = createFramer(parseFramingSpec('idle:20'))
  const ends = (milliseconds: number, ...bytes: number[]): readonly number[] =>
    framer.acceptChunk(Uint8Array.from(bytes), milliseconds * 1e6).map(({ end }) => end)
  expect([ends(0, 1, 2), ends(19.9, 3), ends(39.9, 4), ends(50), ends(59.9), ends(70, 5), framer.end()]).toMatchObject([
    [],
    [],
    [3],
    [],
    [4],
    [],
    [{ start: 4, end: 5, problem: null }],
  ])
})
