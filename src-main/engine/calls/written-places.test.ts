import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WrittenPlaces } from './written-places.ts'

describe('where written bytes stand', () => {
  test('behind what others wrote before, on a capture that others write to as well', () => {
    const places = new WrittenPlaces()
    const told: [string, number][] = []
    places.written(3, (offset) => told.push(['first', offset]))
    places.written(8, (offset) => told.push(['second', offset]))
    // 3 bytes of somebody else and 4 of the 5 of the first one.
    places.accepted(7, 100)
    places.accepted(1, 200)
    places.accepted(2, 300)
    expect(told).toEqual([
      ['first', 103],
      ['second', 300],
    ])
  })

  test('wherever acceptance cuts the bytes', () => {
    const writes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(writes, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (lengths, cuts) => {
        const places = new WrittenPlaces()
        const told: number[] = []
        const wanted: number[] = []
        let unsentBytes = 0
        let position = 0
        for (const length of lengths) {
          places.written(unsentBytes, (offset) => told.push(offset))
          wanted.push(position)
          unsentBytes += length
          position += length
        }
        for (let accepted = 0; accepted < position;) {
          const { value } = cuts.next() as { value: number }
          const byteCount = Math.min(value, position - accepted)
          places.accepted(byteCount, accepted)
          accepted += byteCount
        }
        expect(told).toEqual(wanted)
      }),
    )
  })
})
