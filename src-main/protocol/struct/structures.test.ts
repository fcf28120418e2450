import { expect, test } from 'vitest'
import { formatHex, parseHex } from '../hex/parse-hex.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'
import type { StructureLibrary } from './compiled-structure.ts'
import { decodeStructure } from './decode-structure.ts'
import type { DecodedStructure, StructureNode } from './decoded-structure.ts'
import { encodeStructure } from './encode-structure.ts'
import { layoutStructure } from './layout-structure.ts'
import { structureSummary } from './structure-summary.ts'
import { define, fromC, libraryOf, noLibrary } from './testing/definitions.ts'
import { valuesOfDecoded } from './values-of-decoded.ts'

interface Structure {
  readonly definition: StructureDefinition
  readonly library: StructureLibrary
}

function hexOf({ definition, library }: Structure, values: Record<string, string>): string {
  const encoded = encodeStructure(definition, library, values)
  return encoded.ok ? formatHex(encoded.bytes) : encoded.error.message
}

function decoded({ definition, library }: Structure, hex: string, limits = {}): DecodedStructure {
  const bytes = parseHex(hex)
  if (!bytes.ok) throw new Error(bytes.error.message)
  const result = decodeStructure(definition, library, bytes.bytes, limits)
  if (!result.ok) throw new Error(result.error.message)
  return result.decoded
}

function texts(node: StructureNode): Record<string, string | null> {
  const own = node.kind === 'value' ? { [node.path]: node.text } : {}
  return Object.assign(own, ...node.children.map(texts)) as Record<string, string | null>
}

const scalar = 'struct X { int8_t a; uint8_t b; int16_t c; float f; bool d; enum K { ON = 7, OFF } e; };'

test.each([
  [
    { a: '-128', b: '0xff', c: '-0x10', f: '0x1.8p1', d: 'true', e: 'ON' },
    '80 ff f0 ff 00 00 40 40 01 00 00 00 07 00 00 00',
  ],
  [{ a: "'A'", b: '0b101', c: '0o17', f: '-inf', d: '2', e: '9' }, '41 05 0f 00 00 00 80 ff 02 00 00 00 09 00 00 00'],
  [{ a: "'\\n'", b: '1_0', f: 'nan', e: 'OFF' }, '0a 0a 00 00 00 00 c0 7f 00 00 00 00 08 00 00 00'],
  [{ a: ' ', b: '', f: 'nan(0xffc00001)' }, '00 00 00 00 01 00 c0 ff 00 00 00 00 00 00 00 00'],
])('values as typed: %j', (values, hex) => {
  expect(hexOf(fromC(scalar), values)).toBe(hex)
})

test.each([
  [{ a: '128' }, 'The value of a cannot be used. 128 is out of range: it must be from -128 to 127.'],
  [{ a: 'x' }, 'The value of a cannot be used. "x" is not a whole number. Write one from -128 to 127, or as 0xff.'],
  [{ f: '1e40' }, 'The value of f cannot be used. The largest number of f32 is 3.4028235e+38; write inf for infinity.'],
  [{ d: 'maybe' }, 'The value of d cannot be used. "maybe" is neither true nor false.'],
  [
    { e: 'UP' },
    'The value of e cannot be used. "UP" is not a whole number or a name of K. Write one from 0 to 4294967295, or as 0xff.',
  ],
  [{ z: '1' }, 'The value of z cannot be used. The structure has no value there.'],
  [{ 'a[0]': '1' }, 'The value of a[0] cannot be used. The structure has no value there.'],
  [
    { 'a..b': '1' },
    'The value of a..b cannot be used. This is no path of a field. Write paths as header.id or samples[2].',
  ],
  [{ __proto__x: '1' }, 'The value of __proto__x cannot be used. The structure has no value there.'],
])('refused: %j', (values, message) => {
  expect(hexOf(fromC(scalar), values as unknown as Record<string, string>)).toBe(message)
})

const counted =
  '#pragma pack(1)\nstruct X { uint8_t length; uint8_t n; char text[length - 2]; uint16_t samples[n]; unsigned char tail[]; };'

test('counts that are empty count what is given; given ones are kept', () => {
  const x = fromC(counted)
  expect(hexOf(x, { text: 'héy', samples: '1, 0x2', tail: 'ff fe' })).toBe('06 02 68 c3 a9 79 01 00 02 00 ff fe')
  expect(hexOf(x, { 'samples[2]': '3' })).toBe('02 03 00 00 00 00 03 00')
  expect(hexOf(x, { n: '2', samples: '1' })).toBe('02 02 01 00 00 00')
  expect(hexOf(x, { n: '1', samples: '1 2' })).toContain('It has 1 elements, but 2 values are given.')
  expect(hexOf(x, { n: '1', 'samples[1]': '2' })).toContain('samples has 1 elements, from 0.')
  expect(hexOf(x, { length: '1' })).toContain('The count of text would be -1.')
  expect(hexOf(x, { text: 'x'.repeat(255) })).toContain('It counts 257, but its type only holds up to 255.')
})

test('a counted structure is decoded, and comes back from its values', () => {
  const x = fromC(counted)
  const hex = '06 02 68 c3 a9 79 01 00 02 00 ff fe'
  const message = decoded(x, hex)
  expect(texts(message.root)).toEqual({
    length: '6',
    n: '2',
    text: 'héy',
    'samples[0]': '1',
    'samples[1]': '2',
    tail: 'ff fe',
  })
  expect(hexOf(x, valuesOfDecoded(message)!)).toBe(hex)
  expect(structureSummary(message)).toBe('length=6 n=2 text="héy" samples=[1, 2] tail=ff fe')
  expect(structureSummary(message, 20)).toBe('length=6 n=2 text="…')
})

test.each([
  ['06', 'n', 1, '1 byte is missing at n.'],
  ['06 02 68', 'text', 3, '3 bytes are missing at text.'],
  ['02 03 01 00 02', 'samples[1]', 1, '1 byte is missing at samples[1].'],
  ['01 00', 'text', null, 'The count from length would be -1.'],
])('too few bytes: %s stops at %s', (hex, path, missingBytes, message) => {
  const { problem, root } = decoded(fromC(counted), hex)
  expect(problem).toMatchObject({ path, missingBytes, message })
  expect(root.children.at(-1)?.problem ?? root.children.at(-1)?.children.at(-1)?.problem).toMatchObject({ path })
})

test('a hostile count allocates nothing', () => {
  const x = fromC(
    'struct P { uint32_t a; char t[]; }; struct X { uint64_t n; uint8_t e[n]; };'.replace(
      'struct P { uint32_t a; char t[]; }; ',
      '',
    ),
  )
  const message = decoded(x, 'ff ff ff ff ff ff ff ff 01 02 03')
  expect(message.problem?.kind).toBe('missing-bytes')
  expect(message.root.children[1]).toMatchObject({ kind: 'array', count: Number.MAX_SAFE_INTEGER })
  const zero = fromC('struct E { }; struct X { uint64_t n; struct E e[n]; };')
  expect(decoded(zero, 'ff ff ff ff ff ff ff ff', { elements: 3 })).toMatchObject({ problem: null, isCut: true })
  const variable = fromC(
    'struct V { uint8_t n; uint8_t x[n]; }; struct Z { uint8_t m; struct V e[0][m]; }; struct X { uint64_t n; struct Z z; };',
  )
  expect(decoded(variable, '01 00 00 00 00 00 00 00 05').problem).toBeNull()
})

test('an array shows its first elements; its values are whole', () => {
  const x = fromC('struct X { uint16_t n; uint8_t e[n]; };')
  const hex = `e8 03 ${'07 '.repeat(1000)}`
  const message = decoded(x, hex, { elements: 10 })
  expect(message.isCut).toBe(true)
  expect(message.root.children[1]).toMatchObject({ count: 1000, size: 1000 })
  expect(message.root.children[1]?.children).toHaveLength(10)
  expect(hexOf(x, valuesOfDecoded(message)!)).toBe(hex.trim())
})

test('a message with too many values is not edited in part', () => {
  const x = fromC('struct X { uint16_t n; struct { uint8_t a[60]; } e[n]; };')
  const big = fromC('struct P { char t[1]; }; struct X { uint32_t n; struct P e[n]; };')
  const { definition, library } = big
  const bytes = new Uint8Array(4 + 400_000)
  bytes.set([0x80, 0x1a, 0x06])
  const result = decodeStructure(definition, library, bytes)
  expect(result.ok && result.decoded.problem).toBeNull()
  expect(result.ok && valuesOfDecoded(result.decoded)).toBeNull()
  expect(hexOf(x, { n: '0' })).toBe('00 00')
})

test('unions: values that share bytes must agree; one field is enough to send again', () => {
  const x = fromC('struct X { uint8_t k; union { uint32_t u; struct { uint16_t lo, hi; }; uint8_t b; }; };')
  expect(hexOf(x, { lo: '1', hi: '2' })).toBe('00 00 00 00 01 00 02 00')
  expect(hexOf(x, { u: '0x20001', lo: '1' })).toBe('00 00 00 00 01 00 02 00')
  expect(hexOf(x, { u: '0x20001', lo: '2' })).toContain('shares bytes with another value')
  const message = decoded(x, '09 00 00 00 01 00 02 00')
  expect(valuesOfDecoded(message)).toEqual({ k: '9', u: '131073' })
})

const station = [
  define({
    name: 'Header',
    byteOrder: 'big',
    enums: [
      {
        name: 'Kind',
        values: [
          { name: 'STATUS', value: '1' },
          { name: 'LOG', value: '2' },
        ],
      },
    ],
    fields: [
      { name: 'kind', type: { kind: 'enum', enum: 'Kind', integer: 'u8' } },
      { name: 'size', type: { kind: 'integer', integer: 'u8' } },
    ],
    next: {
      field: 'kind',
      cases: [
        { equals: 'STATUS', structure: 'Status' },
        { equals: '2', structure: 'Log' },
        { equals: '10..20', structure: 'Header' },
      ],
    },
  }),
  define({
    name: 'Status',
    fields: [{ name: 'temperature', type: { kind: 'float', float: 'f32' }, byteOrder: 'big' }],
  }),
  define({ name: 'Log', fields: [{ name: 'text', type: { kind: 'char', length: 'rest', encoding: 'latin-1' } }] }),
]
const header: Structure = { definition: station[0]!, library: libraryOf(station) }

test.each([
  [
    '01 04 41 ac 00 00',
    { kind: 'STATUS', size: '4', 'next.temperature': '21.5' },
    'kind=STATUS size=4 Status next.temperature=21.5',
  ],
  [
    '02 03 e9 5c 00',
    { kind: 'LOG', size: '3', 'next.text': 'é\\\\\\x00' },
    'kind=LOG size=3 Log next.text="é\\\\\\x00"',
  ],
  [
    '0b 00 03 00',
    { kind: '11', size: '0', 'next.kind': '3', 'next.size': '0' },
    'kind=11 size=0 Header next.kind=3 next.size=0',
  ],
])('what follows is chosen by a field: %s', (hex, values, summary) => {
  const message = decoded(header, hex)
  expect(message.leftOverBytes).toBe(0)
  expect(valuesOfDecoded(message)).toEqual(values)
  expect(hexOf(header, values)).toBe(hex)
  expect(structureSummary(message)).toBe(summary)
})

test('bytes that belong to nothing are counted, structures that follow for ever are not', () => {
  expect(decoded(header, '03 00 aa bb').leftOverBytes).toBe(2)
  expect(decoded(header, '01 00 41').problem).toMatchObject({ path: 'next.temperature', missingBytes: 3 })
  expect(decoded(header, '0a 00 '.repeat(70)).problem).toMatchObject({ kind: 'limit' })
  expect(hexOf(header, { kind: '3', 'next.temperature': '1' })).toContain('Nothing with this field follows')
})

test('padding is shown, and missing padding is missing', () => {
  const x = fromC('struct X { uint8_t a; uint32_t b:4; uint16_t c; };')
  const message = decoded(x, '01 02 03 00')
  expect(message.root.children.map(({ kind, offset, size, bits }) => [kind, offset, size, bits])).toEqual([
    ['value', 0, 1, null],
    ['value', 1, 1, { offset: 0, width: 4 }],
    ['padding', 1, 1, { offset: 4, width: 4 }],
    ['value', 2, 2, null],
  ])
  expect(decoded(fromC('struct X { uint32_t a; uint8_t b; };'), '01 00 00 00 02').problem).toMatchObject({
    missingBytes: 3,
  })
})

const u8 = { kind: 'integer', integer: 'u8' } as const
test.each([
  [
    'an unknown structure',
    [{ name: 'a', type: { kind: 'structure', structure: 'Y' } }],
    'There is no structure named Y.',
  ],
  ['recursion', [{ name: 'a', type: { kind: 'structure', structure: 'X' } }], 'It contains itself: X, X.'],
  [
    'a later count',
    [
      { name: 'a', type: u8, dimensions: [{ field: 'b' }] },
      { name: 'b', type: u8 },
    ],
    'There is no earlier field b to read a number from.',
  ],
  [
    'a count that is no integer',
    [
      { name: 'b', type: { kind: 'float', float: 'f32' } },
      { name: 'a', type: u8, dimensions: [{ field: 'b' }] },
    ],
    'b is not an integer.',
  ],
  [
    'a name twice',
    [
      { name: 'a', type: u8 },
      { name: 'a', type: u8 },
    ],
    'Another field has the same name.',
  ],
  ['no name', [{ name: '', type: u8 }], 'Give it a name.'],
  [
    'a field after the rest',
    [
      { name: 'a', type: u8, dimensions: ['rest'] },
      { name: 'b', type: u8 },
    ],
    'The field a takes all bytes that remain',
  ],
  ['a rest inside', [{ name: 'a', type: u8, dimensions: [2, 'rest'] }], 'Only the first dimension'],
  ['too large', [{ name: 'a', type: u8, dimensions: [1024, 1024, 2] }], 'An array can have at most 1,048,576 elements'],
  [
    'too large together',
    [
      { name: 'a', type: { kind: 'bytes', length: 1_048_576 } },
      { name: 'b', type: u8 },
    ],
    'more than 1,048,576 bytes',
  ],
  ['too many bits', [{ name: 'a', type: { ...u8, bitWidth: 9 } }], 'Its type has only 8 bits.'],
  ['width 0 with a name', [{ name: 'a', type: { ...u8, bitWidth: 0 } }], 'width 0 cannot have a name'],
  ['an unknown enum', [{ name: 'a', type: { kind: 'enum', enum: 'E', integer: 'u8' } }], 'There is no enum named E.'],
] as const)('no layout: %s', (_, fields, reason) => {
  const definition = define({ name: 'X', fields: structuredClone(fields) as never })
  const result = layoutStructure(definition, noLibrary)
  expect(result.ok ? '' : result.error.code).toBe('structure-malformed')
  expect(result.ok ? '' : result.error.message).toContain(reason)
  expect(decodeStructure(definition, noLibrary, new Uint8Array(4)).ok).toBe(false)
  expect(encodeStructure(definition, noLibrary, {}).ok).toBe(false)
})

test('structures may nest 16 deep, and not be multiplied without end', () => {
  const chain = (count: number): string =>
    Array.from({ length: count }, (_, index) =>
      index === 0 ? 'struct S0 { char a; };' : `struct S${index} { struct S${index - 1} a; };`,
    ).join('')
  const layoutOf = ({ definition, library }: Structure): ReturnType<typeof layoutStructure> =>
    layoutStructure(definition, library)
  expect(layoutOf(fromC(chain(16))).ok).toBe(true)
  expect(layoutOf(fromC(chain(17))).ok).toBe(false)
  const members = (type: string): string => Array.from({ length: 30 }, (_, index) => `${type} m${index};`).join('')
  const wide = `struct E {}; struct A { ${members('struct E')} }; struct B { ${members('struct A')} }; struct C { ${members('struct B')} }; struct D { ${members('struct C')} };`
  expect(layoutOf(fromC(wide)).ok).toBe(false)
})

test('the layout names every place once', () => {
  const { definition, library } = fromC(
    'struct P { uint8_t x; uint16_t y; }; struct X { uint8_t n; struct P p[2]; uint32_t b:3; char t[n]; uint8_t z; };',
  )
  const result = layoutStructure(definition, library)
  if (!result.ok) throw new Error(result.error.message)
  const { layout } = result
  expect([layout.size, layout.fixedSize, layout.alignment]).toEqual([null, 11, 4])
  expect(layout.entries.map(({ kind, path, offset, size }) => [kind === 'padding' ? '-' : path, offset, size])).toEqual(
    [
      ['n', 0, 1],
      ['-', 1, 1],
      ['p', 2, 8],
      ['p[].x', 2, 1],
      ['-', 3, 1],
      ['p[].y', 4, 2],
      ['b', 10, 1],
      ['-', 10, 1],
      ['t', 11, null],
      ['z', null, 1],
    ],
  )
})

test('very many elements can be given one by one', () => {
  const counted = fromC('struct P { unsigned int n; unsigned short p[n]; };')
  const values = Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`p[${index}]`, '1']))
  const encoded = encodeStructure(counted.definition, counted.library, values)
  expect(encoded.ok && encoded.bytes.length).toBe(4 + 2 * 150_000)
}, 30_000)

test.each(['constructor', 'prototype', '__proto__'])(
  'a field cannot be named %s, which values cannot be kept under',
  (name) => {
    expect(hexOf(fromC(`struct P { int ${name}; };`), {})).toContain('rename the field')
  },
)
