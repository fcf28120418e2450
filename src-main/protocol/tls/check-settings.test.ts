import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { tlsSettings, tlsVersion, type TlsSettingsInput } from '../../contract/schemas/tls.ts'
import { checkTlsSettings } from './check-settings.ts'
import { versionName, versionRange } from './tls-versions.ts'

const check = (given: TlsSettingsInput): unknown => checkTlsSettings(v.parse(tlsSettings, given))?.data.field ?? null

describe('settings that can be used together', () => {
  it.each<TlsSettingsInput>([
    {},
    { verification: 'optional' },
    { checksName: false },
    { verification: 'off', checksName: false },
    { minimumVersion: 'TLSv1.2', maximumVersion: 'TLSv1.2' },
    { maximumVersion: 'TLSv1' },
    { minimumVersion: 'TLSv1.3' },
    { certificatePath: 'one.pem' },
    { certificatePath: 'one.pem', keyPath: 'one.key' },
    { pfxPath: 'one.p12' },
    { serverName: 'localhost' },
    { serverName: '127.0.0.1' },
    { serverName: '::1' },
    { serverName: 'münchen.example' },
    { pinnedFingerprint: 'ab'.repeat(32) },
    { alpn: ['h2', 'é'.repeat(127)] },
  ])('%j', (given) => {
    expect(check(given)).toBeNull()
  })
})

describe('settings that contradict each other name the one to change', () => {
  it.each<[TlsSettingsInput, string]>([
    [{ verification: 'off' }, 'checksName'],
    [{ verification: 'off', checksName: false, pinnedFingerprint: 'ab'.repeat(32) }, 'pinnedFingerprint'],
    [{ minimumVersion: 'TLSv1.3', maximumVersion: 'TLSv1.2' }, 'minimumVersion'],
    [{ keyPath: 'one.key' }, 'certificatePath'],
    [{ pfxPath: 'one.p12', certificatePath: 'one.pem' }, 'pfxPath'],
    [{ pfxPath: 'one.p12', keyPath: 'one.key' }, 'pfxPath'],
    [{ serverName: 'not a name' }, 'serverName'],
    [{ alpn: ['é'.repeat(128)] }, 'alpn'],
  ])('%j', (given, field) => {
    expect(check(given)).toBe(field)
  })

  it('in a sentence', () => {
    const settings = v.parse(tlsSettings, { minimumVersion: 'TLSv1.3', maximumVersion: 'TLSv1' })
    expect(checkTlsSettings(settings)?.message).toBe(
      'These TLS settings cannot be used together. The lowest version (TLS 1.3) is higher than the highest (TLS 1.0).',
    )
  })
})

describe('versions', () => {
  it('an old highest version takes the lowest along', () => {
    const range = (given: TlsSettingsInput): unknown => versionRange(v.parse(tlsSettings, given))
    expect([range({}), range({ maximumVersion: 'TLSv1.1' }), range({ minimumVersion: 'TLSv1' })]).toEqual([
      { minimum: 'TLSv1.2', maximum: 'TLSv1.3' },
      { minimum: 'TLSv1.1', maximum: 'TLSv1.1' },
      { minimum: 'TLSv1', maximum: 'TLSv1.3' },
    ])
  })

  it('are written as people write them', () => {
    expect(tlsVersion.options.map(versionName)).toEqual(['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'])
  })
})
