/**
 * Stands in for the `electron` module in tests: `vi.mock('electron', () => import('./testing/electron-stand-in.ts'))`.
 * It behaves as Electron is documented to, as far as this host uses it, and records what it was told.
 */
import { EventEmitter } from 'node:events'

/** Everything the host told Electron, in order. Emptied by `resetElectron`. */
export const told: (readonly [call: string, ...details: unknown[]])[] = []

class StandInApp extends EventEmitter {
  isPackaged = false
  hasLock = true
  quitCount = 0
  isReady = false
  setName(name: string): void {
    told.push(['setName', name])
  }
  setPath(name: string, path: string): void {
    told.push(['setPath', name, path])
  }
  requestSingleInstanceLock(): boolean {
    return this.hasLock
  }
  enableSandbox(): void {
    told.push(['enableSandbox'])
  }
  whenReady(): Promise<void> {
    this.isReady = true
    return Promise.resolve()
  }
  /** Goes through `before-quit` as Electron does; a listener may hold it back. */
  quit(): void {
    const event = { defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true) }
    this.emit('before-quit', event)
    if (!event.defaultPrevented) this.quitCount += 1
  }
}

export const app = new StandInApp()

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown): void => {
    told.push(['registerSchemesAsPrivileged', schemes, app.isReady ? 'after ready' : 'before ready'])
  },
  handle: (scheme: string, handler: unknown): void => {
    told.push(['handle', scheme, typeof handler])
  },
}

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (): void => void told.push(['setPermissionRequestHandler']),
    setPermissionCheckHandler: (): void => void told.push(['setPermissionCheckHandler']),
    setDevicePermissionHandler: (): void => void told.push(['setDevicePermissionHandler']),
  },
}

export const Menu = {
  buildFromTemplate: (template: readonly { readonly role?: string }[]): unknown => template.map(({ role }) => role),
  setApplicationMenu: (menu: unknown): void => void told.push(['setApplicationMenu', menu]),
}

export const nativeTheme = { shouldUseDarkColors: true }

export const ipcMain = new EventEmitter()

/** A frame of a page, as the sender of a message. */
export class StandInFrame {
  readonly url: string
  readonly parent: StandInFrame | null
  readonly received: { readonly channel: string; readonly ports: readonly MessagePortMain[] }[] = []
  constructor(url: string, parent: StandInFrame | null = null) {
    this.url = url
    this.parent = parent
  }
  postMessage(channel: string, _message: unknown, ports: readonly MessagePortMain[]): void {
    this.received.push({ channel, ports })
  }
}

/** The contents of a window. */
export class StandInContents extends EventEmitter {
  mainFrame: StandInFrame
  windowOpenHandler: (() => unknown) | null = null
  readonly #onReload: () => void
  constructor(url: string, onReload: () => void = () => undefined) {
    super()
    this.#onReload = onReload
    this.mainFrame = new StandInFrame(url)
  }
  getURL(): string {
    return this.mainFrame.url
  }
  reload(): void {
    this.#onReload()
  }
  setWindowOpenHandler(handler: () => unknown): void {
    this.windowOpenHandler = handler
  }
}

export class BrowserWindow extends EventEmitter {
  static open: BrowserWindow[] = []
  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.open
  }
  readonly options: unknown
  readonly calls: string[] = []
  readonly webContents = new StandInContents('app://workbench/electron.html', () => this.calls.push('reload'))
  minimised = false
  constructor(options: unknown) {
    super()
    this.options = options
    BrowserWindow.open.push(this)
  }
  async loadURL(address: string): Promise<void> {
    this.calls.push(`loadURL ${address}`)
    this.emit('ready-to-show')
  }
  isMinimized(): boolean {
    return this.minimised
  }
  restore(): void {
    this.calls.push('restore')
  }
  show(): void {
    this.calls.push('show')
  }
  focus(): void {
    this.calls.push('focus')
  }
}

/** One end of a channel: keeps messages until it is started, clones them, and tells both ends of a close. */
export class MessagePortMain extends EventEmitter {
  other: MessagePortMain | null = null
  #started = false
  #closed = false
  readonly #waiting: unknown[] = []

  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message)
    queueMicrotask(() => this.other?.accept(copy))
  }

  start(): void {
    this.#started = true
    for (const message of this.#waiting.splice(0)) this.emit('message', { data: message, ports: [] })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => {
      this.emit('close')
      this.other?.close()
    })
  }

  accept(message: unknown): void {
    if (this.#closed) return
    if (this.#started) this.emit('message', { data: message, ports: [] })
    else this.#waiting.push(message)
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = new MessagePortMain()
  constructor() {
    this.port1.other = this.port2
    this.port2.other = this.port1
  }
}

/** Puts everything back as a program finds it when it starts. */
export function resetElectron(): void {
  told.length = 0
  app.removeAllListeners()
  app.isPackaged = false
  app.hasLock = true
  app.quitCount = 0
  app.isReady = false
  ipcMain.removeAllListeners()
  BrowserWindow.open = []
}
