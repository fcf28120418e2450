import { misuse, peer, quoted, text, withReason, type CatalogueEntry } from './error-entries.ts'

/** What can go wrong with local servers and with their clients. */
export const serverErrors = {
  'server-client-not-found': misuse((d) => `Client ${text(d.connection)} is not connected any more.`),
  'server-not-running': misuse(() => 'The server is not running. Start it first.'),
  'server-ports-same': misuse(
    (d) => `Both ports of the server are ${text(d.port)}. Choose two different ones, or 0 for any free one.`,
  ),
  'template-malformed': misuse((d) =>
    withReason(`The template is malformed at line ${text(d.line)}, column ${text(d.column)}.`, d),
  ),
  'script-malformed': misuse((d) => withReason(`The script cannot be read at line ${text(d.line)}.`, d)),
  'script-timeout': misuse(
    (d) => `The script did not end within ${text(d.timeMs)} ms and was stopped. Make it shorter, or raise its limit.`,
  ),
  'script-memory': misuse((d) => `The script needed more than ${text(d.memoryBytes)} bytes of memory and was stopped.`),
  'rule-pattern-malformed': misuse((d) =>
    withReason(`The pattern of the rule is malformed at character ${text(d.position)}.`, d),
  ),
  'rule-too-slow': misuse(
    (d) =>
      `The rule ${quoted(d.rule)} took too long on a message of client ${text(d.connection)} and did not apply. Make it simpler.`,
  ),
  'rule-reply-failed': misuse((d) => withReason(`The rule ${quoted(d.rule)} could not make its reply.`, d)),
  'fault-malformed': misuse((d) => withReason(`${quoted(d.fault)} is no fault.`, d)),
  'request-malformed': peer((d) => withReason(`Client ${text(d.connection)} sent what is no request.`, d)),
  'request-too-large': peer(
    (d) =>
      `Client ${text(d.connection)} announced a request of ${text(d.length)} bytes; at most ${text(d.maximumBytes)} are accepted. It was disconnected.`,
  ),
  'request-incomplete': peer(
    (d) => `Client ${text(d.connection)} ended in the middle of a request: ${text(d.missingBytes)} bytes were missing.`,
  ),
  'heartbeat-missing': peer(
    (d) => `Client ${text(d.connection)} sent no heartbeat for ${text(d.seconds)} s and was disconnected.`,
  ),
  'client-too-slow': peer((d) =>
    withReason(`Client ${text(d.connection)} reads too slowly for the ${text(d.what)} it is sent.`, d),
  ),
  'problems-left-out': peer(
    (d) => `${text(d.count)} more problems of client ${text(d.connection)} came too fast to be told one by one.`,
  ),
} as const satisfies Record<string, CatalogueEntry>
