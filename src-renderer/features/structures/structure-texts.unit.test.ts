import * as v from 'valibot'
import { expect, it } from 'vitest'
import {
  structureContent,
  type StructureContentInput,
  type StructureDefinition,
  type StructureDefinitionInput,
  type StructureEntry,
} from '../../../src-main/contract/schemas/structure.ts'
import { parseCStructs } from '../../../src-main/protocol/struct/parse-c-structs.ts'
import { cTextOf } from './c-text.ts'
import { checkDraft } from './check-draft.ts'
import { formatCount, formatDimensions, parseCount, parseDimensions, parseWhole } from './count-text.ts'
import { layoutBody } from './draft-layout.ts'
import { planImports, type ImportWish } from './import-plan.ts'
import { draftOf } from './structure-draft.ts'

const content = (input: StructureContentInput) => v.parse(structureContent, input)
const definition = (input: StructureDefinitionInput): StructureDefinition =>
  content({ name: 'any', definition: input }).definition
const byte = (name: string) => ({ name, type: { kind: 'integer' as const, integer: 'u8' as const } })
const nested = (name: string, structure: string) => ({ name, type: { kind: 'structure' as const, structure } })

it.each([
  ['4', 4],
  [' 0x10 ', 16],
  ['rest', 'rest'],
  ['length', { field: 'length', add: 0 }],
  ['header.length-2', { field: 'header.length', add: -2 }],
  ['n + 1', { field: 'n', add: 1 }],
])('reads the count %j', (text, count) => {
  expect(parseCount(text)).toEqual({ ok: true, value: count })
})

it.each(['', '-1', '1.5', 'n * 2', 'n + m', '99999999', '[4]', 'a..b'])('refuses the count %j', (text) => {
  expect(parseCount(text).ok).toBe(false)
})

it.each([
  ['', []],
  ['4', [4]],
  ['4, 3', [4, 3]],
  ['[4][ n - 1 ]', [4, { field: 'n', add: -1 }]],
])('reads the dimensions %j', (text, dimensions) => {
  const parsed = parseDimensions(text)
  expect(parsed).toEqual({ ok: true, value: dimensions })
  if (parsed.ok) expect(parseDimensions(formatDimensions(parsed.value))).toEqual(parsed)
})

it.each(['[4', '[4]]', '4,', '[4]3', '1,1,1,1,1,1,1,1,1'])('refuses the dimensions %j', (text) => {
  expect(parseDimensions(text).ok).toBe(false)
})

it('reads whole numbers of 64 bits only', () => {
  expect(parseWhole('0xffffffffffffffff')).toEqual({ ok: true, value: '18446744073709551615' })
  expect(parseWhole('-9223372036854775808').ok).toBe(true)
  expect(parseWhole('18446744073709551616').ok).toBe(false)
  expect(parseWhole('-9223372036854775809').ok).toBe(false)
})

it('writes counts as they are read', () => {
  expect(formatCount({ field: 'n', add: -2 })).toBe('n - 2')
})

it('gives back what it began from when nothing was typed', () => {
  const given = content({
    name: 'Packet of the lab',
    folder: 'Lab/Rack 2',
    notes: 'Two lines\nof notes',
    tags: ['lab', 'v2'],
    definition: {
      name: 'Packet',
      byteOrder: 'big',
      maximumAlignment: 2,
      inner: [{ name: 'Flags', fields: [{ name: 'ready', type: { kind: 'bool', bitWidth: 1 } }], enums: [] }],
      enums: [{ name: 'Kind', values: [{ name: 'A', value: '-1' }] }],
      fields: [
        { name: 'kind', type: { kind: 'enum', enum: 'Kind', integer: 'i16', bitWidth: 3 }, notes: 'which' },
        { name: 'length', type: { kind: 'integer', integer: 'u16' }, byteOrder: 'little' },
        nested('flags', 'Flags'),
        { name: 'value', type: { kind: 'float', float: 'f64' }, dimensions: [2, { field: 'length', add: 1 }] },
        { name: 'text', type: { kind: 'char', length: { field: 'length' }, encoding: 'latin-1' } },
      ],
      next: {
        field: 'kind',
        cases: [
          { equals: 'A', structure: 'Packet' },
          { equals: '3..4', structure: 'Other' },
        ],
      },
    },
  })
  const checked = checkDraft(draftOf(given))
  expect([...checked.problems]).toEqual([])
  expect(checked.content).toEqual(given)
})

it('finds the first field without a place, and lays out those before it', () => {
  const broken = definition({ name: 'S', fields: [byte('a'), byte('b'), nested('c', 'Gone'), byte('d')] })
  const { lines, fieldProblem } = layoutBody(broken, () => null, 4)
  expect(lines.map((line) => line.entry.offset)).toEqual([0, 1])
  expect(fieldProblem).toMatchObject({ index: 2, error: { code: 'structure-malformed' } })
})

const entry = (input: StructureDefinitionInput): StructureEntry => ({
  ...content({ name: input.name, definition: input }),
  schemaVersion: 1,
  id: input.name,
  position: 1,
  revision: 'r1',
})
const found = [
  definition({ name: 'Point', fields: [byte('x'), byte('y')] }),
  definition({ name: 'Line', fields: [nested('from', 'Point'), nested('to', 'Point')] }),
]
const wish = (change: Partial<ImportWish>): ImportWish => ({
  included: true,
  choice: 'replace',
  newName: '',
  ...change,
})

it('leaves out what is in the library just the same, and tells of what is missing', () => {
  const same = planImports(
    found,
    [entry({ name: 'Point', fields: [byte('x'), { ...byte('y'), notes: 'up' }] })],
    new Map(),
  )
  expect(same.map((plan) => [plan.isSame, plan.definition?.name])).toEqual([
    [true, undefined],
    [false, 'Line'],
  ])
  const alone = planImports(found, [], new Map([['Point', wish({ included: false })]]))
  expect(alone[1]?.missing).toEqual(['Point'])
})

it('lets what is imported refer to new names, which must be free', () => {
  const library = [entry({ name: 'Point', fields: [byte('z')] })]
  const renamed = planImports(found, library, new Map([['Point', wish({ choice: 'rename', newName: 'Point2' })]]))
  expect(renamed[1]?.definition?.fields.map(({ type }) => type)).toEqual([
    { kind: 'structure', structure: 'Point2' },
    { kind: 'structure', structure: 'Point2' },
  ])
  const taken = planImports(found, library, new Map([['Point', wish({ choice: 'rename', newName: 'Line' })]]))
  expect(taken[0]?.newNameProblem).toBe('taken')
  const malformed = planImports(found, library, new Map([['Point', wish({ choice: 'rename', newName: '2nd' })]]))
  expect(malformed[0]?.newNameProblem).toBe('malformed')
})

it('writes C with everything a structure refers to, which reads back', () => {
  const [point, line] = found
  if (point === undefined || line === undefined) throw new Error('Two are given.')
  const shapes = [
    [nested('edge', 'Line'), nested('middle', 'Point')],
    [nested('middle', 'Point'), nested('edge', 'Line')],
  ].map((fields) => definition({ name: 'Shape', fields }))
  const library = new Map([point, line].map((each) => [each.name, each]))
  for (const shape of shapes) {
    const back = parseCStructs(cTextOf(shape, (name) => library.get(name) ?? null))
    expect(back.ok && back.definitions.map(({ name }) => name)).toEqual(['Point', 'Line', 'Shape'])
  }
})
