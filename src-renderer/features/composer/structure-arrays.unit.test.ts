import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { structureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import type { KnownStructure } from '../../../src-main/protocol/message/composition.ts'
import { isGrowing, withElementAdded, withLastElementRemoved } from './structure-arrays.ts'
import { structureForm } from './structure-form.ts'

const u8 = { kind: 'integer', integer: 'u8' } as const
const definition = v.parse(structureDefinition, {
  name: 'Track',
  alignment: 'packed',
  fields: [
    { name: 'count', type: u8 },
    { name: 'pair', type: { kind: 'structure', structure: 'Point' }, dimensions: [2] },
    { name: 'points', type: { kind: 'structure', structure: 'Point' }, dimensions: [{ field: 'count' }] },
  ],
  inner: [
    {
      name: 'Point',
      fields: [
        { name: 'x', type: u8 },
        { name: 'y', type: u8 },
      ],
    },
  ],
})
const known: KnownStructure = { definition, library: () => null }

function group(name: string, values: Readonly<Record<string, string>>) {
  const line = structureForm(known, values)?.find((candidate) => candidate.name === name)
  if (line === undefined) throw new Error(`no line ${name}`)
  return line.node
}

const added = (values: Readonly<Record<string, string>>) => withElementAdded(group('points', values), known, values)
const removed = (values: Readonly<Record<string, string>>) =>
  withLastElementRemoved(group('points', values), known, values)

describe('arrays of structures', () => {
  it('grow where the number of elements is not given by the type', () => {
    expect([isGrowing(group('points', {})), isGrowing(group('pair', {}))]).toEqual([true, false])
  })

  it.each([
    ['the first element', {}, { 'points[0].x': '0' }],
    ['the next one', { 'points[0].y': '5' }, { 'points[0].y': '5', 'points[1].x': '0' }],
    ['one more than was counted by hand', { count: '2' }, { 'points[2].x': '0' }],
  ])('get %s', (_what, before, after) => {
    expect(added(before)).toEqual(after)
    expect(structureForm(known, after)).not.toBeNull()
  })

  it.each(['99999', 'nonsense', '{{n}}'])('keep their elements while a value is %j', (text) => {
    const lines = structureForm(known, { 'points[1].y': text }) ?? []
    expect(lines.map(({ node }) => node.path)).toContain('points[1].y')
  })

  it.each([
    ['the last element', { 'points[0].x': '1', 'points[1].y': '2' }, { 'points[0].x': '1' }],
    ['one whose neighbour is all zero', { 'points[2].x': '1' }, { 'points[1].x': '0' }],
    ['the only one', { 'points[0].x': '1', 'pair[0].x': '7' }, { 'pair[0].x': '7' }],
    ['one that was counted by hand', { count: '2' }, { 'points[0].x': '0' }],
  ])('lose %s', (_what, before, after) => {
    expect(removed(before)).toEqual(after)
    expect(structureForm(known, after)).not.toBeNull()
  })
})
