import { BrowserWindow, nativeTheme } from 'electron'
import { pageAddress } from './page-address.ts'

/** What shows before the page has drawn; the same as its own background. */
const backgroundColours = { light: '#f6f7f9', dark: '#14161a' }

/** Opens the workbench in a window of its own; it shows once the page has drawn, so that nothing flashes. */
export async function openWindow(preloadFile: string): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    title: 'Wirebench',
    width: 1360,
    height: 860,
    minWidth: 760,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgroundColours.dark : backgroundColours.light,
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  recoverFromCrash(window)
  window.once('ready-to-show', () => window.show())
  await window.loadURL(pageAddress)
  return window
}

/** A page that crashes again sooner than this is left as it is, so that it does not crash for ever. */
const crashRestMs = 60_000

/** Loads the page again after it has crashed: the engine and its connections have gone on meanwhile. */
function recoverFromCrash(window: BrowserWindow): void {
  let lastMs = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const nowMs = performance.now()
    if (reason === 'clean-exit' || nowMs - lastMs < crashRestMs) return
    lastMs = nowMs
    window.webContents.reload()
  })
}

/** Brings a window to the front, also when it is minimised. */
export function showWindow(window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'show' | 'focus'>): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
