/** What decides about TLS on a connection, and what was negotiated (seed-systems 2.5; RFC 8446, RFC 5280). */
import * as v from 'valibot'
import { errorShape, wholeNumber } from './common.ts'

const filePath = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096))
const optionalPath = v.optional(v.nullable(filePath), null)

export const tlsVersion = v.picklist(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
export type TlsVersion = v.InferOutput<typeof tlsVersion>

/**
 * `required`: the server must show a certificate that verifies. `optional`: it may show none (an anonymous cipher), but
 * one that it shows must verify, as with CERT_OPTIONAL of OpenSSL clients. `off`: nothing is enforced; the result is worked out
 * and shown all the same.
 */
export const tlsVerification = v.picklist(['required', 'optional', 'off'])
export type TlsVerification = v.InferOutput<typeof tlsVerification>

/**
 * When the connection is switched to TLS: at once; by hand in mid-stream; or after an exchange in plain text, such as
 * `STARTTLS\r\n` answered by a text that holds `220 `. Escapes of the composer's text are understood in both.
 */
export const tlsStart = v.variant('kind', [
  v.object({ kind: v.literal('at-once') }),
  v.object({ kind: v.literal('by-hand') }),
  v.object({
    kind: v.literal('after-text'),
    /** Sent first of all; empty sends nothing. */
    send: v.pipe(v.string(), v.maxLength(4096)),
    /** Must have been received before the handshake begins; empty waits for nothing. */
    expect: v.pipe(v.string(), v.maxLength(4096)),
  }),
])
export type TlsStart = v.InferOutput<typeof tlsStart>

/** SHA-256 of a certificate's DER: 64 hex digits in lower case, without separators. */
export const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'Expected 64 hex digits'))

/** How a connection is secured. Kept in profiles; passphrases are not. */
export const tlsSettings = v.object({
  start: v.optional(tlsStart, { kind: 'at-once' }),
  /** A PEM file with trusted certificates, or a folder of such files. Null: the roots that come with this program. */
  caPath: optionalPath,
  /** With `caPath`: the roots that come with this program are trusted as well. */
  trustsBuiltInRoots: v.optional(v.boolean(), false),
  /** Certificates that a person trusts in this profile besides, as PEM: an added CA or a missing intermediate. */
  extraCertificates: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64 * 1024))), v.maxLength(32)), []),
  /** The client's certificate chain (PEM), leaf first, and its key (PEM). */
  certificatePath: optionalPath,
  keyPath: optionalPath,
  /** A PKCS #12 file with both, instead of the two. */
  pfxPath: optionalPath,
  /** Name of the environment's variable, usually a secret, that holds the passphrase of the key or PFX. */
  passphraseVariable: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))), null),
  /** Sent as SNI and checked in the certificate, independent of the dialled host. Null: the dialled host. */
  serverName: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255))), null),
  verification: v.optional(tlsVerification, 'required'),
  /** Whether the certificate must be made for the server name. Impossible with verification `off`. */
  checksName: v.optional(v.boolean(), true),
  minimumVersion: v.optional(v.nullable(tlsVersion), null),
  maximumVersion: v.optional(v.nullable(tlsVersion), null),
  /** In OpenSSL's notation, joined by colons; null for the defaults of this program. */
  ciphers: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096))), null),
  /** Protocols to offer, the preferred one first. */
  alpn: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(255))), v.maxLength(16)), []),
  /** Offer the ticket or session of the last connection of this session of the workbench. */
  resumesSession: v.optional(v.boolean(), true),
  /** Trust on first use: only the certificate with this fingerprint is accepted, whoever signed it. */
  pinnedFingerprint: v.optional(v.nullable(fingerprint), null),
  /** Time allowed for the handshake alone; null: what the connect timeout leaves. */
  handshakeTimeoutMs: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_600_000))),
    null,
  ),
})
export type TlsSettings = v.InferOutput<typeof tlsSettings>
export type TlsSettingsInput = v.InferInput<typeof tlsSettings>

/** One certificate of a chain. */
export const certificateFacts = v.object({
  subject: v.string(),
  issuer: v.string(),
  /** The common name, or what names it best. */
  name: v.string(),
  /** Names and addresses it is made for, such as `DNS:localhost` and `IP Address:127.0.0.1`. */
  subjectAltNames: v.array(v.string()),
  validFromUnixMs: v.number(),
  validToUnixMs: v.number(),
  serialNumber: v.string(),
  /** Such as `RSA 2048` or `EC P-256`. */
  key: v.string(),
  signatureAlgorithm: v.nullable(v.string()),
  fingerprintSha256: fingerprint,
  fingerprintSha1: v.string(),
  isCa: v.boolean(),
  isSelfSigned: v.boolean(),
  pem: v.string(),
})
export type CertificateFacts = v.InferOutput<typeof certificateFacts>

/** Why a certificate is not good. The codes of the doctor. */
export const certificateFault = v.picklist([
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-self-signed',
  'certificate-unknown-ca',
  'certificate-missing-intermediate',
  'certificate-name-mismatch',
  'certificate-changed',
  'certificate-absent',
  'certificate-invalid',
])
export type CertificateFault = v.InferOutput<typeof certificateFault>

/** One place of the chain from the leaf to a root. */
export const chainLink = v.object({
  certificate: v.nullable(certificateFacts),
  /** Where it comes from: sent by the peer, from the trusted ones here, or neither sent nor known. */
  source: v.picklist(['sent', 'trusted', 'missing']),
  /** The name that the link before says its issuer has, for a missing one. */
  name: v.string(),
  /** What is wrong with this link; null when nothing is. */
  fault: v.nullable(certificateFault),
})
export type ChainLink = v.InferOutput<typeof chainLink>

/** Whether the peer's certificate verifies, worked out whether or not it is enforced. */
export const tlsVerdict = v.object({
  ok: v.boolean(),
  fault: v.nullable(certificateFault),
  /** A sentence; empty when it verifies. */
  message: v.string(),
  /** What OpenSSL says, such as `UNABLE_TO_GET_ISSUER_CERT_LOCALLY`; null when nothing. */
  reason: v.nullable(v.string()),
  /** Accepted because its fingerprint is the pinned one. */
  isPinned: v.boolean(),
})
export type TlsVerdict = v.InferOutput<typeof tlsVerdict>

/** What was negotiated on a connection, without the certificates. */
export const tlsSummary = v.object({
  version: v.string(),
  cipher: v.string(),
  /** Such as `X25519` or `ECDH P-256, 256 bits`; null when this platform does not tell. */
  keyExchange: v.nullable(v.string()),
  alpn: v.nullable(v.string()),
  serverName: v.nullable(v.string()),
  isResumed: v.boolean(),
  /** It is enforced: `required` or `optional`. */
  isVerified: v.boolean(),
  verdict: tlsVerdict,
  /** The peer's leaf; null for an anonymous cipher. */
  peerName: v.nullable(v.string()),
  peerFingerprint: v.nullable(fingerprint),
  peerValidToUnixMs: v.nullable(v.number()),
  /** The client's own certificate, when the server asked for one and it was sent; null when none was. */
  localName: v.nullable(v.string()),
  handshakeMs: v.number(),
})
export type TlsSummary = v.InferOutput<typeof tlsSummary>

/** Both chains of a secured connection. */
export const tlsCertificates = v.object({
  peerChain: v.array(chainLink),
  localChain: v.array(chainLink),
})
export type TlsCertificates = v.InferOutput<typeof tlsCertificates>

/** The key log (NSS format) of a session: asked for by hand, never kept in a profile. */
export const keyLogState = v.object({
  isOn: v.boolean(),
  /** The file beside the capture; null until a line was written. */
  path: v.nullable(v.string()),
  lineCount: wholeNumber,
  error: v.nullable(errorShape),
})
export type KeyLogState = v.InferOutput<typeof keyLogState>
