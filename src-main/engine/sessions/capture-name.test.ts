import { expect, test } from 'vitest'
import { captureNameOf } from './capture-name.ts'

const moment = new Date(2026, 10, 20, 9, 3, 7).getTime() * 1000

test('a capture is named by title and local time', () => {
  expect(captureNameOf('Echo', moment)).toBe('Echo 2026-11-20 09:03:07')
})

test('a long title is cut so that the name can be kept', () => {
  expect(captureNameOf('x'.repeat(500), moment)).toBe(`${'x'.repeat(100)} 2026-11-20 09:03:07`)
})
