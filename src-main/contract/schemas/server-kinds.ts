import * as v from 'valibot'
import { listenPortNumber, wholeNumber } from './common.ts'
import { jsonRpcFraming } from './call-settings.ts'
import { lengthFieldType } from './framing.ts'

/**
 * `discard` reads and answers nothing (RFC 863), `chargen` sends the pattern of RFC 864, `command` is compatible with tcpy, `m2` a
 * mirror controller with telemetry, `jsonrpc` speaks JSON-RPC 2.0.
 */
export const serverKind = v.picklist(['echo', 'discard', 'chargen', 'command', 'm2', 'jsonrpc'])
export type ServerKind = v.InferOutput<typeof serverKind>

const maximumRequestBytes = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 30)),
  64 * 1024 * 1024,
)

export const chargenSettings = v.object({
  /** Bytes a second to each client; null as fast as it reads. */
  bytesPerSecond: v.optional(v.nullable(v.pipe(v.number(), v.minValue(1), v.maxValue(1e12))), null),
})
export type ChargenSettings = v.InferOutput<typeof chargenSettings>

/** The command server, compatible with tcpy (seed-systems 1.3, 1.4). */
export const commandServerSettings = v.object({
  /** Requests worked on at once; further ones wait. */
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 4),
  /** `pool`: all workers at work. `one-at-a-time`: as tcpy 0.0.10, which waits for each request before the next. */
  serving: v.optional(v.picklist(['pool', 'one-at-a-time']), 'pool'),
  /** How long an idle worker sleeps between two looks at the queue. */
  pollIntervalMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(60_000)), 1),
  /** `one`: what comes after the first request is not read, as tcpy has it. */
  requestsPerConnection: v.optional(v.picklist(['one', 'any']), 'one'),
  afterReply: v.optional(v.picklist(['keep-open', 'close']), 'keep-open'),
  /** A request that is no MessagePack map: an error frame as in tcpy 0.0.10, or a dropped connection as up to 0.0.6. */
  invalidRequest: v.optional(v.picklist(['error-frame', 'drop']), 'error-frame'),
  /** A length above it is refused: nothing is allocated, the connection is closed. */
  maximumRequestBytes,
})
export type CommandServerSettings = v.InferOutput<typeof commandServerSettings>

export const jsonRpcServerSettings = v.object({
  framing: v.optional(jsonRpcFraming, 'lines'),
  lengthField: v.optional(lengthFieldType, 'u32be'),
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 4),
  maximumRequestBytes,
})
export type JsonRpcServerSettings = v.InferOutput<typeof jsonRpcServerSettings>

/** The M2 server: a mirror controller to try clients on (seed-systems 3.7, 3.8). */
export const m2ServerSettings = v.object({
  /** 0 asks for any free port. */
  telemetryPort: v.optional(listenPortNumber, 50_001),
  /** Rounds of telemetry a second; each holds every message that the state of the mirror calls for. */
  telemetryHz: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1000)), 20),
  /** The welcome messages go to every new client; false: once in the life of the server, as the original has it. */
  welcomesEveryClient: v.optional(v.boolean(), true),
  /** Answers `noack` with the missing number unless each number follows the one before. */
  checksSequence: v.optional(v.boolean(), false),
  /** Drops a client that sends no heartbeat for 10 s. */
  requiresHeartbeat: v.optional(v.boolean(), false),
  /** Between the ack and the end of a command. */
  commandDurationMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)), 0),
})
export type M2ServerSettings = v.InferOutput<typeof m2ServerSettings>

/** Workers of a server that serves commands. */
export const serverActivity = v.object({
  workers: wholeNumber,
  busyWorkers: wholeNumber,
  queuedRequests: wholeNumber,
  servedRequests: wholeNumber,
})
export type ServerActivity = v.InferOutput<typeof serverActivity>
