import { describe, expect, it } from 'vitest'
import { duplicateName, freeName } from './entry-names.ts'

describe('names', () => {
  it('of duplicates count up', () => {
    expect([
      duplicateName('Echo', new Set(['Echo'])),
      duplicateName('Echo', new Set(['Echo', 'Echo copy'])),
      duplicateName('Echo copy', new Set(['Echo copy'])),
      duplicateName('Echo copy 2', new Set(['Echo copy', 'Echo copy 2'])),
    ]).toEqual(['Echo copy', 'Echo copy 2', 'Echo copy 2', 'Echo copy 3'])
  })

  it('of imports get a number only when taken', () => {
    expect([freeName('Echo', new Set()), freeName('Echo', new Set(['Echo', 'Echo (2)']))]).toEqual(['Echo', 'Echo (3)'])
  })

  it('never get longer than allowed, nor cut a character in two', () => {
    const long = `${'x'.repeat(114)}\u{1F600}yyyy`
    expect(duplicateName(long, new Set())).toBe(`${'x'.repeat(114)} copy`)
  })
})
