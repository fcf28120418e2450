import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { readRequest } from '../../contract/schemas/reading.ts'
import { plan, planned, structure, text, until, type RequestInput } from './testing/read-requests.ts'

describe('requests', () => {
  const refusal = (request: RequestInput): unknown => {
    const result = planned(request)
    return result.ok ? null : [result.error.code, result.error.data]
  }

  test.each<[string, RequestInput, unknown]>([
    ['an empty separator', until(''), ['separator-empty', {}]],
    ['an empty terminator', text('utf-8', ''), ['separator-empty', {}]],
    ['an unknown encoding', text('utf-99'), ['encoding-unknown', { encoding: 'utf-99' }]],
    ['an unknown structure', structure('gone'), ['structure-not-found', { structureId: 'gone' }]],
    [
      'a structure whose size depends on the data',
      structure('varying'),
      ['structure-size-varies', { structure: 'Varying', fixedSize: 2 }],
    ],
  ])('%s is refused', (_name, request, expected) => {
    expect(refusal(request)).toEqual(expected)
  })

  test('a terminator is CR LF and an encoding UTF-8 unless said otherwise', () => {
    expect(v.parse(readRequest, { kind: 'text' })).toEqual({
      kind: 'text',
      terminator: Uint8Array.of(13, 10),
      encoding: 'utf-8',
      limitBytes: 65_536,
    })
  })

  test('sizes of structures follow their alignment', () => {
    const sizes = ['packed', 'natural'].map((id) => {
      const { take } = plan(structure(id))
      return take.kind === 'exactly' && take.byteCount
    })
    expect(sizes).toEqual([22, 32])
  })
})
