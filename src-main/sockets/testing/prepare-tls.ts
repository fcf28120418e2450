import * as v from 'valibot'
import { tlsSettings, type TlsSettingsInput, type TlsVersion } from '../../contract/schemas/tls.ts'
import type { PreparedTls } from '../../engine/ports.ts'
import { testCertificates } from '../../local-servers/testing/test-certificates.ts'
import { NodeTlsProvider } from '../tls/node-tls-provider.ts'

const provider = new NodeTlsProvider()

/** What `NodeDialer` needs for a server of the tests: their CA is trusted, and the server name is `localhost`. */
export async function prepareTls(settings: TlsSettingsInput = {}, from = provider): Promise<PreparedTls> {
  const { root } = await testCertificates()
  const complete = v.parse(tlsSettings, {
    extraCertificates: [root.certificatePem],
    serverName: 'localhost',
    ...settings,
  })
  return from.prepare(complete, '127.0.0.1', null)
}

/** One version alone. */
export const only = (version: TlsVersion): TlsSettingsInput => ({ minimumVersion: version, maximumVersion: version })
