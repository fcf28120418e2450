import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * The data folder named by `--data-dir`, absolute; null when none is. Electron's and Chromium's own switches stand among
 * the arguments and are passed over.
 */
export function dataFolderArgument(argv: readonly string[], workingFolder: string): string | null {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'data-dir': { type: 'string' } },
    strict: false,
    allowPositionals: true,
  })
  const named = values['data-dir']
  return typeof named === 'string' && named !== '' ? resolve(workingFolder, named) : null
}
