import type { CollectionItem } from '../../contract/schemas/collection.ts'
import type { Interpretation } from '../../contract/schemas/interpretation.ts'
import type { KnownStructure, VariableText } from '../../protocol/message/composition.ts'

/** What messages need of the other services of the engine. */
export interface MessageKnowledge {
  /** A variable in use, its secret value included; null when there is none with a value. */
  variable(name: string): VariableText | null
  /** A structure of the library with all that it may refer to; null when there is none. */
  structure(structureId: string): Promise<KnownStructure | null>
  /** A saved message or sequence as it is now; null when there is none. */
  savedItem(entryId: string): Promise<CollectionItem | null>
  /** How the capture of a session is cut into messages. */
  interpretationOf(captureId: string): Interpretation
}
