import { expect, test } from 'vitest'
import * as v from 'valibot'
import { describeError } from '../../contract/errors.ts'
import { completeConnectionSettings, type ConnectionSettings } from '../../contract/schemas/connection.ts'
import { tlsSettings, type TlsSettingsInput } from '../../contract/schemas/tls.ts'
import { SessionBench } from '../testing/session-bench.ts'

const refused = describeError('connection-refused', { address: '192.0.2.1', port: 4001 })

function secureSettings(tls: TlsSettingsInput): ConnectionSettings {
  const settings = completeConnectionSettings({
    host: '192.0.2.1',
    port: 4001,
    retry: { schedule: { kind: 'fixed', delayMs: 100 } },
  })
  return { ...settings, tls: v.parse(tlsSettings, tls) }
}

test('a retry that begins while another connecting is made ready keeps its own TLS', async () => {
  const bench = await SessionBench.make()
  const session = await bench.registry.open({ profileId: null, settings: secureSettings({ serverName: 'first.test' }) })
  await session.connect()
  bench.dialer.last.fail(refused)
  let openGate = (): void => undefined
  bench.tls.gate = new Promise((resolve) => (openGate = resolve))
  const other = secureSettings({ serverName: 'second.test', verification: 'off', checksName: false })
  const connecting = session.connect({ settings: other })
  bench.clock.advance(100)
  expect(session.snapshot().state).toBe('connecting')
  openGate()
  await expect(connecting).rejects.toMatchObject({ code: 'already-connected' })
  bench.dialer.last.fail(refused)
  bench.clock.advance(100)
  expect([session.snapshot().settings.tls?.serverName, bench.dialer.last.options.tls?.serverName]).toEqual([
    'first.test',
    'first.test',
  ])
})

test('reading that is held while dialling does not hold the text before TLS', async () => {
  const bench = await SessionBench.make()
  const start = { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 ' } as const
  const session = await bench.registry.open({ profileId: null, settings: secureSettings({ start }) })
  await session.connect()
  session.setReading({ mode: 'manual', readSizeBytes: 1024, serviceIntervalMs: null })
  const { last } = bench.dialer
  last.connect()
  last.receive(new TextEncoder().encode('220 go on'))
  last.handlers.onAccepted(10)
  expect(last.log).toEqual(['write 10', 'start TLS with 192.0.2.1'])
})
