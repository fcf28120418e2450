import * as v from 'valibot'
import { identifier } from '../../contract/schemas/common.ts'
import { serverDefinition } from '../../contract/schemas/server.ts'
import type { DocumentFormat } from '../documents/versioned-document.ts'

const serversSchemaVersion = 1

const serversFile = v.object({
  schemaVersion: v.literal(serversSchemaVersion),
  servers: v.array(v.object({ id: identifier, definition: serverDefinition })),
})

/** The list of local servers in `servers.json`. */
export const serversFileFormat = {
  schema: serversFile,
  version: serversSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof serversFile>

export type ServersDocument = v.InferOutput<typeof serversFile>
