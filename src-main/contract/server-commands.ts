import * as v from 'valibot'
import { emptyObject, errorShape, identifier, wholeNumber } from './schemas/common.ts'
import { messageSource } from './schemas/message.ts'
import { localAuthority, serverClient, serverDefinition, serverSnapshot } from './schemas/server.ts'

const byServer = v.object({ serverId: identifier })

/** Commands about local servers. */
export const serverCommandSchemas = {
  'server.list': { request: emptyObject, reply: v.array(serverSnapshot) },
  'server.create': { request: v.object({ definition: serverDefinition }), reply: serverSnapshot },
  /**
   * While it runs, its name, table, rules and faults may change, at once and for all clients. Errors: `server-running` for
   * anything else.
   */
  'server.update': {
    request: v.object({ serverId: identifier, definition: serverDefinition }),
    reply: serverSnapshot,
  },
  'server.remove': { request: byServer, reply: emptyObject },
  /** Errors: `port-in-use`, `port-not-permitted`, `listen-failed`. */
  'server.start': { request: byServer, reply: serverSnapshot },
  'server.stop': { request: byServer, reply: serverSnapshot },
  /** The CA of the local TLS servers, made when there is none, and a client certificate of it. Errors: disk. */
  'server.authority': { request: emptyObject, reply: localAuthority },
  'server.clients': { request: byServer, reply: v.array(serverClient) },
  /** Ends a client with FIN, or with RST. Errors: `server-client-not-found`. */
  'server.close-client': {
    request: v.object({ serverId: identifier, connection: wholeNumber, reset: v.optional(v.boolean(), false) }),
    reply: emptyObject,
  },
  /** Sends a message to those clients, or to all of the main port for null. Errors: those of composing, `server-not-running`. */
  'server.send': {
    request: v.object({
      serverId: identifier,
      connections: v.optional(v.nullable(v.pipe(v.array(wholeNumber), v.maxLength(100_000))), null),
      message: messageSource,
    }),
    reply: v.object({ clientCount: wholeNumber, byteCount: wholeNumber }),
  },
  /** What a table has wrong, without starting anything: templates and scripts that cannot be read. */
  'server.check': {
    request: v.object({ definition: serverDefinition }),
    reply: v.object({
      problems: v.array(
        v.object({
          /** Where: `table.NAME`, `rules.RULE-ID`, `faults.KIND`, `m2`, with the field after another dot. */
          place: v.string(),
          error: errorShape,
        }),
      ),
    }),
  },
} as const
