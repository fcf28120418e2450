import { app, BrowserWindow, Menu, session } from 'electron'
import type { DownloadSource } from '../downloads.ts'
import { PageFiles } from '../page-files.ts'
import { announceAppProtocol, serveAppProtocol } from './app-protocol.ts'
import { PagePorts, type ServedEngine } from './page-ports.ts'
import { menuTemplate } from './menu.ts'
import { restrictContents, restrictSession } from './security.ts'
import { openWindow, showWindow } from './window.ts'

/** The engine as the host owns it. */
export interface OwnedEngine extends ServedEngine {
  /** Finished exports that the window may take. */
  readonly downloads: DownloadSource
  close(): Promise<void>
}

/** What the host is started with. */
export interface ElectronHostSettings {
  /** Folder of the built page. */
  readonly pageFolder: string
  readonly preloadFile: string
  /** Where Chromium keeps its own things; a second program on the same folder gives way to the first. */
  readonly browserFolder: string
  readonly openEngine: () => Promise<OwnedEngine>
  /** Told when something failed that nobody waited for. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Runs the workbench as a desktop program: one program per data folder, one engine, closed before the program ends.
 * Must be called before Electron is ready. Resolves once the window is open, or when another program has it open.
 */
export async function runElectronHost(settings: ElectronHostSettings): Promise<void> {
  app.setName('Wirebench')
  app.setPath('userData', settings.browserFolder)
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  announceAppProtocol()
  app.on('web-contents-created', (_event, contents) => restrictContents(contents))
  await app.whenReady()

  restrictSession(session.defaultSession)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ platform: process.platform, packaged: app.isPackaged })),
  )
  const engine = await settings.openEngine()
  serveAppProtocol(new PageFiles(settings.pageFolder), engine.downloads)
  const ports = new PagePorts(engine)
  closeBeforeQuit(async () => {
    ports.close()
    await engine.close()
  }, settings.onFailure)

  const showWorkbench = (): void => {
    const [present] = BrowserWindow.getAllWindows()
    if (present === undefined) openWindow(settings.preloadFile).catch(settings.onFailure)
    else showWindow(present)
  }
  app.on('second-instance', showWorkbench)
  app.on('activate', showWorkbench)
  app.on('window-all-closed', () => {
    // On macOS a program stays in the dock without a window, and its connections stay open.
    if (process.platform !== 'darwin') app.quit()
  })
  await openWindow(settings.preloadFile)
}

/** Holds quitting back until everything is closed; then quits for good, also when closing failed. */
function closeBeforeQuit(close: () => Promise<void>, onFailure: (error: unknown) => void): void {
  let state: 'running' | 'closing' | 'closed' = 'running'
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    void close()
      .catch(onFailure)
      .then(() => {
        state = 'closed'
        app.quit()
      })
  })
}
