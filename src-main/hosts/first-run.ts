import * as v from 'valibot'
import { isErrorCode, WirebenchError } from '../contract/errors.ts'
import { collectionContent } from '../contract/schemas/collection.ts'
import { profileContent } from '../contract/schemas/profile.ts'
import { completeServerDefinition, type ServerSnapshot } from '../contract/schemas/server.ts'
import { structureContent } from '../contract/schemas/structure.ts'
import type { JsonDocumentStore } from '../engine/documents/json-document-store.ts'
import type { CollectionService, ProfileService, ServerService, StructureService } from '../engine/ports.ts'
import { sampleEntries, sampleStructure } from './samples.ts'

/** The port of the echo service, moved to where no special rights are needed. */
export const sampleEchoPort = 7007

/** What the data folder's marker says. */
const marker = { schemaVersion: 1, samplesMade: true }

/**
 * Claims the first run in a data folder for this process: true for exactly one, however many start at once. Where
 * nothing can be kept, every run without a marker is a first one.
 */
export async function claimFirstRun(document: JsonDocumentStore, canKeep: boolean): Promise<boolean> {
  const { kind } = await document.read()
  if (!canKeep) return kind !== 'value'
  if (kind !== 'absent') return false
  let claimed = false
  try {
    await document.update((present) => {
      claimed = present.kind === 'absent'
      return claimed ? marker : null
    })
  } catch (thrown) {
    // A full disk is no reason not to start: what cannot be kept is told where it is asked for.
    if (!isDiskError(thrown)) throw thrown
  }
  return claimed
}

/** What the samples are made in. */
export interface SampleServices {
  readonly servers: ServerService
  readonly profiles: ProfileService
  readonly collection: CollectionService
  readonly structures: StructureService
}

/**
 * Makes what lets the first click give a result: a running echo server, a profile that connects to it, and a few things
 * to send to it.
 */
export async function makeSamples({ servers, profiles, collection, structures }: SampleServices): Promise<void> {
  const port = await makeEchoServer(servers)
  const content = v.parse(profileContent, {
    name: 'Echo (sample)',
    notes: 'Connects to the local echo server, which sends back whatever it receives. Start it under Local servers.',
    connection: { host: '127.0.0.1', port },
    composer: { mode: 'text', lineEnding: 'lf' },
  })
  try {
    await profiles.create(content)
    for (const entry of sampleEntries) await collection.create(v.parse(collectionContent, entry))
    await structures.create(v.parse(structureContent, sampleStructure))
  } catch (thrown) {
    // As above: the server is there all the same.
    if (!isDiskError(thrown)) throw thrown
  }
}

/** Answers the port that the server listens on, or would have. */
async function makeEchoServer(servers: ServerService): Promise<number> {
  const definition = completeServerDefinition({
    kind: 'echo',
    name: 'Echo',
    port: sampleEchoPort,
    startsWithWorkbench: true,
  })
  const { serverId } = await servers.create(definition)
  if ((await tryStart(servers, serverId)) !== null) return sampleEchoPort
  await servers.update(serverId, { ...definition, port: 0 })
  const port = (await tryStart(servers, serverId))?.address?.port ?? sampleEchoPort
  // The profile needs the same port after a restart, too.
  await servers.stop(serverId)
  await servers.update(serverId, { ...definition, port })
  await tryStart(servers, serverId)
  return port
}

/** Null when it could not start: the reason is shown on the server. */
async function tryStart(servers: ServerService, serverId: string): Promise<ServerSnapshot | null> {
  try {
    return await servers.start(serverId)
  } catch (thrown) {
    if (thrown instanceof WirebenchError) return null
    throw thrown
  }
}

const diskCodes = ['data-folder-unwritable', 'disk-full', 'file-unwritable'].filter(isErrorCode)

function isDiskError(thrown: unknown): boolean {
  return thrown instanceof WirebenchError && diskCodes.includes(thrown.code)
}
