/**
 * What the engine needs from outside. Hosts put the real adapters in; tests put in what they like.
 */
import type { CancelSignal } from '../contract/command-handlers.ts'
import type { ErrorShape } from '../contract/errors.ts'
import type { ReceiveSink } from '../capture/receive-sink.ts'
import type { ExportTarget } from '../contract/schemas/capture-transfer.ts'
import type { SocketAddress } from '../contract/schemas/common.ts'
import type { CollectionContent, CollectionEntry } from '../contract/schemas/collection.ts'
import type { AddressFamilyChoice } from '../contract/schemas/connection.ts'
import type { Environments } from '../contract/schemas/environment.ts'
import type { HistoryEntry } from '../contract/schemas/history.ts'
import type { Profile, ProfileContent } from '../contract/schemas/profile.ts'
import type { LocalAuthority, ServerClient, ServerDefinition, ServerSnapshot } from '../contract/schemas/server.ts'
import type { SocketDetails } from '../contract/schemas/session.ts'
import type { Settings, SettingsPatch } from '../contract/schemas/settings.ts'
import type { StructureContent, StructureEntry } from '../contract/schemas/structure.ts'
import type { BannerFinding, ConnectFinding, HandshakeFinding } from '../protocol/diagnosis/findings.ts'
import type { CertificateFacts, TlsCertificates, TlsSettings, TlsSummary } from '../contract/schemas/tls.ts'

export type { Clock } from '../capture/clock.ts'
export type { ReceiveSink } from '../capture/receive-sink.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
}

export interface NameResolver {
  /** All addresses of a name, which is no IP address, in the order to be tried. Throws a coded error. */
  resolve(host: string, family: AddressFamilyChoice): Promise<readonly ResolvedAddress[]>
}

export interface StreamHandlers {
  onConnected(local: SocketAddress, remote: SocketAddress): void
  /** Some of the written bytes were accepted by the operating system, in order. */
  onAccepted(byteCount: number): void
  onReceivePaused(): void
  onReceiveResumed(): void
  /** A `readOnce` that does not wait found nothing to read. */
  onNothingToRead(): void
  /**
   * The peer sent FIN, or ended TLS. `isUnannounced`: it ended TLS by FIN alone, without close_notify, so that somebody between
   * may have cut the stream (RFC 8446, section 6.1). Told only where it is certain.
   */
  onPeerEnded(isUnannounced?: boolean): void
  /** Seen without reading: the peer has ended or reset the connection. Reading is held or paused. At most once. */
  onLossNoticed(how: 'fin' | 'rst'): void
  /** The TLS handshake is done and the certificate was accepted. Before it nothing is received in the clear any more. */
  onSecured(secured: SecuredConnection): void
  /** The connection failed or broke; `onClosed` follows. */
  onFailed(error: ErrorShape): void
  /** Nothing more comes. Always last, exactly once, also when dialling failed. */
  onClosed(): void
}

/** What was negotiated on a connection, with the certificates of both sides. */
export interface SecuredConnection {
  readonly summary: Omit<TlsSummary, 'handshakeMs'>
  readonly certificates: TlsCertificates
  /** As the peer sent them, leaf first. */
  readonly sentByPeer: readonly CertificateFacts[]
}

/** What a handshake needs: checked settings, and the files behind them read. Belongs to the `TlsProvider` that made it. */
export interface PreparedTls {
  readonly settings: TlsSettings
  /** Sent as SNI; null where that is impossible (an IP address). */
  readonly serverName: string | null
}

/** Checks TLS settings and reads the files they name. */
export interface TlsProvider {
  /**
   * `host` is the dialled name or address. Errors carry the setting in `field`: `tls-settings-impossible`, `file-not-found`,
   * `file-unreadable`, `certificate-file-malformed`, `key-file-malformed`, `pfx-malformed`, `passphrase-required`,
   * `passphrase-wrong`, `client-key-mismatch`, `ciphers-unknown`. A passphrase is in no error.
   */
  prepare(settings: TlsSettings, host: string, passphrase: string | null): Promise<PreparedTls>
}

/** One short connection of a diagnosis. It is closed in any case, also when the signal is given. */
export interface ProbeRequest {
  readonly remote: ResolvedAddress & { readonly port: number }
  readonly localAddress: string | null
  readonly timeoutMs: number
  readonly signal: CancelSignal
}

/** Bytes in the clear before a handshake: what is sent, and what must have come. Empty ones ask for nothing. */
export interface HandshakePreamble {
  readonly send: Uint8Array
  readonly expect: Uint8Array
}

export interface HandshakeOptions {
  readonly preamble: HandshakePreamble | null
  /** Looks for a moment at what becomes of the connection: a server may turn its client away after the handshake. */
  readonly looksAfterwards: boolean
}

/** The doctor's eyes. None of them rejects: what went wrong is in the finding. */
export interface ConnectionProbes {
  /** Connects, nothing more. */
  connect(request: ProbeRequest): Promise<ConnectFinding>
  /** Connects, sends nothing, and waits for what the server says or does at most `waitMs`. */
  banner(request: ProbeRequest, waitMs: number): Promise<BannerFinding>
  /** Connects and does a handshake that enforces nothing. */
  handshake(request: ProbeRequest, tls: PreparedTls, options: HandshakeOptions): Promise<HandshakeFinding>
}

/** Writes the key log of one session beside its capture. */
export interface KeyLogFile {
  readonly path: string
  /** One line of the NSS key log, with its line feed. Written at once. */
  append(line: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Opens files of secrets, readable by this user alone. */
export interface KeyLogFiles {
  /** Errors: `key-log-unwritable`. */
  open(captureId: string): Promise<KeyLogFile>
}

/** One TCP or TLS connection being made or open. Owned by whoever dialled; ends with `onClosed`. */
export interface StreamHandle {
  /** Queues bytes; `onAccepted` tells when the system took them. The caller must not change them afterwards. */
  write(bytes: Uint8Array): void
  /** FIN after everything written. */
  endSending(): void
  /**
   * True: nothing is read any more but by `readOnce`, neither bytes nor the end, and the peer finds out by back-pressure.
   * False: reading goes on by itself. May be called before the connection is open.
   */
  holdReading(held: boolean): void
  /**
   * One read of at most so many bytes while reading is held; what it finds goes to the sink or is told as an end. One
   * that does not wait looks once, now. Replaces the read asked for before, if that still waits.
   */
  readOnce(maximumBytes: number, waits: boolean): void
  /** Takes a `readOnce` back. */
  cancelRead(): void
  /**
   * Begins a TLS handshake on the open plain connection, after everything written so far. Ends with `onSecured` or `onFailed`.
   * With `DialOptions.tls` it begins by itself after `onConnected`.
   */
  startTls(tls: PreparedTls): void
  /** What the system says of the socket now. */
  details(): Promise<SocketDetails>
  /** Closes at once: RST when `reset`, else FIN without waiting for unwritten bytes. */
  destroy(reset: boolean): void
}

export interface DialOptions {
  readonly noDelay: boolean
  readonly keepAliveDelayMs: number | null
  readonly localAddress: string | null
  /** 0 lets the system choose. */
  readonly localPort: number
  /** Most bytes of one read of the socket while reading goes on by itself; null: as much as there is. */
  readonly readSizeBytes: number | null
  /** TLS from the first byte on; null for plain TCP. */
  readonly tls: PreparedTls | null
  /** Called with each line of the NSS key log while it is wanted; asked for at the beginning of each handshake. */
  keyLog(): ((line: Uint8Array) => void) | null
}

export interface Dialer {
  /** Starts connecting. `sink` is asked for once the connection is open. */
  dial(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ): StreamHandle
}

/** All entries of a library in display order, all folders, and the files that could not be read. */
export interface EntryLibraryContents<Entry> {
  entries: Entry[]
  folders: string[]
  problems: { file: string; error: ErrorShape }[]
}

/**
 * Kept things of one kind in a tree of folders. Every method that fails throws a coded error; the codes stand at the
 * contract's commands.
 */
export interface EntryLibrary<Content, Entry> {
  library(): Promise<EntryLibraryContents<Entry>>
  create(content: Content): Promise<Entry>
  update(entryId: string, revision: string, content: Content): Promise<Entry>
  duplicate(entryId: string): Promise<Entry>
  remove(entryId: string): Promise<void>
  restore(entryId: string): Promise<Entry>
  move(entryId: string, folder: string, beforeEntryId: string | null): Promise<EntryLibraryContents<Entry>>
  createFolder(folder: string): Promise<EntryLibraryContents<Entry>>
  renameFolder(from: string, to: string): Promise<EntryLibraryContents<Entry>>
  removeFolder(folder: string): Promise<EntryLibraryContents<Entry>>
  /** Null means all entries. */
  export(entryIds: readonly string[] | null): Promise<{ fileName: string; text: string }>
  import(text: string): Promise<{ imported: Entry[] }>
  /** Told after every change, whoever made it: this engine, another one, or an editor on the files. */
  onChanged(listener: (library: EntryLibraryContents<Entry>) => void): () => void
  close(): Promise<void>
}

export type ProfileService = EntryLibrary<ProfileContent, Profile>
export type CollectionService = EntryLibrary<CollectionContent, CollectionEntry>
export type StructureService = EntryLibrary<StructureContent, StructureEntry>

/** Values of variables at one moment and later: the environment in use first, then the shared ones. */
export interface VariableResolver {
  /** Null when there is no such variable, or it has no value. */
  resolve(name: string): { readonly text: string; readonly secret: boolean } | null
}

/** The variables. Values of secrets come out of `resolve` alone. */
export interface EnvironmentService extends VariableResolver {
  /** Errors: `file-unreadable`. */
  list(): Promise<Environments>
  write(environments: Environments): Promise<Environments>
  choose(environmentId: string | null): Promise<Environments>
  /** Null for a shared variable; a value of null takes it away. */
  setSecret(environmentId: string | null, name: string, value: string | null): Promise<Environments>
  /** Reads the variables for the first time, for `resolve`. Never fails: what cannot be read has no variables. */
  load(): Promise<void>
  /** Told after every change, whoever made it. */
  onChanged(listener: (environments: Environments) => void): () => void
  /** Forgets the values of secrets. */
  close(): Promise<void>
}

/** Files that a window handed over. */
export interface FileKeeper {
  /**
   * Keeps the bytes under a name as much like the given one as can be, and answers the path. The same name and bytes
   * have the same path again; nothing is ever replaced. Errors: `disk-full`, `data-folder-unwritable`, `file-unwritable`.
   */
  keep(name: string, bytes: Uint8Array): Promise<string>
}

/** Files of the engine's machine that are sent bit by bit. */
export interface FileSource {
  /** Opens an ordinary file. Errors: `file-not-found`, `file-unreadable` (also for folders, pipes and devices). */
  open(path: string): Promise<SourceFile>
}

/** An open file. Owned by whoever opened it. */
export interface SourceFile {
  /** When it was opened. */
  readonly sizeBytes: number
  /** So many bytes, in memory of their own; fewer only where the file ends. Errors: `file-unreadable`. */
  read(position: number, byteCount: number): Promise<Uint8Array>
  /** What became of it since it was opened: null when nothing did. Errors: `file-unreadable`. */
  change(): Promise<FileChange | null>
  close(): Promise<void>
}

export interface FileChange {
  /** Null when it is gone. */
  readonly sizeBytes: number | null
  /** A sentence for the user. */
  readonly reason: string
}

/** Where a wire log in files goes. */
export interface WireLogPlace {
  /** Null for the usual one. */
  readonly folder: string | null
  /** In a new folder of the system's temporary files instead, which is removed when the log is closed. */
  readonly temporary: boolean
  /** One file for each name. */
  readonly fileNames: readonly string[]
}

/** Makes the files of wire logs. */
export interface WireLogFiles {
  /** New files, readable by this user alone. Errors: `disk-full`, `file-unwritable`. */
  open(place: WireLogPlace): Promise<OpenedWireLogFiles>
}

/** The files of one wire log. Owned by whoever opened them. */
export interface OpenedWireLogFiles {
  /** In the order of their names in the place. */
  readonly files: readonly WireLogFile[]
  /** Closes them, and removes a temporary folder. Errors: `file-unwritable`. */
  close(): Promise<void>
}

/** One file of a wire log. */
export interface WireLogFile {
  readonly path: string
  /** All of the bytes, or a failure; the next call then writes from the same place. Errors: `disk-full`, `file-unwritable`. */
  append(bytes: Uint8Array): Promise<void>
  /** At most so many of the last bytes. Errors: `file-unreadable`. */
  tail(maximumBytes: number): Promise<Uint8Array>
}

/** Where a whole export is. */
export interface KeptExport {
  /** Null for one that waits to be taken. */
  readonly path: string | null
  /** Null for one that lies at its path. */
  readonly downloadId: string | null
  readonly fileName: string
}

/** The file of an export while it is written. Owned by whoever made it: either kept or discarded in the end. */
export interface ExportFile {
  /** All of the bytes, behind those before. One call at a time. Errors: `disk-full`, `file-unwritable`. */
  write(bytes: Uint8Array): Promise<void>
  /** Gives it its name, whole. Errors: `file-exists`, `disk-full`, `file-unwritable`. */
  keep(): Promise<KeptExport>
  /** Removes it. Never fails. */
  discard(): Promise<void>
}

/** Makes the files of exports. */
export interface ExportFiles {
  /**
   * A new file under another name, readable by this user alone. `fileName`: what it is called where the target does not say
   * it; it is made safe. Errors: `file-exists`, `disk-full`, `file-unwritable`.
   */
  create(target: ExportTarget, fileName: string): Promise<ExportFile>
}

/** Something that a definition has wrong, and where: `table.NAME`, `rules.RULE-ID`, `faults.KIND`, `m2`, with the field after another dot. */
export interface DefinitionProblem {
  readonly place: string
  readonly error: ErrorShape
}

/** A server that listens now. */
export interface RunningServer {
  readonly definition: ServerDefinition
  clients(): ServerClient[]
  /** As `LocalServerHandle.send`. */
  send(connections: readonly number[] | null, bytes: Uint8Array): number
}

/** The local servers: their definitions and the running ones. */
export interface ServerService {
  list(): Promise<ServerSnapshot[]>
  create(definition: ServerDefinition): Promise<ServerSnapshot>
  update(serverId: string, definition: ServerDefinition): Promise<ServerSnapshot>
  remove(serverId: string): Promise<void>
  /** Answers once it listens. A failure is thrown and also kept in the snapshot. */
  start(serverId: string): Promise<ServerSnapshot>
  /** Answers when its capture is closed. Errors: those of closing it. */
  stop(serverId: string): Promise<ServerSnapshot>
  clients(serverId: string): Promise<ServerClient[]>
  /** Errors: `server-not-running`, `server-client-not-found`. */
  closeClient(serverId: string, connection: number, how: 'fin' | 'rst'): Promise<void>
  /** Errors: `server-not-running`. */
  running(serverId: string): Promise<RunningServer>
  /** What a definition has wrong, without starting anything. */
  check(definition: ServerDefinition): Promise<readonly DefinitionProblem[]>
  /** The CA of the TLS servers, made when there is none. */
  authority(): Promise<LocalAuthority>
  /** Told when anything of a snapshot changed; counters at most about 30 times a second. */
  onChanged(listener: (snapshot: ServerSnapshot) => void): () => void
  onRemoved(listener: (serverId: string) => void): () => void
  /** Stops every server and drops their clients. */
  close(): Promise<void>
}

/** What was composed and sent before, newest first. */
export interface HistoryService {
  list(): Promise<HistoryEntry[]>
  add(entry: HistoryEntry): Promise<void>
  clear(): Promise<void>
  close(): Promise<void>
}

/** What a person has set in the window. */
export interface SettingsService {
  read(): Promise<Settings>
  /** Takes the values of the patch and answers all settings. */
  write(patch: SettingsPatch): Promise<Settings>
  /** Told all settings after one of them changed. */
  onChanged(listener: (settings: Settings) => void): () => void
  /** Writes what is not written yet. */
  close(): Promise<void>
}
