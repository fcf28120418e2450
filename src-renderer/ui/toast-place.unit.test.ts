import { expect, it } from 'vitest'
import { placeOfToasts, type Box } from './toast-place.ts'

const bounds: Box = { left: 0, top: 0, right: 1000, bottom: 600 }
const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
})
const place = (controls: readonly Box[], width = 300, height = 40) => placeOfToasts({ bounds, width, height, controls })

it('stands in the lower right corner where nothing is in its way', () => {
  expect(place([])).toEqual({ left: 700, top: 560, isFree: true })
  expect(place([box(20, 570, 80, 26)])).toEqual({ left: 700, top: 560, isFree: true })
})

it('stands above or beside controls, whichever is nearer', () => {
  expect(place([box(900, 570, 90, 26)])).toEqual({ left: 700, top: 524, isFree: true })
  expect(place([box(900, 300, 90, 296)])).toEqual({ left: 594, top: 560, isFree: true })
})

it('finds the room between controls that stand in lines', () => {
  const lines = [box(500, 560, 500, 30), box(500, 480, 500, 30), box(500, 420, 500, 30), box(500, 300, 500, 30)]
  expect(place(lines)).toEqual({ left: 700, top: 374, isFree: true })
})

it('covers as little as it can where controls are everywhere', () => {
  const everywhere = Array.from({ length: 10 }, (_, at) => box(0, at * 60, at === 4 ? 720 : 1000, 58))
  expect(place(everywhere)).toEqual({ left: 700, top: 254, isFree: false })
})

it('stays within bounds that are smaller than it is', () => {
  expect(placeOfToasts({ bounds: box(10, 10, 200, 30), width: 300, height: 40, controls: [] })).toEqual({
    left: 10,
    top: 10,
    isFree: true,
  })
})

it('is placed among hundreds of controls within some milliseconds', () => {
  const many = Array.from({ length: 600 }, (_, at) => box((at % 20) * 50, Math.floor(at / 20) * 20, 45, 18))
  const { left, top } = place(many)
  expect([left >= 0 && left <= 700, top >= 0 && top <= 560]).toEqual([true, true])
})
