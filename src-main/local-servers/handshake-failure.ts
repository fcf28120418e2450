import type { TLSSocket } from 'node:tls'
import { describeError, type ErrorShape } from '../contract/errors.ts'

const endedEarly =
  'It ended the connection before the handshake was done. Clients that do not trust the certificate of the server do so.'

/** What OpenSSL and Node say of a client that fails, in words. */
const reasons: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'It showed no client certificate, and this server asks for one.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'It does not speak TLS: what it sent is plain text.',
  ERR_SSL_HTTP_REQUEST: 'It does not speak TLS: what it sent is plain HTTP.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'It offers no TLS version that this server speaks.',
  ERR_SSL_VERSION_TOO_LOW: 'It offers no TLS version that this server speaks.',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'It takes no TLS version that this server speaks.',
  ERR_SSL_NO_SHARED_CIPHER: 'It offers no cipher that this server takes.',
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: 'It takes no kind of signature that this server can make.',
  ERR_SSL_NO_APPLICATION_PROTOCOL_NEGOTIATED: 'It offers no ALPN protocol that this server speaks.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'It does not trust the CA of this server.',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'It rejected the certificate of this server.',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'It rejected the certificate of this server: expired, or not valid yet.',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'It rejected the certificate of this server.',
  ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR: 'It had an error of its own.',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'It did not finish the handshake in time.',
  ECONNRESET: endedEarly,
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** Why a TLS connection with a client broke, as a sentence; null when TLS has nothing to do with it. */
export function tlsReason(error: Error): string | null {
  const code = codeOf(error)
  if (!code.startsWith('ERR_SSL_') && !code.startsWith('ERR_TLS_')) return null
  const known = reasons[code]
  if (known !== undefined) return known
  const said = 'reason' in error && typeof error.reason === 'string' ? error.reason : code
  return `OpenSSL says: ${said}.`
}

/** Why a client did not get through the handshake, as a coded error. */
export function handshakeFailure(error: Error, socket: TLSSocket): ErrorShape {
  // Node checks the client's certificate after OpenSSL is done, and closes without a word when it is not good. The type does
  // not say that there is none before.
  const refused: unknown = socket.authorizationError
  const reason =
    typeof refused === 'string'
      ? `Its client certificate was not accepted (${refused}).`
      : (tlsReason(error) ?? reasons[codeOf(error)] ?? `${error.message}.`)
  return describeError('client-handshake-failed', { reason, cause: codeOf(error) })
}

/** The same for a client of which nothing is known but that its connection has ended. */
export function abandonedHandshake(): ErrorShape {
  return describeError('client-handshake-failed', { reason: endedEarly, cause: 'ECONNRESET' })
}
