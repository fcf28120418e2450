/** Entry of the desktop program. */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { toErrorShape } from '../../contract/errors.ts'
import { composeEngine } from '../compose-engine.ts'
import { dataFolderOf } from '../data-folder.ts'
import { version } from '../version.ts'
import { makeBrowserFolder } from './browser-folder.ts'
import { dataFolderArgument } from './electron-arguments.ts'
import { runElectronHost, type OwnedEngine } from './electron-host.ts'

const dataFolder = dataFolderOf(dataFolderArgument(process.argv.slice(1), process.cwd()))

async function openEngine(): Promise<OwnedEngine> {
  const composed = await composeEngine({
    dataFolder,
    version,
    capabilities: { kind: 'electron', nativeFileDialogs: false, secretStorage: 'none' },
  })
  const { handlers, events } = composed.engine
  return { handlers, events, downloads: composed.downloads, close: () => composed.close() }
}

/** Says what went wrong where a person sees it, and on stderr. */
function tellFailure(thrown: unknown): void {
  const { message } = toErrorShape(thrown)
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? message) : message}\n`)
  dialog.showErrorBox('Wirebench', message)
}

runElectronHost({
  pageFolder: join(import.meta.dirname, '..', 'page'),
  preloadFile: join(import.meta.dirname, 'preload.cjs'),
  browserFolder: makeBrowserFolder(dataFolder),
  openEngine,
  onFailure: tellFailure,
}).catch((thrown: unknown) => {
  tellFailure(thrown)
  app.exit(1)
})
