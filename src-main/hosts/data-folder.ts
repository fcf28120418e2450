import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where this program finds itself. */
export interface Surroundings {
  readonly platform: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
}

const present: Surroundings = { platform: process.platform, environment: process.env, home: homedir() }

/**
 * The folder that holds profiles, captures, servers and the history: what was asked for, else `WIREBENCH_DATA_DIR`,
 * else where this platform keeps the data of programs.
 */
export function dataFolderOf(asked: string | null = null, surroundings: Surroundings = present): string {
  const { environment } = surroundings
  const wanted = asked ?? (environment['WIREBENCH_DATA_DIR'] || null)
  return wanted === null ? platformFolder(surroundings) : resolve(wanted)
}

function platformFolder({ platform, environment, home }: Surroundings): string {
  if (platform === 'win32') return join(environment['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Wirebench')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Wirebench')
  const dataHome = environment['XDG_DATA_HOME']
  // By the XDG specification a relative path is to be ignored.
  const base = dataHome?.startsWith('/') === true ? dataHome : join(home, '.local', 'share')
  return join(base, 'wirebench')
}
