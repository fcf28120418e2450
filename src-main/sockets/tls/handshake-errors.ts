import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { describeConnectionError, systemErrorCode } from '../socket-errors.ts'
import {
  certificateAlerts,
  certificateRequiredAlert,
  cipherCodes,
  handshakeFailureAlert,
  otherReasons,
  plaintextCodes,
  versionCodes,
} from './alert-words.ts'

/** What is known of a handshake that failed. */
export interface HandshakeFacts {
  /** `IP:PORT` of the server. */
  readonly address: string
  /** Bytes of the handshake that came from the server, as they were on the wire (`bytesRead` of the plain socket). */
  readonly receivedBytes: number
  /** See `HandshakeWatch`, also for the next. */
  readonly isCertificateRequested: boolean
  readonly isReset?: boolean
  /** There is a client certificate to send. */
  readonly hasCertificate: boolean
}

/** The header of a record (RFC 8446, section 5.1) has five bytes: less is no TLS. */
const recordHeaderBytes = 5

/** Why a handshake failed: what Node threw, together with what was seen, as one of the codes of the doctor. */
export function describeHandshakeError(thrown: unknown, facts: HandshakeFacts): ErrorShape {
  const { address } = facts
  const code = systemErrorCode(thrown)
  const openSslCode = openSslCodeOf(code)
  if (openSslCode === null) return describeBreak(thrown, code, facts)
  const data = { address, systemCode: code }
  if (openSslCode === certificateRequiredAlert) return describeError('client-certificate-required', data)
  const aboutCertificate = certificateError(openSslCode, facts)
  if (aboutCertificate !== null) return aboutCertificate
  if (plaintextCodes.has(openSslCode) && !facts.isCertificateRequested) return describeError('plaintext-server', data)
  if (versionCodes.has(openSslCode)) return describeError('no-common-version', data)
  if (cipherCodes.has(openSslCode)) return describeError('no-common-cipher', data)
  if (openSslCode === handshakeFailureAlert) {
    return describeError('no-common-cipher', {
      ...data,
      reason: 'It said only that the handshake failed (alert 40), which most often means this.',
    })
  }
  return describeError('handshake-failed', { ...data, reason: reasonOf(openSslCode, thrown) })
}

/**
 * Why a connection broke after its handshake. With TLS 1.3 the server looks at the client's certificate only then
 * (RFC 8446, section 4.4.2.4), so that its refusal may come here.
 */
export function describeSecuredError(thrown: unknown, facts: HandshakeFacts): ErrorShape {
  const code = systemErrorCode(thrown)
  const openSslCode = openSslCodeOf(code)
  if (openSslCode === null) return describeConnectionError(thrown)
  const data = { address: facts.address, systemCode: code }
  if (openSslCode === certificateRequiredAlert) return describeError('client-certificate-required', data)
  return (
    certificateError(openSslCode, facts) ??
    describeError('tls-broken', { ...data, reason: reasonOf(openSslCode, thrown) })
  )
}

function openSslCodeOf(code: string | null): string | null {
  return code?.startsWith('ERR_SSL_') === true ? code.slice('ERR_SSL_'.length) : null
}

/** A server that asked for a certificate speaks of it, whether it got one or not. */
function certificateError(openSslCode: string, facts: HandshakeFacts): ErrorShape | null {
  const words = certificateAlerts.get(openSslCode) ?? null
  const isGeneral = openSslCode === handshakeFailureAlert
  if (words === null && !isGeneral) return null
  const data = { address: facts.address, systemCode: `ERR_SSL_${openSslCode}` }
  if (facts.isCertificateRequested) {
    return facts.hasCertificate
      ? describeError('client-certificate-rejected', { ...data, reason: words })
      : describeError('client-certificate-required', data)
  }
  // Before TLS 1.2 nobody can see the request.
  if (isGeneral || openSslCode === 'SSLV3_ALERT_ILLEGAL_PARAMETER' || openSslCode === 'TLSV1_ALERT_DECRYPT_ERROR')
    return null
  return facts.hasCertificate ? describeError('client-certificate-rejected', { ...data, reason: words }) : null
}

/** The connection ended without a word of TLS. */
function describeBreak(thrown: unknown, code: string | null, facts: HandshakeFacts): ErrorShape {
  const { address, receivedBytes, isCertificateRequested, hasCertificate } = facts
  const data = { address, systemCode: code }
  const isReset = facts.isReset === true || isSystemReset(thrown, code)
  if (!isReset && code !== 'ECONNRESET') {
    const reason = thrown instanceof Error ? `${thrown.message}.` : `${String(thrown)}.`
    return describeError('handshake-failed', { ...data, reason })
  }
  if (isCertificateRequested) {
    const how = isReset ? 'It reset the connection' : 'It closed the connection'
    return hasCertificate
      ? describeError('client-certificate-rejected', { ...data, reason: `${how} when it had seen it.` })
      : describeError('client-certificate-required', data)
  }
  if (receivedBytes > 0 && receivedBytes < recordHeaderBytes) return describeError('plaintext-server', data)
  if (!isReset) return describeError('closed-during-handshake', data)
  return describeError(receivedBytes === 0 ? 'reset-before-tls' : 'reset-during-handshake', data)
}

/** Node gives an end in mid-handshake the code of a reset, too; only the system's own names the call that failed. */
function isSystemReset(thrown: unknown, code: string | null): boolean {
  if (code === 'EPIPE' || code === 'ECONNABORTED') return true
  return code === 'ECONNRESET' && thrown instanceof Error && Reflect.get(thrown, 'syscall') !== undefined
}

function reasonOf(openSslCode: string, thrown: unknown): string {
  const words = otherReasons.get(openSslCode)
  if (words !== undefined) return words
  const reason: unknown = thrown instanceof Error ? Reflect.get(thrown, 'reason') : null
  return `OpenSSL says: ${typeof reason === 'string' ? reason : openSslCode.toLowerCase().replaceAll('_', ' ')}.`
}
