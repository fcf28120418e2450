/**
 * The one catalogue of everything that can go wrong, as stable codes.
 *
 * Rules: a code never changes its meaning; the sentence says what happened and what to do; the data is plain
 * and carries the numbers. `docs/errors.md` documents every code, and a test compares the two.
 */

import {
  host,
  misuse,
  peer,
  text,
  withReason,
  type CatalogueEntry,
  type ErrorData,
  type ErrorKind,
} from './error-entries.ts'
import { callErrors } from './call-errors.ts'
import { captureErrors } from './capture-errors.ts'
import { serverErrors } from './server-errors.ts'
import { tlsErrors } from './tls-errors.ts'

export type { ErrorData, ErrorDataValue, ErrorKind } from './error-entries.ts'

export const errorCatalogue = {
  // --- addresses and connecting ---
  'host-required': misuse(() => 'The host is empty. Enter a name or an IP address.'),
  'host-malformed': misuse((d) =>
    withReason(`"${text(d.host)}" is not a host name or an IP address. Check its spelling.`, d),
  ),
  'port-malformed': misuse((d) => `"${text(d.port)}" is not a port. Enter a whole number from 1 to 65535.`),
  'name-not-found': host(
    (d) => `The name ${text(d.host)} could not be found. Check its spelling, or use an IP address.`,
  ),
  'name-lookup-failed': host((d) =>
    withReason(`Looking up ${text(d.host)} failed. Check that this machine can reach its name server.`, d),
  ),
  'connection-refused': peer(
    (d) => `${text(d.address)} refused the connection. Check that a server is listening on port ${text(d.port)}.`,
  ),
  'connect-timeout': host((d) =>
    d.lastReason === undefined || d.lastReason === null
      ? `${text(d.address)} did not answer within ${text(d.timeoutMs)} ms. Check the address and any firewall between, or raise the connect timeout.`
      : `No connection to ${text(d.address)} could be made within ${text(d.timeoutMs)} ms. The last attempt: ${text(d.lastReason)}`,
  ),
  unreachable: host((d) => `${text(d.address)} cannot be reached from this machine. Check the network and its routes.`),
  'connection-reset': peer(
    () => 'The peer reset the connection. It closed without reading everything, or rejected what was sent.',
  ),
  'connection-lost': host((d) => withReason('The connection was lost. Check the network and connect again.', d)),
  'broken-pipe': peer(() => 'The peer no longer accepts data: it has closed its side. Connect again to send.'),
  'local-address-unavailable': misuse(
    (d) => `${text(d.address)} is not an address of this machine. Choose one that is.`,
  ),
  'too-many-open-files': host(
    () => 'The system allows this program no more open connections or files. Close some, or raise the limit.',
  ),
  'connection-failed': host((d) => withReason('The connection failed.', d)),

  // --- sessions ---
  'session-not-found': misuse(() => 'This session no longer exists. Open the connection again.'),
  'not-connected': misuse(() => 'There is no open connection. Connect first.'),
  'already-connected': misuse(() => 'The session is connected already. Disconnect first.'),
  'sending-ended': misuse(() => 'Sending was already ended on this connection. Connect again to send more.'),

  ...tlsErrors,
  ...callErrors,
  ...serverErrors,

  // --- composing ---
  'hex-malformed': misuse((d) =>
    withReason(`The hex is malformed at character ${text(d.position)}: ${text(d.found)}.`, d),
  ),
  'escape-malformed': misuse((d) =>
    withReason(`The escape at character ${text(d.position)} is malformed: ${text(d.found)}.`, d),
  ),
  'base64-malformed': misuse((d) =>
    withReason(`The base64 is malformed at character ${text(d.position)}: ${text(d.found)}.`, d),
  ),
  'json-malformed': misuse((d) =>
    withReason(`The JSON is malformed at line ${text(d.line)}, column ${text(d.column)}: ${text(d.found)}.`, d),
  ),
  'json-path-malformed': misuse((d) =>
    withReason(`The JSON path is malformed at character ${text(d.position)}: ${text(d.found)}.`, d),
  ),
  'framing-malformed': misuse((d) => withReason(`"${text(d.framing)}" is not a framing.`, d)),
  'payload-not-frameable': misuse((d) => withReason('The framing cannot carry this message.', d)),
  'structure-malformed': misuse((d) =>
    withReason(
      `The structure ${text(d.structure)} has no layout${d.field === undefined ? '' : `: see its field ${text(d.field)}`}.`,
      d,
    ),
  ),
  'structure-value-malformed': misuse((d) => withReason(`The value of ${text(d.path)} cannot be used.`, d)),
  'c-declaration-malformed': misuse((d) =>
    withReason(`The C declaration is not understood in line ${text(d.line)}, at ${text(d.found)}.`, d),
  ),
  'encoding-unknown': misuse(
    (d) =>
      `"${text(d.encoding)}" names no text encoding. Choose one of the list, for example utf-8, utf-16le or latin-1.`,
  ),
  'text-not-encodable': misuse(
    (d) =>
      `${text(d.encoding)} has no form for ${text(d.found)} at character ${text(d.position)}. Delete it, or choose an encoding that has it, such as UTF-8.`,
  ),
  'msgpack-malformed': peer((d) => withReason(`The MessagePack is malformed at byte ${text(d.offset)}.`, d)),
  'msgpack-not-encodable': misuse((d) =>
    withReason(`MessagePack has no form for ${text(d.found)} at character ${text(d.position)}.`, d),
  ),
  'm2-type-unknown': misuse((d) => `"${text(d.type)}" is no type of M2 message. Choose command, event or telemetry.`),
  'm2-name-required': misuse(() => 'The M2 message has no name. Enter one, such as resetForceOffsets.'),
  'm2-details-malformed': misuse((d) =>
    withReason('The details of an M2 message are one JSON object, such as {"x": 1.5}.', d),
  ),
  'm2-details-hold-id': misuse(() => 'The details hold an "id", which the message writes itself. Rename or remove it.'),
  'm2-sequence-malformed': misuse(
    (d) => `${text(d.sequenceId)} is no sequence number of M2. Use a whole number from 1 to 2147483647.`,
  ),
  'nothing-to-send': misuse(() => 'There is nothing to send. Enter at least one byte.'),

  // --- messages, their placeholders and computed fields ---
  'placeholder-malformed': misuse((d) =>
    withReason(`The placeholder at character ${text(d.position)} is malformed: ${text(d.found)}.`, d),
  ),
  'variable-unknown': misuse(
    (d) =>
      `There is no variable named "${text(d.name)}" with a value. Give it one in the environment, or write \\{{ for two braces.`,
  ),
  'captured-unknown': misuse(
    (d) => `Nothing was captured as "${text(d.name)}" yet. Let a wait step capture it first, or set it by hand.`,
  ),
  'computed-out-of-range': misuse((d) =>
    withReason(
      `Computed field ${text(d.field)} lies outside of the content, which has ${text(d.contentBytes)} bytes.`,
      d,
    ),
  ),
  'computed-overflow': misuse((d) =>
    withReason(`The value of computed field ${text(d.field)}, ${text(d.value)}, does not fit ${text(d.encoding)}.`, d),
  ),
  'computed-malformed': misuse((d) => withReason(`Computed field ${text(d.field)} cannot be worked out.`, d)),
  'structure-not-found': misuse((d) =>
    text(d.structureId, '') === ''
      ? 'No structure is chosen. Choose one for the message.'
      : `There is no structure ${text(d.structureId)} in the library. It may have been deleted: choose another one.`,
  ),

  // --- runs ---
  'run-active': misuse(() => 'A run is at work on this session already. Stop it first.'),
  'run-not-pausable': misuse(() => 'Only the sending of a file can be halted. Stop this run instead.'),
  'rate-malformed': misuse((d) => withReason('The rate or chunk size cannot be used.', d)),
  'file-changed': host((d) =>
    withReason(
      `The file ${text(d.file)} changed while it was being sent: ${text(d.sentBytes)} of ${text(d.sizeBytes)} bytes went out. Send it again once it is complete.`,
      d,
    ),
  ),
  'run-not-found': misuse(() => 'This run is no longer kept. Start it again.'),
  'pattern-malformed': misuse((d) => withReason('The pattern to look for is malformed.', d)),
  'pattern-too-slow': misuse(
    (d) =>
      `The regular expression took longer than ${text(d.limitMs)} ms on what was received. Write it without repetitions inside of repetitions.`,
  ),
  'wait-overflow': misuse(
    (d) =>
      `More than ${text(d.limit)} bytes were received while nothing took them. Wait for them earlier, or for something that comes sooner.`,
  ),
  'peer-not-reading': peer(
    (d) =>
      `The peer does not take what is sent: ${text(d.unsentBytes)} bytes wait. Sending pauses until it reads again; nothing more is queued.`,
  ),

  // --- wire log ---
  'wire-log-off': misuse(() => 'There is no wire log on this session. Begin one first.'),
  'wire-log-template-malformed': misuse((d) =>
    withReason(`The template of the wire log is malformed at character ${text(d.position)}: ${text(d.found)}.`, d),
  ),

  // --- reading by hand ---
  'reading-automatic': misuse(() => 'The session reads on its own. Switch it to reading by hand first.'),
  'read-active': misuse(() => 'A read waits on this session already. Cancel it, or wait for it to end.'),
  'separator-empty': misuse(() => 'The separator is empty. Enter at least one byte, such as CR LF.'),
  'structure-size-varies': misuse(
    (d) =>
      `The size of ${text(d.structure)} depends on the data (at least ${text(d.fixedSize)} bytes). Read so many bytes with "exactly" instead.`,
  ),
  'read-incomplete': peer((d) =>
    d.expectedBytes === null
      ? `The peer closed before the separator came. ${text(d.receivedBytes)} bytes arrived.`
      : `${text(d.receivedBytes)} of ${text(d.expectedBytes)} bytes, then the peer closed.`,
  ),
  'read-limit-overrun': peer((d) =>
    d.discarded === true
      ? `The line is longer than ${text(d.limitBytes)} bytes and is discarded. The next read begins behind it.`
      : `What was asked for does not end within ${text(d.limitBytes)} bytes. Nothing was taken: read some with "up to", or raise the limit.`,
  ),
  'text-malformed': peer(
    (d) =>
      `The bytes are no ${text(d.encoding)}: see byte ${text(d.offset)}, ${text(d.found)}. The connection stays, the next read begins behind them.`,
  ),

  // --- local servers ---
  'server-not-found': misuse(() => 'This local server no longer exists.'),
  'server-running': misuse(() => 'Stop the server before changing or deleting it.'),
  'port-in-use': host(
    (d) =>
      `Port ${text(d.port)} on ${text(d.host)} is in use by another program. Choose another port, or 0 for any free one.`,
  ),
  'port-not-permitted': host(
    (d) => `This user may not listen on port ${text(d.port)}. Choose a port above 1023, or 0 for any free one.`,
  ),
  'listen-failed': host((d) => withReason(`Listening on ${text(d.host)} port ${text(d.port)} failed.`, d)),

  // --- profiles ---
  'profile-not-found': misuse((d) => `The profile ${text(d.profileId)} does not exist. It may have been deleted.`),
  'profile-malformed': misuse((d) => withReason(`${text(d.file)} is not a readable profile and was left as it is.`, d)),
  'profile-newer': misuse(
    (d) =>
      `${text(d.file)} was written by a newer Wirebench (format ${text(d.found)}; this one reads up to ${text(d.supported)}) and was left as it is. Update Wirebench to use it.`,
  ),
  'profile-conflict': misuse(
    (d) =>
      `The profile "${text(d.name)}" was changed elsewhere meanwhile. Nothing was overwritten: reload it, then make your change again.`,
  ),
  'import-malformed': misuse((d) => withReason(`The file is not a Wirebench ${text(d.what, 'profile')} export.`, d)),

  // --- the collection and the structure library ---
  'library-entry-not-found': misuse(
    (d) => `The ${text(d.what, 'entry')} ${text(d.entryId)} does not exist. It may have been deleted.`,
  ),
  'library-entry-malformed': misuse((d) =>
    withReason(`${text(d.file)} is not a readable ${text(d.what, 'entry')} and was left as it is.`, d),
  ),
  'library-entry-newer': misuse(
    (d) =>
      `${text(d.file)} was written by a newer Wirebench (format ${text(d.found)}; this one reads up to ${text(d.supported)}) and was left as it is. Update Wirebench to use it.`,
  ),
  'library-conflict': misuse(
    (d) =>
      `The ${text(d.what, 'entry')} "${text(d.name)}" was changed elsewhere meanwhile. Nothing was overwritten: reload it, then make your change again.`,
  ),
  'structure-name-taken': misuse(
    (d) =>
      `The structure "${text(d.other)}" has the name ${text(d.name)} already. Others refer to it by that name: choose another one.`,
  ),

  // --- environments ---
  'environment-not-found': misuse(
    (d) => `The environment ${text(d.environmentId)} does not exist. It may have been deleted.`,
  ),
  'environment-conflict': misuse(
    () =>
      'The environments were changed elsewhere meanwhile. Nothing was overwritten: reload them, then make your change again.',
  ),
  'variable-name-taken': misuse(
    (d) => `${text(d.environment)} has two variables named "${text(d.name)}". Give one of them another name.`,
  ),

  ...captureErrors,

  // --- disk ---
  'data-folder-unwritable': host((d) =>
    withReason(`The data folder ${text(d.folder)} cannot be written. Change its permissions or choose another.`, d),
  ),
  'disk-full': host(
    (d) =>
      `The disk is full: ${text(d.file)} could not be written. ${text(d.consequence, 'Free some space; receiving and sending wait until then and nothing is dropped.')}`,
  ),
  'file-not-found': misuse((d) => `The file ${text(d.file)} does not exist.`),
  'file-unreadable': host((d) => withReason(`The file ${text(d.file)} could not be read.`, d)),
  'file-unwritable': host((d) => withReason(`The file ${text(d.file)} could not be written.`, d)),

  // --- border ---
  'unknown-command': misuse((d) => `There is no command named ${text(d.command)}.`),
  'unknown-event': misuse((d) => `There is no event named ${text(d.event)}.`),
  'bad-payload': misuse((d) => withReason(`The request ${text(d.command)} is malformed.`, d)),
  'bad-reply': host((d) => withReason(`The answer to ${text(d.command)} is malformed.`, d)),
  'bad-event': host((d) =>
    withReason(`The event ${text(d.event)} is malformed. Reload the window, or start Wirebench again.`, d),
  ),
  'contract-mismatch': misuse(
    (d) =>
      `The two sides speak different versions of the contract (${text(d.local)} here, ${text(d.remote)} there). Reload the window; if that does not help, start Wirebench again.`,
  ),
  'wire-malformed': misuse((d) =>
    withReason('A message on the wire to the engine is malformed; the wire was closed. Reload the window.', d),
  ),
  'too-many-requests': misuse(
    (d) => `More than ${text(d.limit)} ${text(d.what)} at the same time are not allowed. Wait for some to finish.`,
  ),
  'wire-overrun': host(
    (d) =>
      `The window does not take what the engine tells it: ${text(d.bytes)} bytes wait. The wire was closed. Reload the window.`,
  ),
  'host-gone': host(
    () => 'The connection to the Wirebench engine is gone. Reload the window, or start Wirebench again.',
  ),
  cancelled: misuse(() => 'The operation was cancelled.'),
  'message-too-large': misuse(
    (d) => `The message has ${text(d.bytes)} bytes; at most ${text(d.limit)} are allowed at once.`,
  ),
  'capability-missing': misuse((d) => withReason(`This form of Wirebench cannot do that: ${text(d.capability)}.`, d)),
  'wait-timeout': peer(
    (d) => `What was waited for did not arrive within ${text(d.timeoutMs)} ms. ${text(d.progress, 'Nothing arrived')}.`,
  ),
  'closed-early': peer((d) => `The peer closed before what was waited for arrived. ${text(d.progress, '')}`.trim()),
  'closed-mid-message': peer((d) => withReason('The peer closed in the middle of a message.', d)),
  usage: misuse((d) => text(d.reason, 'The command line is not understood. See wirebench --help.')),
  internal: host((d) => withReason('Wirebench itself failed. This is a defect worth reporting.', d)),
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue

/** How an error looks when it crosses a border: plain data, already with its sentence. */
export interface ErrorShape {
  readonly code: ErrorCode
  readonly kind: ErrorKind
  /** One or two sentences for the user: what happened and what to do. */
  readonly message: string
  readonly data: ErrorData
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code)
}

/** Builds the plain shape of a coded error. */
export function describeError(code: ErrorCode, data: ErrorData = {}): ErrorShape {
  const entry = errorCatalogue[code]
  return { code, kind: entry.kind, message: entry.sentence(data), data }
}

/** The only error type that Wirebench throws on purpose. */
export class WirebenchError extends Error {
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly data: ErrorData

  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    const shape = describeError(code, data)
    super(shape.message, options)
    this.name = 'WirebenchError'
    this.code = shape.code
    this.kind = shape.kind
    this.data = shape.data
  }

  toShape(): ErrorShape {
    return { code: this.code, kind: this.kind, message: this.message, data: this.data }
  }

  static fromShape(shape: ErrorShape): WirebenchError {
    return new WirebenchError(shape.code, shape.data)
  }
}

/** Turns anything thrown into a coded shape; what is not coded becomes `internal` with its text. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof WirebenchError) return thrown.toShape()
  return describeError('internal', { reason: thrown instanceof Error ? thrown.message : String(thrown) })
}
