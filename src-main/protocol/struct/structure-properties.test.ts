import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StructureDefinition, StructureDefinitionInput } from '../../contract/schemas/structure.ts'
import { formatHex } from '../hex/parse-hex.ts'
import { compileStructure } from './compile-structure.ts'
import { decodeCompiled } from './decode-structure.ts'
import type { StructureNode } from './decoded-structure.ts'
import { encodeCompiled } from './encode-structure.ts'
import { formatCStruct } from './format-c-struct.ts'
import { layoutStructure } from './layout-structure.ts'
import { parseCStructs } from './parse-c-structs.ts'
import { structureSummary } from './structure-summary.ts'
import { define, libraryOf, noLibrary } from './testing/definitions.ts'
import { valuesOfDecoded } from './values-of-decoded.ts'

type FieldInput = StructureDefinitionInput['fields'][number]
type TypeInput = FieldInput['type']

const integer = fc.constantFrom('i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64')
const small = fc.integer({ min: 0, max: 3 })

/** Types of fixed size; `inner` are the structures that may be nested. */
function typeOf(inner: readonly string[], enumInteger: typeof integer): fc.Arbitrary<TypeInput> {
  const types: fc.Arbitrary<TypeInput>[] = [
    integer.map((name): TypeInput => ({ kind: 'integer', integer: name })),
    fc.constantFrom<TypeInput[]>({ kind: 'float', float: 'f32' }, { kind: 'float', float: 'f64' }, { kind: 'bool' }),
    fc
      .tuple(small, fc.constantFrom('latin-1', 'utf-8'))
      .map(([length, encoding]): TypeInput => ({ kind: 'char', length, encoding })),
    small.map((length): TypeInput => ({ kind: 'bytes', length })),
    enumInteger.map((name): TypeInput => ({ kind: 'enum', enum: 'Kind', integer: name })),
  ]
  if (inner.length > 0)
    types.push(fc.constantFrom(...inner).map((structure): TypeInput => ({ kind: 'structure', structure })))
  return fc.oneof(...types)
}

const bitField = fc
  .tuple(integer, fc.integer({ min: 0, max: 64 }), fc.boolean())
  .map(([name, wanted, isNamed]): { type: TypeInput; isNamed: boolean } => {
    const bitWidth = Math.min(wanted, Number(name.slice(1)))
    return { type: { kind: 'integer', integer: name, bitWidth }, isNamed: isNamed && bitWidth > 0 }
  })

interface BodyOptions {
  readonly name: string
  readonly inner: readonly string[]
  readonly isPadded: boolean
  /** Only what C text can say. */
  readonly isPlainC: boolean
}

/** A structure with fields f0, f1, …; some counts refer to the field before. */
function bodyOf({
  name,
  inner,
  isPadded,
  isPlainC,
}: BodyOptions): fc.Arbitrary<Omit<StructureDefinitionInput, 'inner'>> {
  const order = fc.option(fc.constantFrom('little' as const, 'big' as const))
  const plain = fc.record({
    type: typeOf(inner, isPlainC ? fc.constant('u16') : integer),
    dimensions: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    byteOrder: isPlainC ? fc.constant(null) : order,
  })
  const field = isPadded ? fc.oneof({ weight: 3, arbitrary: plain }, bitField) : plain
  return fc
    .record({
      fields: fc.array(field, { minLength: 1, maxLength: 6 }),
      byteOrder: fc.constantFrom('little' as const, 'big' as const),
      alignment: isPadded ? fc.constantFrom('natural' as const, 'packed' as const) : fc.constant('packed' as const),
      maximumAlignment: isPadded ? fc.constantFrom(null, null, 2 as const, 4 as const) : fc.constant(null),
      isUnion: fc.boolean(),
      isCounted: fc.boolean(),
      tail: fc.constantFrom<('rest' | 'counted' | 'none')[]>('rest', 'counted', 'none'),
    })
    .map(({ fields, isUnion, isCounted, tail, ...rest }) => {
      const made = fields.map((entry, index): FieldInput => fieldOf(entry, `f${index}`))
      if (!isUnion && isCounted) {
        made.push({ name: 'n', type: { kind: 'integer', integer: 'u8', bitWidth: isPadded ? 3 : null } })
        if (tail !== 'none')
          made.push({ name: 'c', type: { kind: 'integer', integer: 'i16' }, dimensions: [{ field: 'n' }, 2] })
        made.push({ name: 't', type: { kind: 'char', length: { field: 'n', add: 1 } } })
        if (tail === 'rest') made.push({ name: 'r', type: { kind: 'float', float: 'f32' }, dimensions: ['rest'] })
      }
      return { ...rest, name, isUnion, fields: made, enums: [kind] }
    })
}

const kind = {
  name: 'Kind',
  values: [
    { name: 'OFF', value: '0' },
    { name: 'ON', value: '1' },
    { name: 'MOST', value: '127' },
  ],
}

function fieldOf(
  entry: { type: TypeInput; isNamed?: boolean; dimensions?: number[]; byteOrder?: 'little' | 'big' | null },
  name: string,
): FieldInput {
  if (entry.isNamed === undefined) {
    const nested = entry.type.kind === 'structure'
    return {
      name,
      type: entry.type,
      dimensions: entry.dimensions ?? [],
      byteOrder: nested ? null : (entry.byteOrder ?? null),
    }
  }
  return { name: entry.isNamed ? name : '', type: entry.type }
}

function definitionOf(options: Omit<BodyOptions, 'name' | 'inner'>): fc.Arbitrary<StructureDefinition> {
  return fc
    .tuple(
      bodyOf({ name: 'A', inner: [], ...options }),
      bodyOf({ name: 'B', inner: ['A'], ...options }),
      bodyOf({ name: 'X', inner: ['A', 'B'], ...options }),
    )
    .map(([a, b, x]) => define({ ...x, inner: [a, b] }))
}

/** Four hundred bytes from one number: cheaper to make than an array. */
const noise = fc.integer().map((seed) => {
  let state = seed | 1
  return Uint8Array.from({ length: 400 }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  })
})

function leaves(node: StructureNode): number {
  return 1 + node.children.reduce((sum, child) => sum + leaves(child), 0)
}

function texts(node: StructureNode): readonly string[] {
  return [...(node.text === null ? [] : [`${node.path}=${node.text}`]), ...node.children.flatMap(texts)]
}

test('bytes without padding come back from their values', () => {
  fc.assert(
    fc.property(
      definitionOf({ isPadded: false, isPlainC: false }),
      fc.uint8Array({ maxLength: 200 }),
      (definition, bytes) => {
        const compiled = compileStructure(definition, noLibrary)
        if (!compiled.ok) return
        const decoded = decodeCompiled(compiled.structure, bytes)
        if (decoded.problem !== null) return
        const encoded = encodeCompiled(compiled.structure, valuesOfDecoded(decoded)!)
        expect(encoded.ok ? formatHex(encoded.bytes) : encoded.error.message).toBe(
          formatHex(bytes.subarray(0, decoded.usedBytes)),
        )
      },
    ),
    { numRuns: 2000 },
  )
})

test('values come back from their bytes, with padding and bit fields', () => {
  fc.assert(
    fc.property(definitionOf({ isPadded: true, isPlainC: false }), noise, (definition, bytes) => {
      const compiled = compileStructure(definition, noLibrary)
      if (!compiled.ok) return
      const first = decodeCompiled(compiled.structure, bytes)
      if (first.problem !== null) return
      const encoded = encodeCompiled(compiled.structure, valuesOfDecoded(first)!)
      if (!encoded.ok) throw new Error(encoded.error.message)
      const second = decodeCompiled(compiled.structure, encoded.bytes)
      expect([second.problem, second.leftOverBytes]).toEqual([null, 0])
      expect(texts(second.root)).toEqual(texts(first.root))
      const again = encodeCompiled(compiled.structure, valuesOfDecoded(second)!)
      expect(again.ok && formatHex(again.bytes)).toBe(formatHex(encoded.bytes))
    }),
    { numRuns: 1000 },
  )
})

test('any bytes by any definition: no throw, every node within the bytes, bounded', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      definitionOf({ isPadded: true, isPlainC: false }),
      fc.uint8Array({ maxLength: 120 }),
      (definition, bytes) => {
        const compiled = compileStructure(definition, noLibrary)
        const layout = layoutStructure(definition, noLibrary)
        expect(layout.ok).toBe(compiled.ok)
        if (!compiled.ok) return
        const decoded = decodeCompiled(compiled.structure, bytes, { elements: 5, nodes: 60 })
        const visit = (node: StructureNode): void => {
          if (node.offset < 0 || node.size < 0 || node.offset + node.size > bytes.length) throw new Error(node.path)
          node.children.forEach(visit)
        }
        visit(decoded.root)
        expect(leaves(decoded.root)).toBeLessThanOrEqual(62)
        expect(structureSummary(decoded, 40).length).toBeLessThanOrEqual(40)
        expect(decoded.usedBytes + decoded.leftOverBytes).toBe(bytes.length)
        valuesOfDecoded(decoded)
      },
    ),
    { numRuns: 10_000 },
  )
})

test('any texts as values: no throw', { timeout: 120_000 }, () => {
  const path = fc.oneof(
    fc.constantFrom('f0', 'f1[0]', 'f1', 'f2.f0', 'n', 't', 'c', 'c[1][0]', 'r', 'next.f0'),
    fc.string({ maxLength: 6 }),
  )
  const text = fc.oneof(
    fc.constantFrom('1', '-1', '1, 2', 'ON', '0xff', '300', 'nan', "'a'", "',', 2"),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(
      definitionOf({ isPadded: true, isPlainC: false }),
      fc.dictionary(path, text, { maxKeys: 5 }),
      (definition, values) => {
        const compiled = compileStructure(definition, noLibrary)
        if (!compiled.ok) return
        const encoded = encodeCompiled(compiled.structure, values)
        if (encoded.ok)
          expect(decodeCompiled(compiled.structure, encoded.bytes)).toMatchObject({ problem: null, leftOverBytes: 0 })
        else expect(encoded.error.code).toBe('structure-value-malformed')
      },
    ),
    { numRuns: 10_000 },
  )
})

test('C text of a definition has the same layout', () => {
  fc.assert(
    fc.property(definitionOf({ isPadded: true, isPlainC: true }), (definition) => {
      const layout = layoutStructure(definition, noLibrary)
      if (!layout.ok) return
      const text = formatCStruct(definition)
      const parsed = parseCStructs(text)
      if (!parsed.ok) throw new Error(`${parsed.error.message}\n${text}`)
      expect(parsed.warnings).toEqual([])
      const again = layoutStructure(parsed.definitions.at(-1)!, libraryOf(parsed.definitions))
      expect(again.ok && again.layout).toEqual(layout.layout)
    }),
    { numRuns: 1500 },
  )
})

test('C parser: any text ends in definitions or an error with its place', () => {
  const piece = fc.constantFrom(
    'struct',
    'union',
    'enum',
    'typedef',
    'X',
    'Y',
    '{',
    '}',
    ';',
    ',',
    '*',
    '[',
    ']',
    '(',
    ')',
    ':',
    '3',
    '0x10',
    'int',
    'unsigned',
    'long',
    'char',
    'uint16_t',
    'a',
    'b',
    '=',
    '-',
    '<<',
    '\n',
    '#define N 4\n',
    '#pragma pack(push,1)\n',
    '#pragma pack(pop)\n',
    '__attribute__((packed))',
    '[[x]]',
    'alignas(8)',
    '/*',
    '*/',
    '//',
    '"C"',
    'extern',
    "'a'",
    '\\',
    'struct X { int a; };',
    'enum { A, B };',
    'const',
    'void',
    '.',
    'static_assert',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(' ')),
    fc.string({ maxLength: 40 }),
  )
  fc.assert(
    fc.property(text, (source) => {
      const parsed = parseCStructs(source)
      if (parsed.ok) {
        for (const definition of parsed.definitions) {
          expect(define(definition)).toEqual(definition)
          layoutStructure(definition, libraryOf(parsed.definitions))
        }
        return
      }
      expect(parsed.error.code).toBe('c-declaration-malformed')
      expect(parsed.error.data.position).toBeGreaterThan(0)
      expect(parsed.error.data.line).toBeLessThanOrEqual(source.split('\n').length)
    }),
    { numRuns: 10_000 },
  )
})

test.each([
  '(',
  '-',
  '~',
  'struct {',
  '{',
  '/*',
  '#pragma pack(push)\n',
  'enum {',
  'int a[',
  "'",
  '[[',
  'extern "C" {',
  'a.',
])('C parser: %s twenty thousand times', (piece) => {
  const text = `enum E { A = ${piece.repeat(20_000)}`
  expect(parseCStructs(text).ok).toBe(false)
  expect(parseCStructs(piece.repeat(20_000)).ok).toBe(false)
})
