import { quoted } from '../../contract/error-entries.ts'
import type { DiagnosisStep } from '../../contract/schemas/diagnosis.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { ChainLink, TlsSettings } from '../../contract/schemas/tls.ts'
import { utf8Text } from '../text/utf8.ts'
import { isOlderVersion, versionName, versionRange } from '../tls/tls-versions.ts'
import { addressText, listOf, quotedBytes } from './words.ts'
import type {
  BannerFinding,
  ConnectFinding,
  HandshakeFinding,
  HandshakeResult,
  ResolveFinding,
  VersionsFinding,
} from './findings.ts'
import { speaksTls } from './name-cause.ts'

type Step<Name extends DiagnosisStep['step']> = Extract<DiagnosisStep, { step: Name }>

const dayMs = 86_400_000
/** So many days before its end a certificate is warned of. */
const warningDays = 30
/** As much of a banner as one line shows. */
const shownBannerBytes = 80

const milliseconds = (ms: number): number => Math.round(ms * 100) / 100

export function resolveStep(host: string, finding: ResolveFinding): Step<'resolve'> {
  const { error, addresses, isAddress, elapsedMs } = finding
  const found = isAddress ? `${host} is an IP address` : `${host} is ${listOf(addresses)}`
  const detail = error?.message ?? found
  return { step: 'resolve', ok: error === null, ms: milliseconds(elapsedMs), detail, addresses: [...addresses] }
}

export function connectStep(remote: SocketAddress, { error, elapsedMs }: ConnectFinding): Step<'connect'> {
  const detail = error?.message ?? `${addressText(remote.address, remote.port)} took the connection`
  return { step: 'connect', ok: error === null, ms: milliseconds(elapsedMs), detail, remote }
}

const endWords = { fin: 'closed the connection', rst: 'reset the connection' } as const

/** A server that ends the connection without a word does not want this client. */
export function bannerStep({ bytes, ended, error, elapsedMs }: BannerFinding): Step<'banner'> {
  const text = bytes.length === 0 ? null : readable(bytes)
  const said =
    bytes.length === 0 ? 'The server says nothing by itself' : `The server says ${quotedBytes(bytes, shownBannerBytes)}`
  const detail = error?.message ?? (ended === null ? said : `${said}, and ${endWords[ended]}`)
  return {
    step: 'banner',
    ok: error === null && (ended === null || bytes.length > 0),
    ms: milliseconds(elapsedMs),
    detail,
    hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    text,
  }
}

/** UTF-8 without controls but those of lines. */
function readable(bytes: Uint8Array): string | null {
  const text = utf8Text(bytes)
  return text === null || /[^\P{Cc}\r\n\t]/u.test(text) ? null : text
}

/** `settings` are null for the trial on plain TCP, which is fine as long as the server does not speak TLS. */
export function tlsStep(finding: HandshakeFinding, settings: TlsSettings | null): Step<'tls'> {
  const { secured, error, elapsedMs, isClosedAfterwards } = finding
  const facts = { step: 'tls', ms: milliseconds(elapsedMs) } as const
  if (settings === null && !speaksTls(finding)) {
    return {
      ...facts,
      ok: true,
      detail: 'The server does not speak TLS, and none is asked for',
      version: null,
      cipher: null,
    }
  }
  if (secured === null) return { ...facts, ok: false, detail: error?.message ?? '', version: null, cipher: null }
  const { version, cipher, keyExchange, alpn } = secured.summary
  const parts = [versionName(version), cipher, keyExchange, alpn === null ? null : `ALPN ${alpn}`]
  const negotiated = parts.filter((part) => part !== null).join(', ')
  const detail = isClosedAfterwards ? `${negotiated}; the server closed right after the handshake` : negotiated
  return { ...facts, ok: settings !== null && !isClosedAfterwards, detail, version, cipher }
}

/** What cannot be used of the settings keeps the handshake from beginning. */
export function unusableSettingsStep(message: string): Step<'tls'> {
  return { step: 'tls', ok: false, ms: 0, detail: message, version: null, cipher: null }
}

/** Trust, dates and name are steps of their own. */
export function certificateSteps(result: HandshakeResult, nowUnixMs: number): DiagnosisStep[] {
  const chain = result.certificates.peerChain
  return [certificateStep(result), ...nameStep(result), ...datesStep(chain, nowUnixMs)]
}

const stepOfFault: Readonly<Partial<Record<NonNullable<ChainLink['fault']>, 'name' | 'dates'>>> = {
  'certificate-name-mismatch': 'name',
  'certificate-expired': 'dates',
  'certificate-not-yet-valid': 'dates',
}

function certificateStep({ summary, certificates, refusal }: HandshakeResult): Step<'certificate'> {
  const chain = certificates.peerChain
  const { fault, isPinned, message } = summary.verdict
  const isOfThisStep = fault !== null && stepOfFault[fault] === undefined
  const names = chain
    .map(({ name, source }) => (source === 'missing' ? `${name} (missing)` : name))
    .join(', signed by ')
  const detail = isOfThisStep
    ? (refusal?.message ?? message)
    : isPinned
      ? `${names}; accepted by its fingerprint`
      : names
  return { step: 'certificate', ok: !isOfThisStep, ms: 0, detail, chain }
}

function nameStep({ name, summary }: HandshakeResult): Step<'name'>[] {
  if (name === null) return []
  const { expected, found, isRight } = name
  const isFine = isRight || summary.verdict.isPinned
  const made = `Made for ${found.length === 0 ? 'no name at all' : listOf(found.slice(0, 8))}`
  const detail = isRight ? made : `${made}, not for ${expected}`
  return [{ step: 'name', ok: isFine, ms: 0, detail, expected, found: [...found] }]
}

/** The first certificate of the chain to end counts. */
function datesStep(chain: readonly ChainLink[], nowUnixMs: number): Step<'dates'>[] {
  const dated = chain.flatMap(({ certificate }) => (certificate === null ? [] : [certificate]))
  const [leaf] = dated
  if (leaf === undefined) return []
  const first = dated.reduce((one, other) => (other.validToUnixMs < one.validToUnixMs ? other : one), leaf)
  const late = dated.find(({ validFromUnixMs }) => validFromUnixMs > nowUnixMs)
  const daysLeft = Math.floor((first.validToUnixMs - nowUnixMs) / dayMs)
  const who = first === leaf ? 'The certificate' : `The certificate of ${quoted(first.name)}`
  const facts = { step: 'dates', ms: 0, daysLeft } as const
  if (late !== undefined) {
    return [{ ...facts, ok: false, detail: `${quoted(late.name)} is not valid before ${day(late.validFromUnixMs)}` }]
  }
  if (first.validToUnixMs < nowUnixMs) {
    return [{ ...facts, ok: false, detail: `${who} has expired on ${day(first.validToUnixMs)}` }]
  }
  const left = daysLeft === 1 ? '1 day' : `${daysLeft} days`
  const detail = `${who} is valid until ${day(first.validToUnixMs)}, ${left} from now`
  return [{ ...facts, ok: true, detail: daysLeft <= warningDays ? `${detail}: have it renewed soon` : detail }]
}

const day = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10)

/** Told once a handshake came so far that the server could ask. */
export function clientCertificateStep(
  finding: HandshakeFinding,
  hasCertificate: boolean,
): Step<'client-certificate'>[] {
  const { error, isCertificateRequested: isRequested, secured } = finding
  const isAbout = error?.code === 'client-certificate-required' || error?.code === 'client-certificate-rejected'
  if (secured === null && !isAbout) return []
  const without = isRequested
    ? 'The server asks for a client certificate and goes on without one'
    : 'The server asks for no client certificate'
  const taken = secured?.summary.localName ?? null
  const detail = isAbout
    ? error.message
    : isRequested && hasCertificate
      ? `The server asked for a client certificate and took ${taken ?? 'it'}`
      : without
  return [{ step: 'client-certificate', ok: !isAbout, ms: 0, detail, isRequested: isRequested || isAbout }]
}

export function versionsStep(finding: VersionsFinding, settings: TlsSettings | null): Step<'versions'> {
  const { offered, refused, elapsedMs } = finding
  const { minimum, maximum } = versionRange(settings ?? { minimumVersion: null, maximumVersion: null })
  const ok = offered.some((version) => !isOlderVersion(version, minimum) && !isOlderVersion(maximum, version))
  const old = offered.filter((version) => isOlderVersion(version, 'TLSv1.2'))
  const takes =
    offered.length === 0 ? 'The server takes no version' : `The server takes ${listOf(offered.map(versionName))}`
  const detail = old.length > 0 ? `${takes}; ${listOf(old.map(versionName))} should not be used any more` : takes
  return { step: 'versions', ok, ms: milliseconds(elapsedMs), detail, offered: [...offered], refused: [...refused] }
}
