import fc from 'fast-check'
import { expect, it } from 'vitest'
import { smallestChange } from './code-editor-setup.ts'

it('changes the least of a text, whatever stands there', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 })
  fc.assert(
    fc.property(text, text, text, text, (start, end, present, wanted) => {
      const before = start + present + end
      const { from, to, insert } = smallestChange(before, start + wanted + end)
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(start + wanted + end)
      expect([from >= start.length || insert === '', to - from <= present.length]).toEqual([true, true])
    }),
  )
})
