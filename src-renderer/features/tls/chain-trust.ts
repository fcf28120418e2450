import type { CertificateFacts, ChainLink, TlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import { isSamePem } from './certificate-words.ts'

/** What can be trusted or added out of a chain of a server. */
export interface ChainTrust {
  /** Can be pinned; null when there is none or it is pinned already. */
  readonly leaf: CertificateFacts | null
  /** A CA that the server sent and that is not trusted here; null when there is none. */
  readonly ca: CertificateFacts | null
  /** A link is neither sent nor known: a file can bring it. */
  readonly isMissing: boolean
}

/** The last CA of a chain that the server sent is the one to trust: those before it are signed by it. */
export function chainTrust(chain: readonly ChainLink[], settings: TlsSettings | null): ChainTrust {
  const leaf = chain[0]?.certificate ?? null
  const isPinned = leaf !== null && settings?.pinnedFingerprint === leaf.fingerprintSha256
  const last = chain.at(-1)
  const root = last?.source === 'sent' && chain.length > 1 ? last.certificate : null
  const isAdded = root !== null && settings?.extraCertificates.some((pem) => isSamePem(pem, root.pem)) === true
  return {
    leaf: isPinned ? null : leaf,
    ca: root?.isCa === true && !isAdded ? root : null,
    isMissing: chain.some(({ source }) => source === 'missing'),
  }
}
