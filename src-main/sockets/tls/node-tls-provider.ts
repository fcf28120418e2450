import { createHash } from 'node:crypto'
import { createSecureContext, DEFAULT_CIPHERS, type SecureContext, type SecureContextOptions } from 'node:tls'
import { WirebenchError } from '../../contract/errors.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import type { TlsProvider } from '../../engine/ports.ts'
import { checkTlsSettings } from '../../protocol/tls/check-settings.ts'
import { isOlderVersion, versionRange } from '../../protocol/tls/tls-versions.ts'
import { systemErrorCode } from '../socket-errors.ts'
import { readClientIdentity, type ClientIdentity } from './client-identity.ts'
import { NodePreparedTls } from './node-prepared-tls.ts'
import { SessionMemory } from './session-memory.ts'
import { readTrust, type Trust } from './trusted-certificates.ts'

/** Makes ready what a handshake of Node needs, and keeps the sessions of earlier ones. */
export class NodeTlsProvider implements TlsProvider {
  readonly #sessions = new SessionMemory()

  async prepare(settings: TlsSettings, host: string, passphrase: string | null): Promise<NodePreparedTls> {
    const impossible = checkTlsSettings(settings)
    if (impossible !== null) throw WirebenchError.fromShape(impossible)
    const trust = await readTrust(settings)
    const identity = await readClientIdentity(settings, passphrase)
    return new NodePreparedTls({
      settings,
      host,
      secureContext: secureContextOf(settings, trust, identity),
      trusted: trust.trusted,
      clientChain: identity === null ? null : identity.chain,
      sessions: this.#sessions,
      sessionKey: sessionKeyOf(settings, host, trust, identity),
    })
  }
}

function secureContextOf(settings: TlsSettings, trust: Trust, identity: ClientIdentity | null): SecureContext {
  const ciphers = cipherList(settings)
  const options: SecureContextOptions = {
    minVersion: versionRange(settings).minimum,
    maxVersion: versionRange(settings).maximum,
    // An added intermediate is trusted without its root (X509_V_FLAG_PARTIAL_CHAIN).
    allowPartialTrustChain: true,
    ...(trust.pems === null ? {} : { ca: trust.pems }),
    ...(ciphers === null ? {} : { ciphers }),
    ...identity?.context,
  }
  try {
    return createSecureContext(options)
  } catch (thrown) {
    throw contextError(thrown, settings)
  }
}

/** OpenSSL 3 speaks TLS 1.0 and 1.1 at its lowest security level only. */
function cipherList(settings: TlsSettings): string | null {
  if (!isOlderVersion(versionRange(settings).minimum, 'TLSv1.2')) return settings.ciphers
  const ciphers = settings.ciphers ?? DEFAULT_CIPHERS
  return ciphers.includes('@SECLEVEL=') ? ciphers : `${ciphers}:@SECLEVEL=0`
}

function contextError(thrown: unknown, settings: TlsSettings): WirebenchError {
  const code = systemErrorCode(thrown)
  if (code === 'ERR_SSL_NO_CIPHER_MATCH' || code === 'ERR_SSL_INVALID_COMMAND') {
    return new WirebenchError('ciphers-unknown', { ciphers: settings.ciphers, field: 'ciphers' })
  }
  // OpenSSL's own words for its own refusal, such as `ca md too weak`; they hold nothing of the files.
  const words = thrown instanceof Error ? (/:([^:]+)$/.exec(thrown.message)?.[1] ?? thrown.message) : String(thrown)
  const field = settings.pfxPath === null ? 'certificatePath' : 'pfxPath'
  return new WirebenchError('tls-settings-impossible', { field, reason: `OpenSSL refuses them: ${words}.` })
}

/** Without the paths: what counts is what stood in the files. */
function sessionKeyOf(settings: TlsSettings, host: string, trust: Trust, identity: ClientIdentity | null): string {
  const hash = createHash('sha256').update(JSON.stringify([host, settings]))
  for (const pem of trust.pems ?? []) hash.update(pem)
  for (const bytes of identity?.bytes ?? []) hash.update(createHash('sha256').update(bytes).digest())
  return hash.digest('hex')
}
