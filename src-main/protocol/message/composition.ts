import type { ErrorShape } from '../../contract/errors.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import type { messageParts } from '../../contract/schemas/message.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'

/** The value of a variable. That of a secret is masked wherever it ends up. */
export interface VariableText {
  readonly text: string
  readonly secret: boolean
}

/** A structure of the library, and all others by name that it may refer to. */
export interface KnownStructure {
  readonly definition: StructureDefinition
  readonly library: (name: string) => StructureDefinition | null
}

/** The content of a file, or why there is none. */
export type FileContent =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: ErrorShape }

/**
 * Everything that the bytes of a message depend on besides its source. Nothing here is changed by composing: what a
 * sending uses up is told by the composition.
 */
export interface ComposeContext {
  /** Goes around messages that want it. */
  readonly framing: FramingSettings
  /** Null when there is no such structure. */
  readonly structure: (structureId: string) => KnownStructure | null
  /** Null when there is none, or none with a value. */
  readonly variable: (name: string) => VariableText | null
  /** Null when nothing was captured by that name. */
  readonly captured: (name: string) => string | null
  /** The next value of a counter; null when it was never used. */
  readonly counter: (name: string) => bigint | null
  /** Unix time in nanoseconds. Read once: it is the same everywhere in a message. */
  readonly nowUnixNs: bigint
  readonly random: (byteCount: number) => Uint8Array
  readonly uuid: () => string
  readonly file: (path: string) => FileContent
  /** Sequence number of the next M2 command. */
  readonly nextSequenceId: number
  /** Bytes that come from secrets are overwritten with zeros once everything was worked out. */
  readonly maskSecrets: boolean
}

/** Which part of a message an error belongs to. `computed`: `field` says which; `value`: `path` says which. */
export type ComposePart = (typeof messageParts)[number]

/**
 * Where an error is. `index` and `length` count UTF-16 units of the source text as it was written, placeholders included;
 * `path` is that of a field of a structure; `field` counts computed fields from 1.
 */
export interface ComposePlace {
  readonly part: ComposePart
  readonly index?: number
  readonly length?: number
  readonly path?: string
  readonly field?: number
}

/** Bytes from `start` up to `end`. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** Something that is sent as it is, but that peers may read in different ways. One sentence. */
export interface ComposeRemark {
  readonly place: ComposePlace
  readonly message: string
}

/** What sending a message uses up. */
export interface ComposeSteps {
  /** The next value of every counter that was used. */
  readonly counters: Readonly<Record<string, bigint>>
  /** The message is an M2 command and has the next sequence number. */
  readonly consumesSequenceId: boolean
}

/** A message as it goes out. `contentStart` to `contentEnd` is what stands between header and trailer of the framing. */
export interface ComposedBytes {
  readonly ok: true
  readonly bytes: Uint8Array
  readonly contentStart: number
  readonly contentEnd: number
  /** Bytes that tell a secret, or something about it (a checksum). In order, not touching each other. */
  readonly masked: readonly ByteSpan[]
  /** What computed fields filled, likewise; empty where the framing may have moved or changed it. */
  readonly computed: readonly ByteSpan[]
  readonly steps: ComposeSteps
  readonly remarks: readonly ComposeRemark[]
}

/**
 * Why a message has no bytes. The data of `error` names the place as well (`part`, `index`, `length`, `path`, `field`),
 * so that it is not lost where only the error goes on. Nothing of a secret stands in it.
 */
export interface ComposeFault {
  readonly ok: false
  readonly error: ErrorShape
  readonly place: ComposePlace
}

export type Composition = ComposedBytes | ComposeFault
