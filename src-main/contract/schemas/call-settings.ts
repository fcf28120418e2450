import * as v from 'valibot'
import { portNumber } from './common.ts'
import { lengthFieldType } from './framing.ts'

export const callProtocol = v.picklist(['tcpy', 'm2', 'jsonrpc'])
export type CallProtocol = v.InferOutput<typeof callProtocol>

/** Null waits as long as it takes. */
const timeoutMs = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400_000)))

const maximumReplyBytes = v.optional(
  v.pipe(
    v.number(),
    v.integer('The maximum must be a whole number of bytes.'),
    v.minValue(1, 'The maximum must be at least 1 byte.'),
    v.maxValue(2 ** 30, 'The maximum can be at most 1073741824 bytes.'),
  ),
  64 * 1024 * 1024,
)

/** tcpy: a 32-bit big-endian length and MessagePack (seed-systems 1). Replies have no identifier: they come in order. */
const tcpyCallSettings = v.object({
  protocol: v.literal('tcpy'),
  /**
   * `execute`: every call has a connection of its own, which is closed after the first reply. `session`: calls go over the open
   * connection of the session, any number of turns; one waits for its reply at a time.
   */
  mode: v.optional(v.picklist(['execute', 'session']), 'execute'),
  timeoutMs: v.optional(timeoutMs, null),
  maximumReplyBytes,
  /** `execute`: so many calls at once, further ones wait. */
  maximumInFlight: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)), 16),
})

/** M2: JSON lines with sequence numbers (seed-systems 3.5 to 3.7). */
const m2CallSettings = v.object({
  protocol: v.literal('m2'),
  timeoutMs: v.optional(timeoutMs, 10_000),
  /** A second connection to the same host for telemetry; null for none. It opens and closes with the first. */
  telemetryPort: v.optional(v.nullable(portNumber), 50_001),
  /** `shared`: numbers go on over all sessions that say so; `own`: each session counts for itself. */
  sequence: v.optional(v.picklist(['own', 'shared']), 'own'),
  /** Sends `heartbeat` and CR LF on the command connection every so many milliseconds; null for none. */
  heartbeatEveryMs: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(3_600_000))),
    null,
  ),
})

export const jsonRpcFraming = v.picklist(['lines', 'content-length', 'length-prefix'])
export type JsonRpcFraming = v.InferOutput<typeof jsonRpcFraming>

/** JSON-RPC 2.0. */
const jsonRpcCallSettings = v.object({
  protocol: v.literal('jsonrpc'),
  /** One document a line; after a header `Content-Length: N`; or after a binary length. */
  framing: v.optional(jsonRpcFraming, 'lines'),
  lengthField: v.optional(lengthFieldType, 'u32be'),
  timeoutMs: v.optional(timeoutMs, 10_000),
  maximumReplyBytes,
  /** Identifiers of calls: 1, 2, 3 … as numbers, or as texts. */
  identifiers: v.optional(v.picklist(['numbers', 'texts']), 'numbers'),
  /** How calls of the peer are answered: at once with "Method not found", or by a person. */
  serverCalls: v.optional(v.picklist(['refuse', 'by-hand']), 'by-hand'),
})

/** How a session calls commands. Stored in profiles; a session has its own copy. */
export const callSettings = v.variant('protocol', [tcpyCallSettings, m2CallSettings, jsonRpcCallSettings])
export type CallSettings = v.InferOutput<typeof callSettings>
export type CallSettingsInput = v.InferInput<typeof callSettings>
export type TcpyCallSettings = v.InferOutput<typeof tcpyCallSettings>
export type M2CallSettings = v.InferOutput<typeof m2CallSettings>
export type JsonRpcCallSettings = v.InferOutput<typeof jsonRpcCallSettings>

const shortText = v.pipe(v.string(), v.maxLength(1000))
const parameterText = v.pipe(v.string(), v.maxLength(1024 * 1024))

/** How the text of a parameter is read. `datetime` and `bytes` (as hex) exist in tcpy alone. */
export const parameterType = v.picklist(['text', 'integer', 'number', 'boolean', 'null', 'json', 'datetime', 'bytes'])
export type ParameterType = v.InferOutput<typeof parameterType>

export const catalogueParameter = v.object({
  name: v.pipe(shortText, v.minLength(1)),
  type: v.optional(parameterType, 'text'),
  required: v.optional(v.boolean(), false),
  notes: v.optional(v.pipe(v.string(), v.maxLength(4000)), ''),
  /** What was entered last, or a default. */
  value: v.optional(parameterText, ''),
  /** Goes out with the call; false for an optional one left out. */
  isIncluded: v.optional(v.boolean(), true),
})
export type CatalogueParameter = v.InferOutput<typeof catalogueParameter>

/** What goes out: a `call` waits for its answer, the others do not. `event` and `telemetry` exist in M2 alone. */
export const callKind = v.picklist(['call', 'notification', 'event', 'telemetry'])
export type CallKind = v.InferOutput<typeof callKind>

export const catalogueCommand = v.object({
  name: v.pipe(shortText, v.minLength(1)),
  kind: v.optional(callKind, 'call'),
  notes: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
  parameters: v.optional(v.pipe(v.array(catalogueParameter), v.maxLength(256)), []),
  /** JSON-RPC: parameters go out as an array in this order instead of an object. */
  positional: v.optional(v.boolean(), false),
  /** Instead of the time of the settings; left out for that. */
  timeoutMs: v.exactOptional(timeoutMs),
  /** Taken from a call, not entered by a person. */
  isLearnt: v.optional(v.boolean(), false),
})
export type CatalogueCommand = v.InferOutput<typeof catalogueCommand>

/** The commands of a server, as far as they are known. */
export const callCatalogue = v.object({ commands: v.pipe(v.array(catalogueCommand), v.maxLength(2000)) })
export type CallCatalogue = v.InferOutput<typeof callCatalogue>

/** What a profile says of calls. */
export const profileCalls = v.object({
  settings: callSettings,
  catalogue: v.optional(callCatalogue, { commands: [] }),
})
export type ProfileCalls = v.InferOutput<typeof profileCalls>

/** Parameters as a form, as a JSON object (JSON-RPC: or array), or as lines and words of `name=text` and `name:=json`. */
export const callParameters = v.variant('notation', [
  v.object({
    notation: v.literal('form'),
    parameters: v.pipe(
      v.array(v.object({ name: v.pipe(shortText, v.minLength(1)), type: parameterType, value: parameterText })),
      v.maxLength(256),
    ),
    positional: v.optional(v.boolean(), false),
  }),
  v.object({ notation: v.literal('json'), text: v.pipe(v.string(), v.maxLength(4 * 1024 * 1024)) }),
  v.object({ notation: v.literal('pairs'), text: v.pipe(v.string(), v.maxLength(1024 * 1024)) }),
])
export type CallParameters = v.InferOutput<typeof callParameters>

/** One call as asked for. */
export const callRequest = v.object({
  kind: v.optional(callKind, 'call'),
  /** Null sends a tcpy request without `cmd`. */
  command: v.nullable(shortText),
  parameters: v.optional(callParameters, { notation: 'json', text: '' }),
  /** M2: of events and telemetry; empty for none. */
  componentName: v.optional(shortText, ''),
  /** Instead of the time of the settings; left out for that. */
  timeoutMs: v.exactOptional(timeoutMs),
})
export type CallRequest = v.InferOutput<typeof callRequest>
export type CallRequestInput = v.InferInput<typeof callRequest>

export const maximumCallsAtOnce = 1000
