import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes the folder in which Chromium keeps its own things: inside the data folder, so that there is one window per data
 * folder; a temporary one where nothing can be written there, so that the workbench still opens.
 */
export function makeBrowserFolder(dataFolder: string): string {
  const folder = join(dataFolder, '.electron')
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch {
    // The description of the host tells that the data folder cannot be used, and why.
    return mkdtempSync(join(tmpdir(), 'wirebench-electron-'))
  }
}
