import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import * as v from 'valibot'
import type { ErrorShape } from '../../../contract/errors.ts'
import { tlsSettings, type TlsSettings, type TlsSettingsInput } from '../../../contract/schemas/tls.ts'
import type { SecuredConnection } from '../../../engine/ports.ts'
import type { TestServer } from '../../../local-servers/testing/tls-test-server.ts'
import { describeHandshakeError } from '../handshake-errors.ts'
import { HandshakeWatch } from '../handshake-watch.ts'
import { judgePeer, refusalOf } from '../judge-peer.ts'
import type { NodePreparedTls } from '../node-prepared-tls.ts'
import { NodeTlsProvider } from '../node-tls-provider.ts'

export const completeTls = (given: TlsSettingsInput): TlsSettings => v.parse(tlsSettings, given)

export interface SecureAttempt {
  readonly secured: SecuredConnection | null
  readonly error: ErrorShape | null
  /** Code of the error that ends the connection, whoever decides it; null when it is to be used. */
  readonly code: string | null
}

export interface AttemptParts {
  readonly host?: string
  readonly provider?: NodeTlsProvider
  readonly passphrase?: string
}

/** One handshake with a server of a test, as the settings want it; then the connection is closed. */
export async function attemptTls(
  server: TestServer,
  given: TlsSettingsInput,
  parts: AttemptParts = {},
): Promise<SecureAttempt> {
  const { host = 'localhost', provider = new NodeTlsProvider(), passphrase = null } = parts
  const prepared = await provider.prepare(completeTls(given), host, passphrase)
  return attemptPrepared(server, prepared)
}

/** With settings that are ready. A server that echoes has answered once before the end: its sessions have come then. */
export async function attemptPrepared(server: TestServer, prepared: NodePreparedTls): Promise<SecureAttempt> {
  const plain = connect(server.port, server.host)
  const secure = connectTls({ ...prepared.options, socket: plain })
  const watch = new HandshakeWatch(secure, plain)
  const failed = once(secure, 'error').then(([thrown]: unknown[]) =>
    describeHandshakeError(thrown, {
      address: server.address,
      receivedBytes: plain.bytesRead,
      isCertificateRequested: watch.isCertificateRequested,
      isReset: watch.isReset,
      hasCertificate: prepared.clientChain !== null,
    }),
  )
  try {
    const error = await Promise.race([once(secure, 'secureConnect').then(() => null), failed])
    if (error !== null) return { secured: null, error, code: error.code }
    const secured = judgePeer(secure, prepared)
    const refusal = refusalOf(secured, prepared)
    if (refusal === null) await exchange(secure, prepared, secured)
    return { secured, error: refusal, code: refusal?.code ?? null }
  } finally {
    secure.destroy()
    plain.destroy()
  }
}

async function exchange(secure: TLSSocket, prepared: NodePreparedTls, secured: SecuredConnection): Promise<void> {
  prepared.remember(secure, secured)
  secure.write('x')
  await Promise.race([once(secure, 'data'), once(secure, 'close')])
}
