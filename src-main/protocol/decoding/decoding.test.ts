import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { framingSettings, type FramingSettingsInput } from '../../contract/schemas/framing.ts'
import type { DecoderSettings } from '../../contract/schemas/interpretation.ts'
import { structureDefinition } from '../../contract/schemas/structure.ts'
import { parseHex } from '../hex/parse-hex.ts'
import { chooseDecoder } from './choose-decoder.ts'
import { decodeMessage } from './decode-message.ts'
import type { KnownStructures, MessageContent } from './message-content.ts'
import { summarizeMessage } from './summarize-message.ts'

const telemetry = v.parse(structureDefinition, {
  name: 'Telemetry',
  fields: [
    { name: 'id', type: { kind: 'integer', integer: 'u16' } },
    { name: 'value', type: { kind: 'float', float: 'f32' } },
  ],
})
const structures: KnownStructures = {
  byId: (structureId) => (structureId === 'telemetry' ? telemetry : null),
  byName: () => null,
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
function hex(digits: string): Uint8Array {
  const parsed = parseHex(digits)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.bytes
}

function content(bytes: Uint8Array, framing: FramingSettingsInput = { kind: 'raw' }, isWhole = true): MessageContent {
  return { bytes, isWhole, framing: v.parse(framingSettings, framing) }
}

function line(bytes: Uint8Array, decoder: DecoderSettings, isWhole = true): string {
  const summary = summarizeMessage(content(bytes, { kind: 'raw' }, isWhole), decoder, structures, 200)
  const said = summary.kind === 'line' ? summary.text : summary.kind
  return summary.problem === null ? said : `${said} | ${summary.problem}`
}

const structure: DecoderSettings = { kind: 'structure', structureId: 'telemetry' }

describe('one line of a message', () => {
  it.each<[string, Uint8Array, DecoderSettings, string]>([
    ['JSON keeps every digit', text('{"n": 12345678901234567890}'), { kind: 'json' }, '{"n": 12345678901234567890}'],
    ['M2 is JSON with an id', text('{"id":"cmd_start","sequence_id":3}'), { kind: 'm2' }, 'command start #3'],
    ['MessagePack', hex('81a16101'), { kind: 'msgpack' }, expect.stringContaining('1')],
    ['tcpy', hex('81a3636d64a470696e67'), { kind: 'tcpy' }, expect.stringContaining('ping')],
    ['a structure', hex('030000000000803f'), structure, expect.stringContaining('id=3')],
    ['UTF-8 is left to the row', text('5 Ω'), { kind: 'text', encoding: 'utf-8' }, 'utf-8'],
    ['another encoding comes as spans', hex('b0'), { kind: 'text', encoding: 'latin-1' }, 'text'],
    ['hex', hex('00ff'), { kind: 'hex' }, 'bytes'],
  ])('%s', (_, bytes, decoder, expected) => {
    expect(line(bytes, decoder)).toEqual(expected)
  })

  it.each<[string, Uint8Array, DecoderSettings]>([
    ['broken JSON', text('{"a": nope}'), { kind: 'json' }],
    ['an empty message as JSON', text(''), { kind: 'json' }],
    ['an empty message as MessagePack', text(''), { kind: 'msgpack' }],
    ['MessagePack with the byte that cannot be', hex('c1'), { kind: 'msgpack' }],
    ['a structure with missing bytes', hex('0300'), structure],
    ['a structure with bytes behind it', hex('030000000000803fffff'), structure],
    ['a structure that is not in the library', hex('03'), { kind: 'structure', structureId: 'gone' }],
    ['an encoding that is none', hex('41'), { kind: 'text', encoding: 'klingon' }],
    ['M2 without an id', text('{"a":1}'), { kind: 'm2' }],
    ['M2 that is no object', text('[1]'), { kind: 'm2' }],
    ['bytes after MessagePack', hex('81a1610101'), { kind: 'msgpack' }],
  ])('says why for %s', (_, bytes, decoder) => {
    expect(line(bytes, decoder)).toMatch(/\| .+[.]$/)
  })

  it('counts what is left over in whole words', () => {
    expect([line(hex('81a1610101'), { kind: 'msgpack' }), line(hex('030000000000803fffff'), structure)]).toEqual([
      expect.stringMatching(/ \| 1 byte follows the value and belongs to none\.$/),
      expect.stringMatching(/ \| 2 bytes follow the structure and belong to none\.$/),
    ])
  })

  it.each<[string, Uint8Array, DecoderSettings]>([
    ['JSON', text('{"a": [1, 2, "th'), { kind: 'json' }],
    ['MessagePack', hex('82a16101a162'), { kind: 'msgpack' }],
    ['a structure', hex('0300'), structure],
  ])('a cut-off beginning of %s is no problem by itself', (_, bytes, decoder) => {
    const summary = summarizeMessage(content(bytes, { kind: 'raw' }, false), decoder, structures, 200)
    expect(summary).toMatchObject({ kind: 'line', problem: null })
  })
})

describe('the decoder that is chosen by itself', () => {
  it.each<[string, Uint8Array, FramingSettingsInput, string]>([
    ['the framing says it', hex('00'), { kind: 'tcpy' }, 'tcpy'],
    ['lines of JSON in a line framing', text('{"a":1}'), { kind: 'lf' }, 'json'],
    ['text that begins like JSON', text('{not json}'), { kind: 'lf' }, 'text'],
    ['a map of MessagePack', hex('81a16101'), { kind: 'length-prefix', field: 'u32be' }, 'msgpack'],
    ['bytes that only begin like one', hex('81ff00ff'), { kind: 'length-prefix', field: 'u32be' }, 'hex'],
    ['text', text('VOLT 12.5'), { kind: 'crlf' }, 'text'],
    ['binary', hex('0001020304050607'), { kind: 'fixed', frameBytes: 8 }, 'hex'],
    ['text cut off within a character', text('5 Ω').subarray(0, 3), { kind: 'lf' }, 'text'],
    ['binary with bytes at its end that are no character', hex('000102030405fffe'), { kind: 'lf' }, 'hex'],
    ['nothing', hex(''), { kind: 'lf' }, 'text'],
  ])('%s', (_, bytes, framing, expected) => {
    expect(chooseDecoder(content(bytes, framing), { kind: 'automatic' }).kind).toBe(expected)
  })
})

describe('decoding', () => {
  const decoders: readonly DecoderSettings[] = [
    { kind: 'automatic' },
    { kind: 'text', encoding: 'utf-8' },
    { kind: 'text', encoding: 'shift_jis' },
    { kind: 'text', encoding: 'nonsense' },
    { kind: 'hex' },
    { kind: 'json' },
    { kind: 'msgpack' },
    { kind: 'tcpy' },
    { kind: 'm2' },
    structure,
    { kind: 'structure', structureId: 'gone' },
  ]

  it('never throws, and what is read lies within the bytes', { timeout: 120_000 }, () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.json().map(text),
      fc.json().chain((json) => fc.nat(json.length).map((end) => text(json.slice(0, end)))),
    )
    fc.assert(
      fc.property(bytes, fc.constantFrom(...decoders), fc.boolean(), (given, decoder, isWhole) => {
        const decoded = decodeMessage(content(given, { kind: 'raw' }, isWhole), decoder, structures)
        summarizeMessage(content(given, { kind: 'raw' }, isWhole), decoder, structures, 80)
        const end =
          decoded.kind === 'json' ? decoded.root.end : decoded.kind === 'msgpack' ? decoded.node.end : given.length
        expect(end).toBeLessThanOrEqual(given.length)
      }),
      { numRuns: 10_000 },
    )
  })

  it('gives the offsets of what it read', () => {
    const decoded = decodeMessage(content(text('{"big": 9007199254740993}')), { kind: 'json' }, structures)
    expect(decoded).toMatchObject({
      kind: 'json',
      root: { members: [{ key: 'big', value: { text: '9007199254740993', start: 8, end: 24 } }] },
    })
  })
})
