import type { CertificateFacts, ChainLink, TlsSettings, TlsSummary } from '../../../src-main/contract/schemas/tls.ts'
import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import { formatDay } from '../../format/times.ts'
import { tlsWords as words } from '../../strings/tls.ts'
import type { Fact } from '../../ui/fact.ts'

/** A certificate that ends sooner is warned of. */
export const expiryWarningDays = 30

const dayMs = 86_400_000

/** What the words of a chain depend on besides the chain. */
export interface ChainContext {
  /** Null where there is no TLS in the settings any more. */
  readonly settings: TlsSettings | null
  readonly nowUnixMs: number
}

/** One place of a drawn chain. */
export interface DrawnLink {
  readonly name: string
  readonly status: string
  readonly tone: 'plain' | 'warn' | 'bad' | 'trusted'
  /** `9F 1C … 40 E2`; null for a certificate that is not there. */
  readonly fingerprint: string | null
  readonly isMissing: boolean
}

/** How a link of a chain is drawn. `index` counts from the leaf. */
export function drawLink(link: ChainLink, index: number, context: ChainContext): DrawnLink {
  const { certificate, fault, source } = link
  if (certificate === null) {
    const status = fault === null ? words.notSent : words.faults[fault]
    return { name: link.name, status, tone: 'bad', fingerprint: null, isMissing: true }
  }
  const drawn = {
    name: certificate.name,
    fingerprint: words.shortFingerprint(shortFingerprint(certificate.fingerprintSha256)),
    isMissing: false,
  }
  if (fault !== null) {
    const isPinned = index === 0 && context.settings?.pinnedFingerprint === certificate.fingerprintSha256
    const why = faultWords(link, context)
    return { ...drawn, status: isPinned ? words.pinnedAlthough(why) : why, tone: isPinned ? 'warn' : 'bad' }
  }
  const validity = validityWords(certificate, context.nowUnixMs)
  if (source === 'trusted') {
    const tone = validity.tone === 'plain' ? 'trusted' : validity.tone
    return { ...drawn, status: tone === 'trusted' ? trustedBy(certificate, context.settings) : validity.text, tone }
  }
  const status = [validity.text, leafWords(certificate, index, context)].filter(Boolean).join(', ')
  return { ...drawn, status, tone: validity.tone }
}

/** A name that was checked and fits is worth saying; so is trust by the fingerprint, which checks no name. */
function leafWords(certificate: CertificateFacts, index: number, { settings }: ChainContext): string {
  if (index > 0 || settings === null) return ''
  if (settings.pinnedFingerprint === certificate.fingerprintSha256) return words.pinnedHere
  return settings.checksName && settings.pinnedFingerprint === null ? words.nameMatches : ''
}

function faultWords({ certificate, fault }: ChainLink, { nowUnixMs }: ChainContext): string {
  if (certificate !== null && (fault === 'certificate-expired' || fault === 'certificate-not-yet-valid')) {
    // The clock of the engine's machine decided; this one may say otherwise.
    const validity = validityWords(certificate, nowUnixMs)
    if (validity.tone === 'bad') return validity.text
  }
  if (certificate !== null && fault === 'certificate-name-mismatch') {
    return `${words.faults[fault]}: ${alternativeNames(certificate).join(', ') || certificate.name}`
  }
  return fault === null ? '' : words.faults[fault]
}

function validityWords(
  { validFromUnixMs, validToUnixMs }: CertificateFacts,
  nowUnixMs: number,
): { readonly text: string; readonly tone: 'plain' | 'warn' | 'bad' } {
  if (nowUnixMs > validToUnixMs) return { text: words.expired(formatDay(validToUnixMs)), tone: 'bad' }
  if (nowUnixMs < validFromUnixMs) return { text: words.notBefore(formatDay(validFromUnixMs)), tone: 'bad' }
  const days = Math.floor((validToUnixMs - nowUnixMs) / dayMs)
  if (days < expiryWarningDays) return { text: words.expiresIn(days), tone: 'warn' }
  return { text: words.validUntil(formatDay(validToUnixMs)), tone: 'plain' }
}

function trustedBy(certificate: CertificateFacts, settings: TlsSettings | null): string {
  if (settings === null) return words.trustedHere
  if (settings.extraCertificates.some((pem) => isSamePem(pem, certificate.pem))) return words.trustedAdded
  if (settings.caPath === null) return words.trustedBuiltIn
  return settings.trustsBuiltInRoots ? words.trustedHere : words.trustedFile(fileNameOf(settings.caPath))
}

const fileNameOf = (path: string): string => path.split(/[\\/]/).findLast(Boolean) ?? path

/** PEM texts of one certificate differ in line endings and line length only. */
export function isSamePem(one: string, other: string): boolean {
  return one.replaceAll(/\s+/g, '') === other.replaceAll(/\s+/g, '')
}

/** `DNS:localhost` is `localhost`: the kind is plain from the text. */
export function alternativeNames({ subjectAltNames }: Pick<CertificateFacts, 'subjectAltNames'>): readonly string[] {
  return subjectAltNames.map((name) => name.replace(/^(DNS|IP Address|IP):/i, ''))
}

/** The first and last two bytes: `9F 1C … 40 E2`. */
export function shortFingerprint(hex: string): string {
  const pairs =
    hex
      .replaceAll(/[^0-9a-f]/gi, '')
      .toUpperCase()
      .match(/../g) ?? []
  return pairs.length <= 4 ? pairs.join(' ') : `${pairs.slice(0, 2).join(' ')} … ${pairs.slice(-2).join(' ')}`
}

/** As other tools print it: `9F:1C:…`. */
export function fullFingerprint(hex: string): string {
  return (
    hex
      .replaceAll(/[^0-9a-f]/gi, '')
      .toUpperCase()
      .match(/../g) ?? []
  ).join(':')
}

/** Everything about one certificate. */
export function certificateFactList(certificate: CertificateFacts, nowUnixMs: number): readonly Fact[] {
  const names = alternativeNames(certificate)
  const { validFromUnixMs, validToUnixMs } = certificate
  return [
    ...(names.length === 0
      ? [{ name: words.names, value: words.noNames }]
      : names.map((value, index) => ({ name: index === 0 ? words.names : '', value }))),
    { name: words.subject, value: certificate.subject },
    { name: words.issuer, value: certificate.issuer },
    { name: words.valid, value: words.validRange(formatDay(validFromUnixMs), formatDay(validToUnixMs)) },
    { name: '', ...remaining(certificate, nowUnixMs) },
    { name: words.use, value: certificate.isCa ? words.isCa : words.isLeaf },
    { name: words.key, value: certificate.key },
    ...(certificate.signatureAlgorithm === null
      ? []
      : [{ name: words.signature, value: certificate.signatureAlgorithm }]),
    { name: words.serial, value: certificate.serialNumber, monospace: true },
    { name: words.sha256, value: fullFingerprint(certificate.fingerprintSha256), monospace: true },
    { name: words.sha1, value: fullFingerprint(certificate.fingerprintSha1), monospace: true },
  ]
}

function remaining({ validFromUnixMs, validToUnixMs }: CertificateFacts, nowUnixMs: number): Omit<Fact, 'name'> {
  if (nowUnixMs > validToUnixMs) {
    return { value: words.expiredAgo(Math.floor((nowUnixMs - validToUnixMs) / dayMs)), tone: 'bad' }
  }
  if (nowUnixMs < validFromUnixMs) {
    return { value: words.validIn(Math.ceil((validFromUnixMs - nowUnixMs) / dayMs)), tone: 'bad' }
  }
  const days = Math.floor((validToUnixMs - nowUnixMs) / dayMs)
  if (days >= expiryWarningDays) return { value: words.daysLeft(days), tone: 'plain' }
  return { value: words.expiresIn(days), tone: 'warn' }
}

/** What was negotiated, and whether the certificate verifies: in red when not, also where that is not enforced. */
export function summaryFacts(tls: TlsSummary): readonly Fact[] {
  const { verdict } = tls
  return [
    { name: words.version, value: versionName(tls.version) },
    { name: words.cipher, value: tls.cipher },
    { name: words.keyExchange, value: tls.keyExchange ?? words.notTold },
    { name: words.alpn, value: tls.alpn ?? words.noAlpn },
    { name: words.session, value: tls.isResumed ? words.resumed : words.full },
    { name: words.serverName, value: tls.serverName ?? words.noServerName },
    ...(verdict.ok
      ? [{ name: words.verification, value: verdict.isPinned ? words.pinned : words.verified, tone: 'good' } as const]
      : [{ name: words.verification, value: words.failed(verdict.message), tone: 'bad' } as const]),
    ...(verdict.ok || tls.isVerified ? [] : [{ name: '', value: words.notEnforced, tone: 'bad' } as const]),
    ...(verdict.reason === null ? [] : [{ name: words.reason, value: verdict.reason, monospace: true }]),
    { name: words.own, value: tls.localName ?? words.ownNone },
  ]
}
