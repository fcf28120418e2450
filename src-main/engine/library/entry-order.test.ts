import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allFolders, compareFolders, renamedPath } from './folder-paths.ts'
import { compareEntries, placeAmong, positionBetween } from './entry-order.ts'

const position = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('positions', () => {
  it('are whole numbers where one fits', () => {
    expect([
      positionBetween(null, null),
      positionBetween(3, null),
      positionBetween(3.5, null),
      positionBetween(null, 1),
      positionBetween(1, 5),
      positionBetween(1, 2),
      positionBetween(1, 1.5),
      positionBetween(-1, 0),
    ]).toEqual([1, 4, 4, 0, 3, 1.5, 1.25, -0.5])
  })

  it('lie strictly between their neighbours, or there is none', () => {
    fc.assert(
      fc.property(fc.option(position), fc.option(position), (one, other) => {
        const [before, after] = one !== null && other !== null && one > other ? [other, one] : [one, other]
        const between = positionBetween(before, after)
        if (between === null) return true
        return Number.isFinite(between) && (before ?? -Infinity) < between && between < (after ?? Infinity)
      }),
    )
  })

  it('make room when no number is left', () => {
    const others = [
      { id: 'a', folder: '', position: 1 },
      { id: 'b', folder: '', position: 1 },
      { id: 'c', folder: '', position: 5 },
    ]
    expect(placeAmong(others, 1)).toEqual({
      position: 2,
      rebalanced: [
        { id: 'b', position: 3 },
        { id: 'c', position: 4 },
      ],
    })
  })
})

describe('folders', () => {
  it('stand in the order a person expects, each before what is in it', () => {
    const folders = ['Rack 10', 'Rack 2', 'Rack 2/b', 'rack 1', 'Rack 2/a', 'Rack', '']
    expect(folders.sort(compareFolders)).toEqual(['', 'Rack', 'rack 1', 'Rack 2', 'Rack 2/a', 'Rack 2/b', 'Rack 10'])
  })

  it('include the ones above', () => {
    expect(allFolders(['a/b/c', '', 'd', 'a/b'])).toEqual(['a', 'a/b', 'a/b/c', 'd'])
  })

  it('are renamed with everything inside and nothing beside', () => {
    expect(['lab', 'lab/rack', 'laboratory'].map((folder) => renamedPath(folder, 'lab', 'x/y'))).toEqual([
      'x/y',
      'x/y/rack',
      'laboratory',
    ])
  })

  it('order profiles by folder, position and identifier', () => {
    const profiles = [
      { id: 'c', folder: 'x', position: 1 },
      { id: 'b', folder: '', position: 2 },
      { id: 'a', folder: '', position: 2 },
      { id: 'd', folder: '', position: -1 },
    ]
    expect(profiles.sort(compareEntries).map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
  })
})
