import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatHex } from '../hex/parse-hex.ts'
import { encodeStructure } from './encode-structure.ts'
import { layoutStructure, type LayoutEntry } from './layout-structure.ts'
import { fromC } from './testing/definitions.ts'

const isCompilerThere = spawnSync('gcc', ['--version']).status === 0
const isPythonThere = spawnSync('python3', ['--version']).status === 0

const bigEndian = '__attribute__((scalar_storage_order("big-endian")))'

/** C text whose last structure is X. */
const table: Readonly<Record<string, string>> = {
  plain: 'struct X { uint16_t u; int64_t i; double d; float f; };',
  packed: 'struct X { uint16_t u; int64_t i; double d; float f; } __attribute__((packed));',
  'pragma pack 2':
    '#pragma pack(push, 2)\nstruct X { uint8_t a; uint32_t b; uint64_t c; uint8_t d; };\n#pragma pack(pop)',
  'pragma pack 4': '#pragma pack(4)\nstruct X { char a; double b; uint16_t c[3]; long d; };\n#pragma pack()',
  'nested alignment':
    'struct I { uint8_t a; uint64_t b; }; struct X { uint8_t x; struct I i; uint8_t y; struct I j[2]; uint16_t z; };',
  'packed around natural':
    'struct I { uint8_t a; uint32_t b; }; struct __attribute__((packed)) X { uint8_t x; struct I i; uint16_t z; };',
  'natural around packed':
    'struct I { uint8_t a; uint32_t b; } __attribute__((packed)); struct X { uint8_t x; struct I i; uint64_t z; };',
  union: 'union X { uint8_t a[5]; uint32_t b; uint16_t c; };',
  'union inside': 'struct X { uint8_t k; union { float f; uint64_t u; char t[3]; } v; uint8_t e; };',
  anonymous:
    'struct X { uint8_t k; union { uint32_t u; struct { uint16_t lo, hi; }; }; struct { uint8_t p; uint16_t q; }; };',
  'bits of one type': 'struct X { uint32_t a:3; uint32_t b:7; uint32_t c:22; uint32_t d:1; };',
  'bits that cross': 'struct X { uint32_t a:20; uint32_t b:20; uint8_t c; };',
  'bits of many types':
    'struct X { uint8_t a:3; uint16_t b:9; uint32_t c:20; uint8_t d:4; uint64_t e:40; _Bool f:1; int8_t g:7; };',
  'bits packed':
    'struct X { uint8_t z; uint32_t a:20; uint32_t b:20; uint64_t d:60; uint8_t c; } __attribute__((packed));',
  'bits in pack 4':
    '#pragma pack(4)\nstruct X { uint8_t z; uint32_t a:20; uint32_t b:20; uint64_t d:60; uint8_t c; };\n#pragma pack()',
  'width zero': 'struct X { uint8_t z; uint32_t a:3; uint32_t :0; uint32_t b:3; uint64_t :0; uint8_t c; };',
  'width zero packed': 'struct X { uint8_t z; uint32_t a:3; uint32_t :0; uint8_t c; } __attribute__((packed));',
  'width zero in pack 1':
    '#pragma pack(1)\nstruct X { uint8_t z; uint32_t a:3; uint64_t :0; uint8_t c; };\n#pragma pack()',
  'bits without a name': 'struct X { uint8_t z; uint32_t :11; uint8_t c; };',
  'bits in a union': 'union X { uint32_t a:5; uint8_t b; uint16_t c:9; };',
  'signed bits': 'struct X { int32_t a:5; int64_t b:33; int16_t c:11; };',
  'after bits': 'struct X { uint32_t a:5; uint8_t b; uint16_t c; uint32_t d:17; uint64_t e; };',
  enums:
    'enum K { A, B = 5, C = A - 3 }; enum L { M = 1 << 4, N = M | 3 }; struct X { uint8_t a; enum K k; enum L l; };',
  arrays:
    '#define N 3\nstruct P { int16_t x; int32_t y; }; struct X { char t[N + 2]; struct P p[N][2]; uint16_t m[2][N]; double d[1]; };',
  'unsigned char': 'struct X { unsigned char a; unsigned char b[3]; bool c; size_t d; void *e; wchar_t f; };',
  'big-endian': `struct X { uint16_t u; int64_t i; double d; float f; uint16_t m[3]; } ${bigEndian};`,
  'big-endian bits': `struct X { uint8_t a:3; uint16_t b:9; uint32_t c:20; uint8_t d:4; uint64_t e:40; uint8_t f:1; int8_t g:7; } ${bigEndian};`,
  'big-endian bits packed': `struct __attribute__((packed, scalar_storage_order("big-endian"))) X { uint8_t z; uint32_t a:20; uint32_t b:20; uint64_t d:60; uint8_t c; };`,
  'big-endian bits that cross': `struct X { uint32_t a:20; uint32_t b:20; uint8_t c; uint16_t d; } ${bigEndian};`,
  'big-endian nested': `struct I { uint16_t a; uint32_t b:7; } ${bigEndian}; struct X { uint8_t x; struct I i[2]; int32_t z; } ${bigEndian};`,
}

interface Assignment {
  readonly path: string
  readonly typed: string
  readonly c: string
}

/** A value for every field that shares no bytes with one before it. */
function assignments(entries: readonly LayoutEntry[]): readonly Assignment[] {
  const made: Assignment[] = []
  let freeBit = 0
  entries.forEach((entry, index) => {
    if (entry.kind === 'padding' || entry.name === '' || entry.offset === null || entry.size === null) return
    if (/^(P|I|\w+_(union|struct))\b/.test(entry.typeWords) || entry.typeWords.startsWith('anonymous')) return
    const firstBit = entry.offset * 8 + (entry.bits?.offset ?? 0)
    if (firstBit < freeBit) return
    freeBit = firstBit + (entry.bits?.width ?? entry.size * 8)
    made.push(assignmentOf(entry, index))
  })
  return made
}

function assignmentOf(entry: LayoutEntry, index: number): Assignment {
  const lastOf = (counts: string): string =>
    counts.replace(/\[(\d+)\]/g, (_, count: string) => `[${Number(count) - 1}]`)
  const outer = entry.path.replaceAll('[]', '[0]')
  if (entry.typeWords === 'char[1]') return { path: outer, typed: 'z', c: `*(char *)&x.${outer} = 'z'` }
  if (entry.typeWords.startsWith('char[')) return { path: outer, typed: 'ab', c: `memcpy(&x.${outer}, "ab", 2)` }
  if (entry.typeWords.startsWith('bytes['))
    return { path: outer, typed: '07ff', c: `memcpy(&x.${outer}, "\\x07\\xff", 2)` }
  const path = outer + lastOf(/(\[\d+\])+$/.exec(entry.typeWords)?.[0] ?? '')
  if (entry.typeWords.startsWith('f')) return { path, typed: '-1.5', c: `x.${path} = -1.5` }
  if (entry.typeWords.startsWith('bool')) return { path, typed: 'true', c: `x.${path} = 1` }
  const signed = /^(?:i|\w+ \(i)/.test(entry.typeWords)
  const bits = entry.bits?.width ?? Number(/[iu](8|16|32|64)/.exec(entry.typeWords)?.[1])
  const pattern = BigInt.asUintN(bits, 0x123456789abcdef7n * BigInt(2 * index + 1))
  const value = signed ? BigInt.asIntN(bits, pattern) : pattern
  const suffix = signed ? 'LL' : 'ULL'
  const constant = value === -(1n << 63n) ? '(-0x7fffffffffffffffLL - 1)' : `${value}${suffix}`
  return { path, typed: String(value), c: `x.${path} = ${constant}` }
}

interface Facts {
  readonly size: number
  readonly alignment: number
  readonly offsets: Readonly<Record<string, number>>
  readonly bytes: string
}

function ourFacts(text: string): { facts: Facts; program: string } {
  const { definition, library } = fromC(text)
  const result = layoutStructure(definition, library)
  if (!result.ok) throw new Error(result.error.message)
  const { layout } = result
  const named = layout.entries.filter((entry) => entry.kind === 'field' && entry.path !== '' && entry.bits === null)
  const offsets = Object.fromEntries(named.map((entry) => [entry.path, entry.offset ?? -1]))
  const values = assignments(layout.entries)
  const encoded = encodeStructure(
    definition,
    library,
    Object.fromEntries(values.map(({ path, typed }) => [path, typed])),
  )
  if (!encoded.ok) throw new Error(encoded.error.message)
  const keyword = definition.isUnion ? 'union' : 'struct'
  const lines = [
    `${keyword} X x; memset(&x, 0, sizeof x);`,
    ...values.map(({ c }) => `${c};`),
    `printf("%zu %zu", sizeof x, _Alignof(${keyword} X));`,
    ...named.map(({ path }) => `printf(" %zu", offsetof(${keyword} X, ${path.replaceAll('[]', '[0]')}));`),
    'for (size_t i = 0; i < sizeof x; i++) printf(" %02x", ((unsigned char *)&x)[i]);',
    'puts("");',
  ]
  return {
    facts: { size: layout.size ?? -1, alignment: layout.alignment, offsets, bytes: formatHex(encoded.bytes) },
    program: lines.join('\n'),
  }
}

describe.skipIf(!isCompilerThere)('the layouts of the C compiler (needs gcc on a little-endian machine)', () => {
  let folder = ''
  let lines: readonly string[] = []
  const names = Object.keys(table)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wirebench-layouts-'))
    const headers = ['stdio', 'stdint', 'stddef', 'string', 'stdbool', 'wchar'].map((name) => `#include <${name}.h>`)
    const functions = names.map((name, index) => {
      const text = table[name] ?? ''
      // Names are local to the function, directives stand on lines of their own.
      return `static void f${index}(void) {\n${text}\n${ourFacts(text).program}\n}\n#undef N`
    })
    const main = `int main(void) { ${names.map((_, index) => `f${index}();`).join(' ')} return 0; }`
    writeFileSync(join(folder, 'layouts.c'), [...headers, ...functions, main].join('\n'))
    execFileSync('gcc', ['-w', '-O0', '-o', join(folder, 'layouts'), join(folder, 'layouts.c')])
    lines = execFileSync(join(folder, 'layouts'), { encoding: 'utf8' }).trimEnd().split('\n')
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(names.map((name, index) => [name, index] as const))('%s', (name, index) => {
    const { facts } = ourFacts(table[name] ?? '')
    const [size, alignment, ...rest] = (lines[index] ?? '').split(' ')
    const paths = Object.keys(facts.offsets)
    expect(facts).toEqual({
      size: Number(size),
      alignment: Number(alignment),
      offsets: Object.fromEntries(paths.map((path, at) => [path, Number(rest[at])])),
      bytes: rest.slice(paths.length).join(' '),
    })
  })
})

const python = `
import ctypes as c
def show(x, names):
    print(c.sizeof(x), *[getattr(type(x), n).offset for n in names], bytes(x).hex())
class Plain(c.Structure):
    _fields_ = [('u', c.c_ushort), ('i', c.c_int64), ('d', c.c_double), ('f', c.c_float)]
class Packed(c.Structure):
    _pack_ = 1
    _fields_ = Plain._fields_
class Big(c.BigEndianStructure):
    _pack_ = 1
    _fields_ = Plain._fields_
class Inner(c.Structure):
    _fields_ = [('a', c.c_uint8), ('b', c.c_uint32)]
class Nested(c.Structure):
    _fields_ = [('x', c.c_uint8), ('i', Inner * 2), ('t', c.c_char * 5), ('y', c.c_uint16)]
class Two(c.Structure):
    _pack_ = 2
    _fields_ = [('a', c.c_uint8), ('b', c.c_uint32), ('c', c.c_uint8)]
class Either(c.Union):
    _fields_ = [('a', c.c_uint8 * 5), ('b', c.c_uint32)]
names = ['u', 'i', 'd', 'f']
for kind in (Plain, Packed, Big):
    show(kind(1, 2, 3.3, 4.4), names)
n = Nested(7)
n.i[1].b = 0x01020304; n.t = b'abc'; n.y = 0x1234
show(n, ['x', 'i', 't', 'y'])
show(Two(1, 2, 3), ['a', 'b', 'c'])
show(Either(b=0x01020304), ['a', 'b'])
`

const numbers = { u: '1', i: '2', d: '3.3', f: '4.4' }
const plainFields = '{ unsigned short u; int64_t i; double d; float f; }'
const pythonTable: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [`struct X ${plainFields};`, numbers],
  [`struct X ${plainFields} __attribute__((packed));`, numbers],
  [`struct __attribute__((packed)) X ${plainFields} ${bigEndian};`, numbers],
  [
    'struct I { uint8_t a; uint32_t b; }; struct X { uint8_t x; struct I i[2]; char t[5]; uint16_t y; };',
    { x: '7', 'i[1].b': '0x01020304', t: 'abc', y: '0x1234' },
  ],
  ['#pragma pack(2)\nstruct X { uint8_t a; uint32_t b; uint8_t c; };', { a: '1', b: '2', c: '3' }],
  ['union X { uint8_t a[5]; uint32_t b; };', { b: '0x01020304' }],
]

test.skipIf(!isPythonThere)('the layouts of Python ctypes (needs python3 on a little-endian machine)', () => {
  const lines = execFileSync('python3', ['-c', python], { encoding: 'utf8' }).trimEnd().split('\n')
  const ours = pythonTable.map(([text, values]) => {
    const { definition, library } = fromC(text)
    const result = layoutStructure(definition, library)
    const encoded = encodeStructure(definition, library, values)
    if (!result.ok || !encoded.ok) throw new Error(text)
    const top = result.layout.entries.filter((entry) => entry.kind === 'field' && entry.depth === 0)
    return [result.layout.size, ...top.map((entry) => entry.offset), formatHex(encoded.bytes, { groupSize: 0 })].join(
      ' ',
    )
  })
  expect(ours).toEqual(lines)
})
