import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault } from './json-fault.ts'

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a":1,}', 7],
    ['{"a":1 "b":2}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1,2', 4],
    ['[1,]', 3],
    ['[1}', 2],
    ['{"a":1} x', 8],
    ['{"a":"line\nbreak"}', 5],
    ["{'a':1}", 1],
    ['[1,,2]', 3],
    ['nul', 0],
    ['{"a":01}', 6],
  ])('%j: at %i', (text, position) => {
    expect(findJsonFault(text)).toBe(position)
  })

  it('is its end when it is whole', () => {
    fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === text.length))
  })

  it('never goes past the first character that makes a text wrong', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        const position = at % (text.length + 1)
        const broken = `${text.slice(0, position)}\u0001${text.slice(position)}`
        return findJsonFault(broken) <= position
      }),
    )
  })
})
