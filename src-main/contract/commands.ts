import * as v from 'valibot'
import { callCommandSchemas } from './call-commands.ts'
import { captureCommandSchemas } from './capture-commands.ts'
import { serverCommandSchemas } from './server-commands.ts'
import { bytes, emptyObject, identifier, namedTexts, wholeNumber } from './schemas/common.ts'
import { collectionContent, collectionEntry, collectionLibrary } from './schemas/collection.ts'
import { connectionSettings } from './schemas/connection.ts'
import { diagnosisReport } from './schemas/diagnosis.ts'
import { environments } from './schemas/environment.ts'
import { historyEntry } from './schemas/history.ts'
import { hostDescription, hostVitals } from './schemas/host.ts'
import { jsonCheckReply, jsonCheckRequest } from './schemas/json-check.ts'
import { composedMessage, messageContext, messageSource } from './schemas/message.ts'
import { readingMode, readOutcome, readRequest } from './schemas/reading.ts'
import { folderPath, profile, profileContent, profileLibrary } from './schemas/profile.ts'
import { runPlan, runSnapshot } from './schemas/sequence.ts'
import { sessionSnapshot, socketDetails } from './schemas/session.ts'
import { settings, settingsPatch } from './schemas/settings.ts'
import { structureContent, structureEntry, structureLibrary } from './schemas/structure.ts'
import { tlsCertificates } from './schemas/tls.ts'
import { wireLogSettings, wireLogText } from './schemas/wire-log.ts'

/** Most bytes that one `session.send` takes; larger content is sent as a file. */
export const maximumSendBytes = 16 * 1024 * 1024

const bySession = v.object({ sessionId: identifier })

/**
 * Every command there is: what is asked and what is answered. Names are `subject.verb`. Both sides validate what
 * they receive. A failed command answers with a coded error (see `errors.ts`).
 */
export const commands = {
  /** What this host is and can do. */
  'host.describe': { request: emptyObject, reply: hostDescription },
  /** Memory of the engine and free disk space. */
  'host.vitals': { request: emptyObject, reply: hostVitals },

  /** Makes a session and its capture. Does not connect. */
  'session.open': {
    request: v.object({
      title: v.optional(v.string()),
      profileId: v.optional(v.nullable(identifier), null),
      settings: connectionSettings,
    }),
    reply: sessionSnapshot,
  },
  'session.list': { request: emptyObject, reply: v.array(sessionSnapshot) },
  /**
   * Starts connecting; progress comes as `session.changed`. Files of keys and certificates are read first; the passphrase is used
   * for that and forgotten with the session. Errors: `already-connected`, those of the address, of the initial message and of
   * the TLS settings, with the setting in `field`: `tls-settings-impossible`, `file-not-found`, `file-unreadable`,
   * `certificate-file-malformed`, `key-file-malformed`, `pfx-malformed`, `passphrase-required`, `passphrase-wrong`,
   * `client-key-mismatch`, `ciphers-unknown`.
   */
  'session.connect': {
    request: v.object({
      sessionId: identifier,
      settings: v.optional(connectionSettings),
      passphrase: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096))), null),
      /** What the last connection left unsent goes out first, after the initial message. */
      resendUnsent: v.optional(v.boolean(), false),
    }),
    reply: sessionSnapshot,
  },
  /** Switches an open connection to TLS in mid-stream. Errors: `not-connected`, `tls-already`, those of `session.connect`. */
  'session.start-tls': {
    request: v.object({
      sessionId: identifier,
      passphrase: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096))), null),
    }),
    reply: sessionSnapshot,
  },
  /** Both certificate chains of the present or last secured connection; empty ones when there was none. */
  'session.certificates': { request: bySession, reply: tlsCertificates },
  /** Keys of the handshakes from now on go to a file beside the capture (NSS format), or no longer do. */
  'session.set-key-log': { request: v.object({ sessionId: identifier, isOn: v.boolean() }), reply: sessionSnapshot },
  /** Begins a wire log, or ends it with null. Errors: `file-unwritable`, `wire-log-template-malformed`. */
  'session.set-wire-log': {
    request: v.object({ sessionId: identifier, settings: v.nullable(wireLogSettings) }),
    reply: sessionSnapshot,
  },
  /** The newest bytes of the wire log, at most `maximumBytes` of each. Errors: `wire-log-off`. */
  'session.wire-log': {
    request: v.object({
      sessionId: identifier,
      maximumBytes: v.optional(v.pipe(wholeNumber, v.maxValue(1024 * 1024)), 65_536),
    }),
    reply: wireLogText,
  },
  /** Closes at once with FIN, without waiting for unsent bytes or the peer. */
  'session.close-connection': { request: bySession, reply: sessionSnapshot },
  /** Ends the receiving side of this connection: nothing more is read, what still comes stays with the system. */
  'session.end-receiving': { request: bySession, reply: sessionSnapshot },
  /** Bytes queued and not accepted by the system, the first `maximumBytes` of them. */
  'session.unsent': {
    request: v.object({
      sessionId: identifier,
      maximumBytes: v.optional(v.pipe(wholeNumber, v.maxValue(1024 * 1024)), 65_536),
    }),
    reply: v.object({ bytes, totalBytes: wholeNumber }),
  },
  /** What the system says of the socket now. */
  'session.socket-details': { request: bySession, reply: socketDetails },
  /** Gives up a connection attempt that is under way. */
  'session.cancel': { request: bySession, reply: sessionSnapshot },
  /** Sends what is queued, then FIN, and closes once the peer has closed or 2 s have passed. */
  'session.disconnect': { request: bySession, reply: sessionSnapshot },
  /** Ends at once with RST; what is queued is discarded and counted as unsent. */
  'session.abort': { request: bySession, reply: sessionSnapshot },
  /** Ends the sending side with FIN after what is queued; receiving goes on. */
  'session.end-sending': { request: bySession, reply: sessionSnapshot },
  /** Queues bytes; before the connection is open they wait and go out first. Never waits for the peer. Errors: `message-too-large`, `sending-ended`, `not-connected` (closed), `nothing-to-send`. */
  'session.send': {
    request: v.object({ sessionId: identifier, bytes }),
    reply: v.object({ queuedBytes: wholeNumber, unsentBytes: wholeNumber }),
  },
  /**
   * Composes a message with the variables in use, the counters of the session and the framing of its capture, and queues
   * it. Counters and sequence numbers move on only when it was queued. Errors: those of composing (see `protocol/message`)
   * and of `session.send`.
   */
  'session.send-message': {
    request: v.object({ sessionId: identifier, message: messageSource }),
    reply: v.object({ composed: composedMessage, unsentBytes: wholeNumber }),
  },
  /** Composes as `session.send-message` would now, without sending or moving any counter; bytes of secrets are masked. */
  'session.preview-message': {
    request: v.object({ sessionId: identifier, message: messageSource }),
    reply: composedMessage,
  },
  /**
   * Keeps a file that a window was given, on the machine of the engine, so that its path can be the content of messages.
   * At most `maximumSendBytes`. The name is made safe; of the same name other bytes get a number, the same bytes the same
   * path. Errors: `message-too-large`, `disk-full`, `data-folder-unwritable`, `file-unwritable`.
   */
  'message.keep-file': {
    request: v.object({ name: v.pipe(v.string(), v.maxLength(4096)), bytes }),
    reply: v.object({ path: v.string() }),
  },
  /** Size of a file of the engine's machine, which is not read. Errors: `file-not-found`, `file-unreadable`. */
  'message.measure-file': {
    request: v.object({ path: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096)) }),
    reply: v.object({ sizeBytes: wholeNumber }),
  },
  /** Counters, captured values and sequence numbers of a session. */
  'session.message-context': { request: bySession, reply: messageContext },
  /** Sets counters, captured values or the next sequence number anew; what is left out stays, null removes. */
  'session.change-message-context': {
    request: v.object({
      sessionId: identifier,
      counters: v.exactOptional(namedTexts),
      captured: v.exactOptional(namedTexts),
      nextSequenceId: v.exactOptional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(2_147_483_647))),
    }),
    reply: messageContext,
  },
  /**
   * The session is one of this profile from now on, and has its name: it was saved as that. Its settings, reading and calls stay
   * as they are. Errors: `profile-not-found`.
   */
  'session.adopt-profile': {
    request: v.object({ sessionId: identifier, profileId: identifier }),
    reply: sessionSnapshot,
  },
  /**
   * Who reads, from now on and over all connections of the session. While a person reads, bytes and the end of the stream
   * stay with the system until a read asks for them, at most `readSizeBytes` at once: each is a record of the capture.
   * Back to `automatic`, a read that waits fails with `cancelled`; what is held is in the capture already. A disconnect
   * goes on by itself, so that it can end properly.
   */
  'session.set-reading': {
    request: v.object({ sessionId: identifier, reading: readingMode }),
    reply: sessionSnapshot,
  },
  /**
   * One read by hand. Waits until it has what it asks for, the stream ends, the call is cancelled or the time is over;
   * in both latter cases nothing was taken. How the read ended is the reply, also when it failed: `not-connected`,
   * `read-incomplete`, `read-limit-overrun`, `text-malformed`, `json-malformed`, `wait-timeout`, or what broke the
   * connection. Errors: `reading-automatic`, `read-active`, `separator-empty`, `encoding-unknown`,
   * `structure-not-found`, `structure-malformed`, `structure-size-varies`.
   */
  'session.read': {
    request: v.object({
      sessionId: identifier,
      request: readRequest,
      /** Null waits as long as it takes. */
      timeoutMs: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1), v.maxValue(86_400_000))), null),
    }),
    reply: readOutcome,
  },
  /** Ends the connection if there is one, closes the capture and forgets the session. */
  'session.close': { request: bySession, reply: emptyObject },

  'profile.library': { request: emptyObject, reply: profileLibrary },
  'profile.create': { request: v.object({ content: profileContent }), reply: profile },
  /** Errors: `profile-conflict` when `revision` is not the file's present one. */
  'profile.update': {
    request: v.object({ profileId: identifier, revision: v.string(), content: profileContent }),
    reply: profile,
  },
  'profile.duplicate': { request: v.object({ profileId: identifier }), reply: profile },
  /** Moves the file to the trash of the data folder; `profile.restore` brings it back. */
  'profile.remove': { request: v.object({ profileId: identifier }), reply: emptyObject },
  'profile.restore': { request: v.object({ profileId: identifier }), reply: profile },
  /** Puts a profile into a folder before another profile, or last when `beforeProfileId` is null. */
  'profile.move': {
    request: v.object({ profileId: identifier, folder: folderPath, beforeProfileId: v.nullable(identifier) }),
    reply: profileLibrary,
  },
  'profile.create-folder': { request: v.object({ folder: folderPath }), reply: profileLibrary },
  /** Renames a folder and everything in it. */
  'profile.rename-folder': { request: v.object({ from: folderPath, to: folderPath }), reply: profileLibrary },
  /** Removes an empty folder. Errors: `bad-payload` when it holds profiles. */
  'profile.remove-folder': { request: v.object({ folder: folderPath }), reply: profileLibrary },
  /** All profiles, or those named, as one JSON text. */
  'profile.export': {
    request: v.object({ profileIds: v.optional(v.nullable(v.array(identifier)), null) }),
    reply: v.object({ fileName: v.string(), text: v.string() }),
  },
  /** Reads an export, or a single profile file; every profile gets a new identifier. Errors: `import-malformed`. */
  'profile.import': {
    request: v.object({ text: v.pipe(v.string(), v.maxLength(16 * 1024 * 1024)) }),
    reply: v.object({ imported: v.array(profile) }),
  },

  /** Saved messages and sequences: the same verbs as for profiles. Errors: `library-entry-not-found`, `library-conflict`, `import-malformed`. */
  'collection.library': { request: emptyObject, reply: collectionLibrary },
  'collection.create': { request: v.object({ content: collectionContent }), reply: collectionEntry },
  'collection.update': {
    request: v.object({ entryId: identifier, revision: v.string(), content: collectionContent }),
    reply: collectionEntry,
  },
  'collection.duplicate': { request: v.object({ entryId: identifier }), reply: collectionEntry },
  'collection.remove': { request: v.object({ entryId: identifier }), reply: emptyObject },
  'collection.restore': { request: v.object({ entryId: identifier }), reply: collectionEntry },
  'collection.move': {
    request: v.object({ entryId: identifier, folder: folderPath, beforeEntryId: v.nullable(identifier) }),
    reply: collectionLibrary,
  },
  'collection.create-folder': { request: v.object({ folder: folderPath }), reply: collectionLibrary },
  'collection.rename-folder': { request: v.object({ from: folderPath, to: folderPath }), reply: collectionLibrary },
  'collection.remove-folder': { request: v.object({ folder: folderPath }), reply: collectionLibrary },
  'collection.export': {
    request: v.object({ entryIds: v.optional(v.nullable(v.array(identifier)), null) }),
    reply: v.object({ fileName: v.string(), text: v.string() }),
  },
  'collection.import': {
    request: v.object({ text: v.pipe(v.string(), v.maxLength(16 * 1024 * 1024)) }),
    reply: v.object({ imported: v.array(collectionEntry) }),
  },

  /**
   * The structure library: the same verbs. Errors: as for the collection; `structure-name-taken` when another structure
   * has the name that others refer to it by.
   */
  'structure.library': { request: emptyObject, reply: structureLibrary },
  'structure.create': { request: v.object({ content: structureContent }), reply: structureEntry },
  'structure.update': {
    request: v.object({ entryId: identifier, revision: v.string(), content: structureContent }),
    reply: structureEntry,
  },
  'structure.duplicate': { request: v.object({ entryId: identifier }), reply: structureEntry },
  'structure.remove': { request: v.object({ entryId: identifier }), reply: emptyObject },
  'structure.restore': { request: v.object({ entryId: identifier }), reply: structureEntry },
  'structure.move': {
    request: v.object({ entryId: identifier, folder: folderPath, beforeEntryId: v.nullable(identifier) }),
    reply: structureLibrary,
  },
  'structure.create-folder': { request: v.object({ folder: folderPath }), reply: structureLibrary },
  'structure.rename-folder': { request: v.object({ from: folderPath, to: folderPath }), reply: structureLibrary },
  'structure.remove-folder': { request: v.object({ folder: folderPath }), reply: structureLibrary },
  'structure.export': {
    request: v.object({ entryIds: v.optional(v.nullable(v.array(identifier)), null) }),
    reply: v.object({ fileName: v.string(), text: v.string() }),
  },
  'structure.import': {
    request: v.object({ text: v.pipe(v.string(), v.maxLength(16 * 1024 * 1024)) }),
    reply: v.object({ imported: v.array(structureEntry) }),
  },

  'environment.list': { request: emptyObject, reply: environments },
  /**
   * Writes all environments and shared variables. Values of secrets in the request are ignored (see
   * `environment.set-secret`), as is which one is in use; a plain value that becomes a secret leaves the file and stays
   * the secret's value. Errors: `environment-conflict` when `revision` is not the present one, `variable-name-taken`.
   */
  'environment.write': { request: v.object({ environments }), reply: environments },
  /** Which environment is in use, null for the shared variables alone. Errors: `environment-not-found`. */
  'environment.choose': { request: v.object({ environmentId: v.nullable(identifier) }), reply: environments },
  /** Gives a secret its value, or takes it away with null. The value goes to no file, log, event or reply. */
  'environment.set-secret': {
    request: v.object({
      /** Null for a shared variable. */
      environmentId: v.nullable(identifier),
      name: v.string(),
      value: v.nullable(v.pipe(v.string('The value must be a text'), v.maxLength(64 * 1024))),
    }),
    reply: environments,
  },

  /**
   * Starts repeated or ordered sending, a file or an echo check on a session; one run at a time. Errors: `run-active`,
   * `not-connected`, `sending-ended`; of a file `rate-malformed`, `file-not-found`, `file-unreadable`.
   */
  'run.start': {
    request: v.object({ sessionId: identifier, title: v.pipe(v.string(), v.maxLength(200)), plan: runPlan }),
    reply: runSnapshot,
  },
  /** Halts a file; `run.resume` goes on. Errors: `run-not-found`, `run-not-pausable`. */
  'run.pause': { request: v.object({ runId: identifier }), reply: runSnapshot },
  'run.resume': { request: v.object({ runId: identifier }), reply: runSnapshot },
  'run.stop': { request: v.object({ runId: identifier }), reply: runSnapshot },
  /** The runs of this engine's life that are kept: those at work and the last ended one of every session. */
  'run.list': { request: emptyObject, reply: v.array(runSnapshot) },

  /**
   * Finds out step by step why a connection cannot be used. A failure is the report, not an error; each step is also told by
   * `diagnosis.progress` with the identifier the caller chose. Can be cancelled.
   */
  'diagnosis.run': {
    request: v.object({
      diagnosisId: identifier,
      settings: connectionSettings,
      passphrase: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096))), null),
      /** For each step alone. */
      timeoutMs: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(600_000)), 10_000),
    }),
    reply: diagnosisReport,
  },

  'history.list': { request: emptyObject, reply: v.array(historyEntry) },
  'history.add': { request: historyEntry, reply: emptyObject },
  'history.clear': { request: emptyObject, reply: emptyObject },

  /** What a person has set in the window, with the defaults for the rest. */
  'settings.read': { request: emptyObject, reply: settings },
  /** Changes the settings named in the patch, for all windows, and answers all of them. Kept shortly afterwards. */
  'settings.write': { request: v.object({ patch: settingsPatch }), reply: settings },

  /** Checks a JSON document against a JSON Schema. What is wrong with either is in the reply, not an error. */
  'json.check': { request: jsonCheckRequest, reply: jsonCheckReply },

  ...captureCommandSchemas,
  ...callCommandSchemas,
  ...serverCommandSchemas,
} as const satisfies Record<string, { request: v.GenericSchema; reply: v.GenericSchema }>

export type CommandName = keyof typeof commands
export type CommandInput<Name extends CommandName> = v.InferInput<(typeof commands)[Name]['request']>
export type CommandRequest<Name extends CommandName> = v.InferOutput<(typeof commands)[Name]['request']>
export type CommandReply<Name extends CommandName> = v.InferOutput<(typeof commands)[Name]['reply']>

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}
