import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { WirebenchError } from '../../contract/errors.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import { systemErrorCode } from '../socket-errors.ts'
import { isWholeDer } from './der.ts'
import { readLimitedFile } from './read-limited-file.ts'
import { certificatesOf } from './trusted-certificates.ts'

/** More than a real chain ever has. */
const maximumChainLength = 32

/** Who this side says it is. */
export interface ClientIdentity {
  /** Leaf first. Empty for a PFX file, whose certificate is known once it is in use. */
  readonly chain: readonly X509Certificate[]
  /** For `createSecureContext`. */
  readonly context: { cert: string; key: string } | { pfx: { buf: Buffer; passphrase: string }[] }
  /** The bytes of the files, to tell one identity from another. */
  readonly bytes: readonly Uint8Array[]
}

/**
 * Reads the client's certificate and key; null when the settings name none. Errors, with the setting in `field`:
 * `file-not-found`, `file-unreadable`, `certificate-file-malformed`, `key-file-malformed`, `pfx-malformed`,
 * `passphrase-required`, `passphrase-wrong`, `client-key-mismatch`. The passphrase is in none of them.
 */
export async function readClientIdentity(
  settings: TlsSettings,
  passphrase: string | null,
): Promise<ClientIdentity | null> {
  if (settings.pfxPath !== null) return readPfx(settings.pfxPath, passphrase)
  const { certificatePath } = settings
  if (certificatePath === null) return null
  const certificateBytes = await readLimitedFile(certificatePath, 'certificatePath')
  const chain = certificatesOf(certificateBytes, certificatePath, 'certificatePath')
  if (chain.length > maximumChainLength) {
    const reason = `It has ${chain.length} certificates, which is no chain of one client.`
    throw new WirebenchError('certificate-file-malformed', { file: certificatePath, field: 'certificatePath', reason })
  }
  // As with Python's `load_cert_chain` the key may stand in the file of the certificate.
  const keyPath = settings.keyPath ?? certificatePath
  const keyBytes = settings.keyPath === null ? certificateBytes : await readLimitedFile(keyPath, 'keyPath')
  const key = readKey(keyBytes, keyPath, passphrase)
  if (chain[0]?.checkPrivateKey(key) !== true) {
    throw new WirebenchError('client-key-mismatch', {
      keyFile: keyPath,
      certificateFile: certificatePath,
      field: 'keyPath',
    })
  }
  return {
    chain,
    context: {
      cert: chain.map((certificate) => certificate.toString()).join(''),
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    bytes: [certificateBytes, keyBytes],
  }
}

const keyBegin = /-----BEGIN ((?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY)-----/

/** The first private key of a PEM text, with what stands between its marks; null when there is none. */
function keyBlockOf(text: string): { readonly block: string; readonly label: string; readonly body: string } | null {
  const begin = keyBegin.exec(text)
  const label = begin?.[1]
  if (begin === null || label === undefined) return null
  const bodyStart = begin.index + begin[0].length
  const endMark = `-----END ${label}-----`
  const bodyEnd = text.indexOf(endMark, bodyStart)
  if (bodyEnd === -1) return null
  return { block: text.slice(begin.index, bodyEnd + endMark.length), label, body: text.slice(bodyStart, bodyEnd) }
}

function readKey(bytes: Buffer, file: string, passphrase: string | null): KeyObject {
  const found = keyBlockOf(bytes.toString('latin1'))
  const facts = { file, field: 'keyPath' }
  if (found === null) throw new WirebenchError('key-file-malformed', facts)
  const { block, label, body } = found
  const isPkcs8 = label === 'ENCRYPTED PRIVATE KEY'
  const isEncrypted = isPkcs8 || body.includes('Proc-Type: 4,ENCRYPTED')
  if (isEncrypted && passphrase === null) {
    throw new WirebenchError('passphrase-required', { file, field: 'passphraseVariable' })
  }
  try {
    return createPrivateKey({ key: block, format: 'pem', ...(isEncrypted ? { passphrase: passphrase ?? '' } : {}) })
  } catch (thrown) {
    if (isEncrypted && isPassphraseToBlame(thrown, isPkcs8, body)) {
      throw new WirebenchError('passphrase-wrong', { file, field: 'passphraseVariable' })
    }
    throw new WirebenchError('key-file-malformed', facts)
  }
}

/**
 * One wrong passphrase in 256 decrypts to something, which then is no key: what is whole from the outside was
 * decrypted wrongly. The old form (RFC 1421) shows nothing from the outside.
 */
function isPassphraseToBlame(thrown: unknown, isPkcs8: boolean, body: string): boolean {
  if (systemErrorCode(thrown) === 'ERR_OSSL_BAD_DECRYPT') return true
  return !isPkcs8 || isWholeDer(Buffer.from(body, 'base64'))
}

async function readPfx(file: string, passphrase: string | null): Promise<ClientIdentity> {
  const bytes = await readLimitedFile(file, 'pfxPath')
  const pfx = [{ buf: bytes, passphrase: passphrase ?? '' }]
  try {
    createSecureContext({ pfx })
  } catch (thrown) {
    throw pfxError(thrown, file, passphrase)
  }
  return { chain: [], context: { pfx }, bytes: [bytes] }
}

function pfxError(thrown: unknown, file: string, passphrase: string | null): WirebenchError {
  const text = thrown instanceof Error ? thrown.message : ''
  if (/mac verify failure/i.test(text)) {
    const code = passphrase === null ? 'passphrase-required' : 'passphrase-wrong'
    return new WirebenchError(code, { file, field: 'passphraseVariable' })
  }
  if (/key values mismatch/i.test(text)) {
    return new WirebenchError('client-key-mismatch', { keyFile: file, certificateFile: file, field: 'pfxPath' })
  }
  const reason = /unsupported/i.test(text)
    ? 'It is encrypted in an old way that OpenSSL 3 no longer reads (RC2 or 3DES). Export it again with AES.'
    : null
  return new WirebenchError('pfx-malformed', { file, field: 'pfxPath', reason })
}
