import { expect, test } from 'vitest'
import { composeMessage } from './compose-message.ts'
import { contextOf, sourceOf } from './testing/compose-context.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test('text', () => {
  const result = composeMessage(
    sourceOf({ mode: 'text', text: 'a{{name}}\\x00\\{{x\n{{$counter n start=7 width=3}}', lineEnding: 'crlf' }),
    contextOf({ variables: { name: 'Ä' } }),
  )
  expect(result.ok && text(result.bytes)).toBe('aÄ\0{{x\r\n007\r\n')
})
