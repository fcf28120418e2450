import type { Link } from '../../../contract/connect.ts'
import { WirebenchError } from '../../../contract/errors.ts'
import type { ConnectionSettings } from '../../../contract/schemas/connection.ts'
import type { Profile } from '../../../contract/schemas/profile.ts'
import { resolveVariable } from '../../../engine/environments/resolve-variable.ts'
import { connectionTarget } from '../../../engine/sessions/connection-target.ts'
import type { PlainConnectionSettings } from '../../../protocol/connection/connection-inputs.ts'
import { dataFolderOf } from '../../data-folder.ts'
import { usageError } from '../command-line.ts'
import { openEngine } from '../open-engine.ts'

/** A profile, its host and port with the values of the variables in use. A secret has none on the command line. */
export type DialledProfile = Profile & { readonly connection: PlainConnectionSettings }

/**
 * A profile by its identifier, its folder and name, or its name alone when only one has it. Errors: `profile-not-found`,
 * `usage`, and those of `connectionTarget`.
 */
export async function readProfile(dataFolder: string | null, name: string): Promise<DialledProfile> {
  const engine = await openEngine(dataFolderOf(dataFolder))
  try {
    const profile = await findProfile(engine.link, name)
    return { ...profile, connection: await withVariables(engine.link, profile.connection) }
  } finally {
    await engine.close()
  }
}

async function withVariables(link: Link, connection: ConnectionSettings): Promise<PlainConnectionSettings> {
  const { host, port } = connection
  if (typeof port === 'number' && !host.includes('{{')) return { ...connection, port }
  const environments = await link.call('environment.list', {})
  return connectionTarget(connection, { resolve: (name) => resolveVariable(environments, name, () => null) })
}

async function findProfile(link: Link, wanted: string): Promise<Profile> {
  const { profiles } = await link.call('profile.library', {})
  const exact = profiles.filter(
    ({ id, folder, name }) => id === wanted || (folder !== '' && `${folder}/${name}` === wanted),
  )
  const [found, another] = exact.length > 0 ? exact : profiles.filter(({ name }) => name === wanted)
  if (found === undefined) throw new WirebenchError('profile-not-found', { profileId: wanted })
  if (another !== undefined) {
    throw usageError(`More than one profile is named "${wanted}". Write FOLDER/NAME, or its identifier.`)
  }
  return found
}
