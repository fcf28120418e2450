import { misuse, peer, quoted, text, withReason, type CatalogueEntry } from './error-entries.ts'

/** What can go wrong when commands are called. */
export const callErrors = {
  'calls-off': misuse(() => 'This session makes no calls yet. Choose a protocol for its calls first.'),
  'calls-under-way': misuse(() => 'Calls are under way. Wait for them or cancel them before changing the protocol.'),
  'calls-too-many': misuse(
    (d) => `Too many calls are under way: ${text(d.underWay)}. Wait for some of them, or cancel them.`,
  ),
  'call-not-found': misuse((d) => `There is no call number ${text(d.number)} in this session any more.`),
  'call-over': misuse((d) => `Call number ${text(d.number)} is over already.`),
  'call-without-answer': misuse((d) => `Call number ${text(d.number)} has no answer to compare.`),
  'call-kind-impossible': misuse(
    (d) => `${text(d.protocol)} has no ${text(d.kind)}. Choose another kind, or another protocol.`,
  ),
  'command-required': misuse(() => 'The command is empty. Enter the name of the command to call.'),
  'call-parameters-malformed': misuse((d) => withReason('The parameters cannot be read.', d)),
  'call-parameter-malformed': misuse((d) => withReason(`The parameter ${quoted(d.name)} cannot be read.`, d)),
  'batch-impossible': misuse((d) => withReason('These calls cannot go out as one batch.', d)),
  'telemetry-port-same': misuse(
    (d) => `Telemetry cannot use port ${text(d.port)}: commands use it already. Choose two different ports.`,
  ),
  'call-out-of-step': misuse(
    () =>
      'An earlier call on this connection is still without its reply, and replies of this protocol have no identifiers: the next one could not be told apart. Wait for it, or connect again.',
  ),
  'profile-required': misuse(() => 'This session has no profile to keep its commands in. Save it as a profile first.'),
  'call-timeout': peer(
    (d) =>
      `No reply within ${text(d.timeoutMs)} ms. Check that the server knows the command and is not busy, or raise the timeout.`,
  ),
  'reply-malformed': peer((d) => withReason('What came back is no reply of this protocol.', d)),
  'reply-incomplete': peer((d) =>
    withReason(
      d.missingBytes === undefined || d.missingBytes === null
        ? `The connection ended in the middle of a reply, after ${text(d.receivedBytes)} bytes of it.`
        : `The connection ended in the middle of a reply: ${text(d.missingBytes)} bytes are missing, ${text(d.receivedBytes)} came.`,
      d,
    ),
  ),
  'reply-too-large': peer(
    (d) =>
      `The peer announced a message of ${text(d.length)} bytes; at most ${text(d.maximumBytes)} are accepted. Raise the maximum if that is right; else it is no message of this protocol.`,
  ),
  'ended-before-reply': misuse(() => 'This side ended the connection before the reply came.'),
  'closed-before-reply': peer(() => 'The peer closed the connection without a reply.'),
} as const satisfies Record<string, CatalogueEntry>
