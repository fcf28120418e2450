import type { FramingSettings } from '../../contract/schemas/framing.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'

/** The content of a message, as far as it is at hand, and how it was cut out of the stream. */
export interface MessageContent {
  readonly bytes: Uint8Array
  /** False when the message goes on after these bytes. */
  readonly isWhole: boolean
  readonly framing: FramingSettings
}

/** The structures that can be named by decoders. */
export interface KnownStructures {
  /** The definition of an entry of the library; null when there is none. */
  byId(structureId: string): StructureDefinition | null
  /** The definition of that name, for structures that refer to others; null when there is none. */
  byName(name: string): StructureDefinition | null
}
