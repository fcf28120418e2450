import * as v from 'valibot'
import { fingerprint, tlsVersion } from './tls.ts'
import { errorShape, identifier, listenPortNumber, socketAddress, wholeNumber } from './common.ts'

export const serverKind = v.picklist(['echo'])
export type ServerKind = v.InferOutput<typeof serverKind>

/**
 * The certificate that a TLS server of this machine shows: a good one, or one of the faults that clients meet, for tests and
 * for teaching. `mutual` asks clients for a certificate of the local CA; `old-protocol` speaks TLS 1.1 at most; `plain-text` is
 * no TLS at all where a client expects it.
 */
export const serverTlsVariant = v.picklist([
  'valid',
  'mutual',
  'expired',
  'not-yet-valid',
  'self-signed',
  'wrong-name',
  'missing-intermediate',
  'unknown-ca',
  'old-protocol',
  'plain-text',
])
export type ServerTlsVariant = v.InferOutput<typeof serverTlsVariant>

const dnsNameOrAddress = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255))

/** TLS of a local server, with certificates of a CA that is made for it in the data folder. */
export const serverTls = v.object({
  variant: v.optional(serverTlsVariant, 'valid'),
  /** Names and addresses the certificate is made for; the first is its common name. */
  names: v.optional(v.pipe(v.array(dnsNameOrAddress), v.minLength(1), v.maxLength(32)), [
    'localhost',
    '127.0.0.1',
    '::1',
  ]),
  validDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(36_500)), 365),
  minimumVersion: v.optional(v.nullable(tlsVersion), null),
  maximumVersion: v.optional(v.nullable(tlsVersion), null),
  alpn: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(255))), v.maxLength(16)), []),
})
export type ServerTls = v.InferOutput<typeof serverTls>

/** What a client needs to trust the local servers, and to be trusted by the mutual ones. Paths on the engine's machine. */
export const localAuthority = v.object({
  caPath: v.string(),
  caPem: v.string(),
  caFingerprint: fingerprint,
  clientCertificatePath: v.string(),
  clientKeyPath: v.string(),
})
export type LocalAuthority = v.InferOutput<typeof localAuthority>

/** What a person decides about a local server. */
export const serverDefinition = v.object({
  kind: serverKind,
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  host: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255)), '127.0.0.1'),
  /** 0 asks for any free port. */
  port: v.optional(listenPortNumber, 0),
  /** Null for plain TCP. */
  tls: v.optional(v.nullable(serverTls), null),
  /** Started together with the workbench. */
  startsWithWorkbench: v.optional(v.boolean(), false),
})
export type ServerDefinition = v.InferOutput<typeof serverDefinition>

export const serverClient = v.object({
  connection: wholeNumber,
  remote: socketAddress,
  receivedBytes: wholeNumber,
  sentBytes: wholeNumber,
})
export type ServerClient = v.InferOutput<typeof serverClient>

export const serverSnapshot = v.object({
  serverId: identifier,
  definition: serverDefinition,
  state: v.picklist(['stopped', 'starting', 'listening', 'stopping']),
  /** Where it listens, with the port the system chose; null when it does not. */
  address: v.nullable(socketAddress),
  clientCount: wholeNumber,
  totalClients: wholeNumber,
  receivedBytes: wholeNumber,
  sentBytes: wholeNumber,
  /** Clients of a TLS server that did not get through the handshake, since it was started last. */
  failedHandshakes: wholeNumber,
  /** Why the last of them did not; null when all did. */
  lastHandshakeError: v.nullable(errorShape),
  /** Why the last start failed or the server stopped by itself; null when neither. */
  error: v.nullable(errorShape),
})
export type ServerSnapshot = v.InferOutput<typeof serverSnapshot>
