import type { CallSettingsDraft, CallSettingsField } from '../../calls/settings/call-settings-draft.ts'
import type { RetryDraft } from './retry-draft.ts'
import type { SocketDraft } from './socket-draft.ts'
import type { StartDraft } from './start-draft.ts'
import type { TlsDraft } from './tls-draft.ts'

/** Where a connection goes and what it is called, as typed. */
export interface AddressDraft {
  name: string
  folder: string
  notes: string
  host: string
  port: string
}

/** Everything of the form, as plain data. */
export interface DraftTexts {
  readonly address: AddressDraft
  readonly tls: TlsDraft
  readonly retry: RetryDraft
  readonly socket: SocketDraft
  readonly start: StartDraft
  readonly calls: CallSettingsDraft
}

/** The parts of the form, in their order. */
export const draftSections = ['address', 'tls', 'retry', 'socket', 'start', 'calls'] as const
export type DraftSection = (typeof draftSections)[number]

/** A field of the form: its section and its name there. */
export type DraftField =
  | `address.${keyof AddressDraft}`
  | `tls.${keyof TlsDraft}`
  | `retry.${keyof RetryDraft}`
  | `socket.${keyof SocketDraft}`
  | `start.${keyof StartDraft}`
  | `calls.${CallSettingsField}`

/**
 * The field where a setting of the contract is typed, by the last part of its name (`tls.caPath` and `caPath` are the same
 * one); null for a setting that has no field.
 */
export function fieldOfSetting(setting: string): DraftField | null {
  return fieldBySetting.get(setting.split('.').at(-1) ?? '') ?? null
}

const fieldBySetting: ReadonlyMap<string, DraftField> = new Map<string, DraftField>([
  ['name', 'address.name'],
  ['folder', 'address.folder'],
  ['notes', 'address.notes'],
  ['host', 'address.host'],
  ['port', 'address.port'],
  ['tls', 'tls.isOn'],
  ['send', 'tls.send'],
  ['expect', 'tls.expect'],
  ['serverName', 'tls.serverName'],
  ['verification', 'tls.verification'],
  ['checksName', 'tls.checksName'],
  ['caPath', 'tls.caPath'],
  ['trustsBuiltInRoots', 'tls.trustsBuiltInRoots'],
  ['extraCertificates', 'tls.extraCertificates'],
  ['certificatePath', 'tls.certificatePath'],
  ['keyPath', 'tls.keyPath'],
  ['pfxPath', 'tls.pfxPath'],
  ['passphraseVariable', 'tls.passphraseVariable'],
  ['minimumVersion', 'tls.minimumVersion'],
  ['maximumVersion', 'tls.maximumVersion'],
  ['ciphers', 'tls.ciphers'],
  ['alpn', 'tls.alpn'],
  ['resumesSession', 'tls.resumesSession'],
  ['pinnedFingerprint', 'tls.pinnedFingerprint'],
  ['handshakeTimeoutMs', 'tls.handshakeTimeoutMs'],
  ['delayMs', 'retry.delayMs'],
  ['firstDelayMs', 'retry.firstDelayMs'],
  ['factor', 'retry.factor'],
  ['maximumDelayMs', 'retry.maximumDelayMs'],
  ['jitter', 'retry.jitterPercent'],
  ['maximumAttempts', 'retry.maximumAttempts'],
  ['addressFamily', 'socket.addressFamily'],
  ['connectTimeoutMs', 'socket.connectTimeoutMs'],
  ['connectDelayMs', 'socket.connectDelayMs'],
  ['keepAliveDelayMs', 'socket.keepAliveDelayMs'],
  ['localAddress', 'socket.localAddress'],
  ['localPort', 'socket.localPort'],
  ['readSizeBytes', 'socket.readSizeBytes'],
  ['initialMessage', 'start.content'],
  ['content', 'start.content'],
  ['calls', 'calls.timeoutMs'],
  ['timeoutMs', 'calls.timeoutMs'],
  ['maximumInFlight', 'calls.maximumInFlight'],
  ['telemetryPort', 'calls.telemetryPort'],
  ['heartbeatEveryMs', 'calls.heartbeatEveryMs'],
  ['maximumReplyBytes', 'calls.maximumReplyBytes'],
])

export function sectionOf(field: DraftField): DraftSection {
  const section = field.slice(0, field.indexOf('.'))
  return draftSections.find((candidate) => candidate === section) ?? 'address'
}
