import * as v from 'valibot'
import { fingerprint, tlsVersion } from './tls.ts'
import { commandTable } from './command-table.ts'
import { errorShape, identifier, listenPortNumber, socketAddress, wholeNumber } from './common.ts'
import { replyRules } from './reply-rules.ts'
import { serverFaults } from './server-faults.ts'
import {
  chargenSettings,
  commandServerSettings,
  jsonRpcServerSettings,
  m2ServerSettings,
  serverActivity,
  serverKind,
} from './server-kinds.ts'

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
  /** A client over this number is accepted and closed at once; 1 for a server of a single client. Null for no limit. */
  maxClients: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))), null),
  /** Its traffic is kept as a capture, a new one at each start. */
  isRecorded: v.optional(v.boolean(), true),
  /** What the kinds need; those of other kinds have no effect. */
  chargen: v.optional(chargenSettings, {}),
  command: v.optional(commandServerSettings, {}),
  jsonRpc: v.optional(jsonRpcServerSettings, {}),
  m2: v.optional(m2ServerSettings, {}),
  /** Of `command` and `jsonrpc`. */
  table: v.optional(commandTable, { commands: [] }),
  /** Of any kind. */
  rules: v.optional(replyRules, { rules: [] }),
  faults: v.optional(serverFaults, {}),
})
export type ServerDefinition = v.InferOutput<typeof serverDefinition>
export type ServerDefinitionInput = v.InferInput<typeof serverDefinition>

/** The definition with its defaults for everything left out. Throws where the contract would refuse it. */
export function completeServerDefinition(given: ServerDefinitionInput): ServerDefinition {
  return v.parse(serverDefinition, given)
}

export const serverClient = v.object({
  connection: wholeNumber,
  remote: socketAddress,
  receivedBytes: wholeNumber,
  sentBytes: wholeNumber,
  /** Queued and not yet accepted by the operating system. */
  unsentBytes: wholeNumber,
  /** `half-closed`: the client has ended its side; `closing`: the server has ended its own. */
  state: v.picklist(['open', 'half-closed', 'closing']),
  connectedAtUnixUs: wholeNumber,
  /** Which port of a server with two it came to. */
  port: v.picklist(['main', 'telemetry']),
})
export type ServerClient = v.InferOutput<typeof serverClient>

export const serverSnapshot = v.object({
  serverId: identifier,
  definition: serverDefinition,
  state: v.picklist(['stopped', 'starting', 'listening', 'stopping']),
  /** Where it listens, with the port the system chose; null when it does not. */
  address: v.nullable(socketAddress),
  /** The same of the second port, of servers that have one. */
  telemetryAddress: v.nullable(socketAddress),
  /** The capture of the present or last run; null while there is none. */
  captureId: v.nullable(identifier),
  /** Null for servers without workers. */
  activity: v.nullable(serverActivity),
  /** How often each rule applied since the start, by identifier of the rule. */
  ruleCounts: v.record(identifier, wholeNumber),
  /** How often each fault was done since the start, by its kind; what counts says `FaultTally`. */
  faultCounts: v.record(v.string(), wholeNumber),
  /** What clients did against the protocol since the start, and the last of it. */
  problemCount: wholeNumber,
  lastProblem: v.nullable(errorShape),
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
