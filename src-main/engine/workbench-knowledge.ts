import type { CaptureStore } from '../capture/capture-store.ts'
import { rawInterpretation } from '../contract/schemas/interpretation.ts'
import type { MessageKnowledge } from './messages/message-knowledge.ts'
import type { CollectionService, EnvironmentService, ProfileService, StructureService } from './ports.ts'
import type { SessionFacts } from './sessions/session-registry.ts'
import { LibraryStructureLookup } from './structures/structure-lookup.ts'

/** The kept things that sessions and messages look into. */
export interface KnownServices {
  readonly captures: CaptureStore
  readonly profiles: ProfileService
  readonly collection: CollectionService
  readonly structures: StructureService
  readonly environments: EnvironmentService
}

export interface WorkbenchKnowledge {
  readonly sessions: SessionFacts
  readonly messages: MessageKnowledge
}

/** What sessions and messages learn from the variables and libraries of the workbench. */
export function workbenchKnowledge(services: KnownServices): WorkbenchKnowledge {
  const { captures, profiles, collection, structures, environments } = services
  const lookup = new LibraryStructureLookup(structures)
  return {
    sessions: {
      variables: async () => {
        await environments.load()
        return environments
      },
      interpretationOf: async (profileId) => {
        const { entries } = await profiles.library()
        return entries.find(({ id }) => id === profileId)?.interpretation ?? null
      },
    },
    messages: {
      // Every message belongs to a session, and no session opens before the variables were read.
      variable: (name) => environments.resolve(name),
      structure: async (structureId) => {
        await lookup.ready()
        return lookup.known(structureId)
      },
      savedItem: async (entryId) => {
        const { entries } = await collection.library()
        return entries.find(({ id }) => id === entryId)?.item ?? null
      },
      interpretationOf: (captureId) => captures.interpretationOf(captureId) ?? rawInterpretation,
    },
  }
}
