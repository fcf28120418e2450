import * as v from 'valibot'
import {
  callSettings,
  type CallProtocol,
  type CallSettings,
  type JsonRpcFraming,
} from '../../../../src-main/contract/schemas/call-settings.ts'
import type { LengthFieldType } from '../../../../src-main/contract/schemas/framing.ts'
import { callSettingsProblems as problems } from '../../../strings/call-settings.ts'

/** Settings of calls as typed: those of the protocols that are not chosen are kept too. Empty times wait without end. */
export interface CallSettingsDraft {
  /** `off`: the session makes no calls. */
  protocol: CallProtocol | 'off'
  mode: 'execute' | 'session'
  tcpyTimeoutMs: string
  maximumInFlight: string
  m2TimeoutMs: string
  hasTelemetry: boolean
  telemetryPort: string
  sequence: 'own' | 'shared'
  hasHeartbeat: boolean
  heartbeatEveryMs: string
  framing: JsonRpcFraming
  lengthField: LengthFieldType
  jsonRpcTimeoutMs: string
  identifiers: 'numbers' | 'texts'
  serverCalls: 'refuse' | 'by-hand'
  maximumReplyBytes: string
}

/** The fields in which something can be wrong. */
export type CallSettingsField =
  'timeoutMs' | 'maximumInFlight' | 'telemetryPort' | 'heartbeatEveryMs' | 'maximumReplyBytes'

export type CallSettingsErrors = Partial<
  Record<CallSettingsField, { readonly message: string; readonly code?: string }>
>

/** What a protocol begins with. */
export function usualCallSettings<Protocol extends CallProtocol>(protocol: Protocol): SettingsOf<Protocol> {
  return v.parse(callSettings, { protocol }) as SettingsOf<Protocol>
}

type SettingsOf<Protocol extends CallProtocol> = Extract<CallSettings, { readonly protocol: Protocol }>

const usualTelemetryPort = '50001'
const usualHeartbeatMs = '1000'

/** The settings as they stand in the fields; those of the protocols that are not chosen are as usual. */
export function callSettingsDraftOf(settings: CallSettings | null): CallSettingsDraft {
  const tcpy = settings?.protocol === 'tcpy' ? settings : usualCallSettings('tcpy')
  const m2 = settings?.protocol === 'm2' ? settings : usualCallSettings('m2')
  const jsonRpc = settings?.protocol === 'jsonrpc' ? settings : usualCallSettings('jsonrpc')
  const text = (value: number | null): string => (value === null ? '' : String(value))
  return {
    protocol: settings?.protocol ?? 'off',
    mode: tcpy.mode,
    tcpyTimeoutMs: text(tcpy.timeoutMs),
    maximumInFlight: String(tcpy.maximumInFlight),
    m2TimeoutMs: text(m2.timeoutMs),
    hasTelemetry: m2.telemetryPort !== null,
    telemetryPort: text(m2.telemetryPort) || usualTelemetryPort,
    sequence: m2.sequence,
    hasHeartbeat: m2.heartbeatEveryMs !== null,
    heartbeatEveryMs: text(m2.heartbeatEveryMs) || usualHeartbeatMs,
    framing: jsonRpc.framing,
    lengthField: jsonRpc.lengthField,
    jsonRpcTimeoutMs: text(jsonRpc.timeoutMs),
    identifiers: jsonRpc.identifiers,
    serverCalls: jsonRpc.serverCalls,
    maximumReplyBytes: String((settings?.protocol === 'jsonrpc' ? jsonRpc : tcpy).maximumReplyBytes),
  }
}

/** What the draft says, to be checked by the contract; null for no calls. */
export function callSettingsContentOf(draft: CallSettingsDraft): unknown {
  const { protocol } = draft
  if (protocol === 'off') return null
  const timeoutMs = optionalNumberOf(timeoutTextOf(draft))
  const maximumReplyBytes = numberOf(draft.maximumReplyBytes)
  switch (protocol) {
    case 'tcpy':
      return {
        protocol,
        mode: draft.mode,
        timeoutMs,
        maximumReplyBytes,
        maximumInFlight: numberOf(draft.maximumInFlight),
      }
    case 'm2':
      return {
        protocol,
        timeoutMs,
        telemetryPort: draft.hasTelemetry ? numberOf(draft.telemetryPort) : null,
        sequence: draft.sequence,
        heartbeatEveryMs: draft.hasHeartbeat ? numberOf(draft.heartbeatEveryMs) : null,
      }
    case 'jsonrpc': {
      const { framing, lengthField, identifiers, serverCalls } = draft
      return { protocol, framing, lengthField, timeoutMs, maximumReplyBytes, identifiers, serverCalls }
    }
  }
}

/** The time of the protocol that is chosen, as typed. */
export function timeoutTextOf(draft: CallSettingsDraft): string {
  return draft.protocol === 'tcpy'
    ? draft.tcpyTimeoutMs
    : draft.protocol === 'm2'
      ? draft.m2TimeoutMs
      : draft.jsonRpcTimeoutMs
}

/** What is wrong, by field. `commandPort` is the port of the connection, which telemetry cannot use too. */
export function callSettingsErrors(draft: CallSettingsDraft, commandPort: string): CallSettingsErrors {
  const content = callSettingsContentOf(draft)
  if (content === null) return {}
  const errors: CallSettingsErrors = {}
  const parsed = v.safeParse(callSettings, content)
  for (const issue of parsed.issues ?? []) {
    const field = issue.path?.at(-1)?.key
    if (typeof field === 'string' && Object.hasOwn(problems, field)) {
      errors[field as CallSettingsField] = { message: problems[field as CallSettingsField] }
    }
  }
  const usesTelemetry = draft.protocol === 'm2' && draft.hasTelemetry
  if (usesTelemetry && errors.telemetryPort === undefined && draft.telemetryPort.trim() === commandPort.trim()) {
    errors.telemetryPort = { message: problems.samePort, code: 'telemetry-port-same' }
  }
  return errors
}

/** The settings, undefined while something is wrong. */
export function callSettingsOf(draft: CallSettingsDraft): CallSettings | null | undefined {
  const content = callSettingsContentOf(draft)
  if (content === null) return null
  const parsed = v.safeParse(callSettings, content)
  return parsed.success ? parsed.output : undefined
}

function numberOf(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text
}

function optionalNumberOf(text: string): number | string | null {
  return text.trim() === '' ? null : numberOf(text)
}
