import * as v from 'valibot'
import { errorShape, identifier, listenPortNumber, socketAddress, wholeNumber } from './common.ts'

export const serverKind = v.picklist(['echo'])
export type ServerKind = v.InferOutput<typeof serverKind>

/** What a person decides about a local server. */
export const serverDefinition = v.object({
  kind: serverKind,
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  host: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255)), '127.0.0.1'),
  /** 0 asks for any free port. */
  port: v.optional(listenPortNumber, 0),
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
  /** Why the last start failed or the server stopped by itself; null when neither. */
  error: v.nullable(errorShape),
})
export type ServerSnapshot = v.InferOutput<typeof serverSnapshot>
