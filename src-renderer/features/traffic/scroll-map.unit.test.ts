import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maximumSpacerPx, ScrollMap } from './scroll-map.ts'

function mapOf(totalRows: number, viewportPx = 600): ScrollMap {
  const map = new ScrollMap()
  map.resize(totalRows, 20, viewportPx)
  return map
}

describe('scroll map', () => {
  it('is exact for lists that fit', () => {
    const map = mapOf(1000)
    map.scrolledTo(1234)
    expect({ top: map.topPx, bar: map.scrollTop, spacer: map.spacerPx }).toEqual({
      top: 1234,
      bar: 1234,
      spacer: 20_000,
    })
  })

  it('moves pixel by pixel with the wheel and in proportion with the thumb when rows are billions', () => {
    const map = mapOf(2_000_000_000)
    map.scrolledTo(100)
    const afterWheel = map.topPx
    map.scrolledTo((maximumSpacerPx - 600) / 2)
    const afterThumb = map.topPx / map.maximumTopPx
    map.scrolledTo(map.scrollTop - 100)
    expect({ afterWheel, afterThumb, afterWheelUp: map.maximumTopPx / 2 - map.topPx, spacer: map.spacerPx }).toEqual({
      afterWheel: 100,
      afterThumb: 0.5,
      afterWheelUp: 100,
      spacer: maximumSpacerPx,
    })
  })

  it('reaches both ends', () => {
    const map = mapOf(2_000_000_000)
    map.moveToEnd()
    const end = { atEnd: map.atEnd, bar: map.scrollTop }
    map.scrolledTo(0)
    expect({ end, top: map.topPx }).toEqual({ end: { atEnd: true, bar: maximumSpacerPx - 600 }, top: 0 })
  })

  it('reveals a row with the least movement', () => {
    const map = mapOf(1000)
    map.moveTo(1000)
    const tops = [50, 79, 80, 49, 3].map((row) => {
      map.reveal(row)
      return map.topPx
    })
    expect(tops).toEqual([1000, 1000, 1020, 980, 60])
  })

  it('never leaves the rows', () => {
    fc.assert(
      fc.property(
        fc.nat(4_000_000_000),
        fc.array(fc.double({ min: -1e7, max: 1e7, noNaN: true }), { maxLength: 20 }),
        (totalRows, movements) => {
          const map = mapOf(totalRows)
          for (const movement of movements) map.scrolledTo(map.scrollTop + movement)
          expect(map.topPx).toBeGreaterThanOrEqual(0)
          expect(map.topPx).toBeLessThanOrEqual(map.maximumTopPx)
          expect(map.scrollTop).toBeLessThanOrEqual(maximumSpacerPx)
        },
      ),
    )
  })
})
