import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import { WirebenchError } from '../contract/errors.ts'
import { readMessageFile } from '../engine/messages/message-files.ts'
import { versionOptions, type VersionRange } from './server-security.ts'

/** A server's certificate that was made elsewhere. */
export interface OwnCertificate extends VersionRange {
  /** PEM, leaf first. */
  readonly certificateFile: string
  readonly keyFile: string
  /** Opens the key; null when it is not encrypted. */
  readonly passphrase: string | null
  /** PEM; clients are asked for a certificate that these CAs signed. Null asks for none. */
  readonly clientCaFile: string | null
  /** Clients without such a certificate are refused. */
  readonly requiresClientCertificate: boolean
  readonly alpn: readonly string[]
}

/**
 * What Node's TLS server needs to show a certificate from files. Errors: `file-not-found`, `file-unreadable`,
 * `certificate-file-malformed`, `key-file-malformed`, `passphrase-required`, `passphrase-wrong`, `client-key-mismatch`,
 * `tls-settings-impossible`.
 */
export async function ownSecurity(own: OwnCertificate): Promise<TlsOptions> {
  const { certificateFile, keyFile, clientCaFile, requiresClientCertificate, alpn } = own
  const cert = await readPem(certificateFile)
  const certificate = readCertificate(cert, certificateFile)
  const key = readKey(await readPem(keyFile), own)
  if (!certificate.checkPrivateKey(key)) throw new WirebenchError('client-key-mismatch', { keyFile, certificateFile })
  const ca = clientCaFile === null ? null : await readPem(clientCaFile)
  if (ca !== null && clientCaFile !== null) readCertificate(ca, clientCaFile)
  return {
    cert,
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    ...versionOptions(own),
    ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
    ...(ca === null ? {} : { ca, requestCert: true, rejectUnauthorized: requiresClientCertificate }),
  }
}

async function readPem(file: string): Promise<string> {
  const content = await readMessageFile(file)
  if (!content.ok) throw WirebenchError.fromShape(content.error)
  return new TextDecoder().decode(content.bytes)
}

function readCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    // OpenSSL names its own source files here.
    throw new WirebenchError('certificate-file-malformed', { file })
  }
}

function readKey(pem: string, { keyFile, passphrase }: OwnCertificate): KeyObject {
  // PKCS #8 says so in its label, the older form of OpenSSL in a header.
  const isEncrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(pem)
  if (isEncrypted && passphrase === null) throw new WirebenchError('passphrase-required', { file: keyFile })
  try {
    return createPrivateKey(passphrase === null ? { key: pem } : { key: pem, passphrase })
  } catch {
    // As above, and what it says could tell of the passphrase.
    throw new WirebenchError(isEncrypted ? 'passphrase-wrong' : 'key-file-malformed', { file: keyFile })
  }
}
