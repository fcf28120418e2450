import { beforeEach, expect, test, vi } from 'vitest'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { EventHub } from '../../contract/event-hub.ts'
import { runElectronHost, type ElectronHostSettings } from './electron-host.ts'
import { app, BrowserWindow, ipcMain, resetElectron, told } from './testing/electron-stand-in.ts'

vi.mock('electron', () => import('./testing/electron-stand-in.ts'))
beforeEach(() => resetElectron())

const failures: unknown[] = []
const makeEngine = (close: () => Promise<void> = async () => {}) => ({
  handlers: {} as CommandHandlers,
  events: new EventHub(),
  downloads: { find: () => null },
  close,
})
const settingsWith = (changes: Partial<ElectronHostSettings> = {}): ElectronHostSettings => ({
  pageFolder: '/nowhere/page',
  preloadFile: '/nowhere/preload.cjs',
  browserFolder: '/nowhere/data/.electron',
  openEngine: async () => makeEngine(),
  onFailure: (error) => failures.push(error),
  ...changes,
})

test('everything is locked down before the window opens', async () => {
  await runElectronHost(settingsWith())
  expect(told.map(([call]) => call)).toEqual([
    'setName',
    'setPath',
    'enableSandbox',
    'registerSchemesAsPrivileged',
    'setPermissionRequestHandler',
    'setPermissionCheckHandler',
    'setDevicePermissionHandler',
    'setApplicationMenu',
    'handle',
  ])
  expect(told).toContainEqual([
    'registerSchemesAsPrivileged',
    [{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }],
    'before ready',
  ])
  expect(app.listenerCount('web-contents-created')).toBe(1)
  expect(BrowserWindow.open.map(({ calls, options }) => ({ calls, options }))).toEqual([
    {
      calls: ['loadURL app://workbench/electron.html', 'show'],
      options: expect.objectContaining({
        show: false,
        webPreferences: {
          preload: '/nowhere/preload.cjs',
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
      }) as unknown,
    },
  ])
})

test('a second program on the same data folder ends at once and opens no engine', async () => {
  app.hasLock = false
  const openEngine = vi.fn(async () => makeEngine())
  await runElectronHost(settingsWith({ openEngine }))
  expect([app.quitCount, openEngine.mock.calls, BrowserWindow.open]).toEqual([1, [], []])
})

test('the first one then shows its window', async () => {
  await runElectronHost(settingsWith())
  const [window] = BrowserWindow.open
  window!.minimised = true
  app.emit('second-instance')
  expect(window!.calls.slice(2)).toEqual(['restore', 'show', 'focus'])
})

test('a window opens again when the program is activated without one', async () => {
  await runElectronHost(settingsWith())
  BrowserWindow.open = []
  app.emit('activate')
  expect(BrowserWindow.open).toHaveLength(1)
})

test('a page that crashed is loaded again, once a minute at most', async () => {
  await runElectronHost(settingsWith())
  const [window] = BrowserWindow.open
  const now = vi.spyOn(performance, 'now')
  const crashAt = (nowMs: number, reason: string): void => {
    now.mockReturnValue(nowMs)
    window!.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 })
  }
  crashAt(1000, 'clean-exit')
  crashAt(2000, 'crashed')
  crashAt(3000, 'crashed')
  const early = window!.calls.filter((call) => call === 'reload').length
  crashAt(70_000, 'oom')
  now.mockRestore()
  expect([early, window!.calls.slice(2)]).toEqual([1, ['reload', 'reload']])
})

test('quitting waits until the engine is closed, however often it is asked for', async () => {
  let finish = (): void => {}
  const close = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  await runElectronHost(settingsWith({ openEngine: async () => makeEngine(close) }))
  app.quit()
  app.quit()
  expect([app.quitCount, close.mock.calls.length, ipcMain.listenerCount('wirebench:port-request')]).toEqual([0, 1, 0])
  finish()
  await vi.waitFor(() => expect(app.quitCount).toBe(1))
})

test('an engine that cannot be closed is told, and the program ends all the same', async () => {
  const failure = new Error('the disk is gone')
  failures.length = 0
  await runElectronHost(settingsWith({ openEngine: async () => makeEngine(() => Promise.reject(failure)) }))
  app.quit()
  await vi.waitFor(() => expect(app.quitCount).toBe(1))
  expect(failures).toEqual([failure])
})

test('an engine that cannot be opened is the caller’s to tell', async () => {
  const failure = new Error('no engine')
  await expect(runElectronHost(settingsWith({ openEngine: () => Promise.reject(failure) }))).rejects.toBe(failure)
  expect(BrowserWindow.open).toEqual([])
})

test.runIf(process.platform !== 'darwin')('closing the last window ends the program', async () => {
  await runElectronHost(settingsWith())
  app.emit('window-all-closed')
  await vi.waitFor(() => expect(app.quitCount).toBe(1))
})
