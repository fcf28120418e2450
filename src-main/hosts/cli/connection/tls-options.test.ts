import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { toErrorShape } from '../../../contract/errors.ts'
import { tlsSettings, type TlsSettingsInput } from '../../../contract/schemas/tls.ts'
import { CommandLine } from '../command-line.ts'
import { planTls, tlsOptions, tlsSettingsOf } from './tls-options.ts'

const complete = (given: TlsSettingsInput) => v.parse(tlsSettings, given)

function settings(words: string, profile: TlsSettingsInput | null = null): unknown {
  const plan = planTls(new CommandLine(words === '' ? [] : words.split(' '), tlsOptions), { SECRET: 'open sesame' })
  return tlsSettingsOf(plan, profile === null ? null : complete(profile))
}

const fingerprint = 'ab'.repeat(32)

describe('options of TLS', () => {
  it.each<[string, TlsSettingsInput]>([
    ['--tls', {}],
    ['--ca a.pem --servername device.example', { caPath: 'a.pem', serverName: 'device.example' }],
    ['--cert a.pem --key a.key', { certificatePath: 'a.pem', keyPath: 'a.key' }],
    ['--pfx a.p12 --passphrase-env SECRET', { pfxPath: 'a.p12' }],
    ['--insecure', { verification: 'off', checksName: false }],
    ['--verify optional --no-name-check', { verification: 'optional', checksName: false }],
    ['--min-version TLSv1 --max-version TLSv1.1', { minimumVersion: 'TLSv1', maximumVersion: 'TLSv1.1' }],
    ['--ciphers HIGH:!aNULL --alpn h2,mqtt', { ciphers: 'HIGH:!aNULL', alpn: ['h2', 'mqtt'] }],
    [`--pin ${fingerprint}`, { pinnedFingerprint: fingerprint }],
    [`--pin SHA256:${fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:')}`, { pinnedFingerprint: fingerprint }],
    ['--starttls STARTTLS\\r\\n', { start: { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '' } }],
    ['--starttls A --starttls-expect 220', { start: { kind: 'after-text', send: 'A', expect: '220' } }],
  ])('%s', (words, expected) => {
    expect(settings(words)).toEqual(complete(expected))
  })

  it('none of them is plain TCP, or what the profile says', () => {
    expect([settings(''), settings('', { caPath: 'a.pem' })]).toEqual([null, complete({ caPath: 'a.pem' })])
  })

  it('go before those of the profile, one by one', () => {
    const profile: TlsSettingsInput = { caPath: 'a.pem', alpn: ['h2'], verification: 'optional' }
    expect(settings('--ca b.pem --no-name-check', profile)).toEqual(
      complete({ ...profile, caPath: 'b.pem', checksName: false }),
    )
  })

  it.each([
    ['--insecure --verify required', 'usage'],
    ['--insecure --pin ' + fingerprint, 'usage'],
    ['--pin abcd', 'usage'],
    ['--verify perhaps', 'usage'],
    ['--min-version 1.2', 'usage'],
    ['--alpn a,,b', 'usage'],
    ['--passphrase-env NOT_SET', 'usage'],
    ['--verify off', 'tls-settings-impossible'],
    ['--min-version TLSv1.3 --max-version TLSv1.2', 'tls-settings-impossible'],
    ['--key a.key', 'tls-settings-impossible'],
    ['--pfx a.p12 --cert a.pem', 'tls-settings-impossible'],
  ])('%s is refused: %s', (words, code) => {
    let found: unknown = null
    try {
      settings(words)
    } catch (thrown) {
      found = toErrorShape(thrown).code
    }
    expect(found).toBe(code)
  })

  it('the passphrase comes from the environment and is in no settings', () => {
    const line = new CommandLine(['--pfx', 'a.p12', '--passphrase-env', 'SECRET'], tlsOptions)
    const plan = planTls(line, { SECRET: 'open sesame' })
    expect([plan.passphrase, JSON.stringify(plan.asked).includes('sesame')]).toEqual(['open sesame', false])
  })
})
