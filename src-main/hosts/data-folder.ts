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
 * The folder that holds profiles, captures, servers, settings and the history: what was asked for, else
 * `WIREBENCH_DATA_DIR`, else where this platform keeps the data of programs.
 */
export function dataFolderOf(asked: string | null = null, surroundings: Surroundings = present): string {
  const wanted = asked ?? setting(surroundings.environment.WIREBENCH_DATA_DIR)
  return wanted === null ? platformFolder(surroundings) : resolve(wanted)
}

/** A variable that is empty counts as not set. */
function setting(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}

function platformFolder({ platform, environment, home }: Surroundings): string {
  if (platform === 'win32') return join(setting(environment.APPDATA) ?? join(home, 'AppData', 'Roaming'), 'Wirebench')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Wirebench')
  const dataHome = environment.XDG_DATA_HOME
  // By the XDG specification a relative path is to be ignored.
  const base = dataHome?.startsWith('/') === true ? dataHome : join(home, '.local', 'share')
  return join(base, 'wirebench')
}
