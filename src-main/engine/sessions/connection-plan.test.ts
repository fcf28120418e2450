import { expect, test } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { completeConnectionSettings, type ConnectionSettingsInput } from '../../contract/schemas/connection.ts'
import type { ConnectionPlan } from '../../protocol/connection/connection-inputs.ts'
import { connectionPlan } from './connection-plan.ts'

const values: Readonly<Record<string, { text: string; secret: boolean }>> = {
  user: { text: 'ada', secret: false },
  password: { text: 'pä\\n', secret: true },
  bytes: { text: '0a0b', secret: false },
  odd: { text: 'zz', secret: true },
}

function plan(given: Partial<ConnectionSettingsInput>): ConnectionPlan {
  const settings = completeConnectionSettings({ host: 'device.test', port: 4001, ...given })
  return connectionPlan(settings, { resolve: (name) => values[name] ?? null }, false)
}

function failure(given: Partial<ConnectionSettingsInput>): unknown {
  try {
    return plan(given)
  } catch (error) {
    return error instanceof WirebenchError ? [error.code, error.data] : error
  }
}

const initial = (notation: 'text' | 'hex', content: string) => ({ initialMessage: { notation, content } }) as const
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each([
  ['no initial message', {}, new Uint8Array(0)],
  ['text with escapes and variables', initial('text', 'USER {{user}}\\r\\n'), bytes('USER ada\r\n')],
  ['values are sent as they are, escapes of theirs are none', initial('text', '{{password}}'), bytes('pä\\n')],
  ['hex with variables', initial('hex', '01 {{bytes}} ff'), Uint8Array.of(1, 10, 11, 255)],
  ['braces that were escaped', initial('text', '\\{{user}}'), bytes('{{user}}')],
])('%s', (_, given, expected) => {
  expect(plan(given).initialBytes).toEqual(expected)
})

test.each([
  ['escape-malformed', initial('text', 'a\\q'), { field: 'initialMessage', position: 2 }],
  ['hex-malformed', initial('hex', '0g'), { field: 'initialMessage', position: 2 }],
  ['hex-malformed', initial('hex', '00 {{odd}}'), { field: 'initialMessage', found: 'the value of a secret' }],
  ['variable-unknown', initial('text', '{{gone}}'), { field: 'initialMessage', name: 'gone' }],
  ['placeholder-malformed', initial('text', '{{user'), { field: 'initialMessage', position: 1 }],
  [
    'placeholder-malformed',
    initial('text', 'x{{$uuid}}'),
    { field: 'initialMessage', position: 2, found: '{{$uuid}}' },
  ],
  ['placeholder-malformed', initial('text', '{{$counter n}}'), { field: 'initialMessage' }],
])('%s at the field of the initial message', (code, given, data) => {
  expect(failure(given)).toEqual([code, expect.objectContaining(data)])
})

test.each([
  [{}, { start: 'at-once', serverName: null }],
  [{ start: { kind: 'by-hand' } }, null],
  [
    { start: { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220\\x20' } },
    { start: 'after-text', serverName: null, send: bytes('STARTTLS\r\n'), expect: bytes('220 ') },
  ],
] as const)('TLS with %j', (tls, expected) => {
  expect(plan({ tls }).tls).toEqual(expected)
})

test.each(['send', 'expect'] as const)('a malformed text before TLS is told at its field, %s', (field) => {
  const start = { kind: 'after-text', send: 'a', expect: 'b', [field]: '\\q' } as const
  expect(failure({ tls: { start } })).toEqual(['escape-malformed', expect.objectContaining({ field, position: 1 })])
})
