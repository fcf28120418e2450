import type { Session, WebContents, WebFrameMain } from 'electron'
import { expect, test, vi } from 'vitest'
import { isFromPage, restrictContents, restrictSession } from './security.ts'
import { StandInContents, StandInFrame } from './testing/electron-stand-in.ts'

const page = 'app://workbench/electron.html'
const asContents = (contents: StandInContents): WebContents => contents as unknown as WebContents
const asFrame = (frame: StandInFrame | null): WebFrameMain | null => frame as unknown as WebFrameMain | null

/** A session that keeps what it was given. */
function makeSession() {
  const setPermissionRequestHandler = vi.fn<Session['setPermissionRequestHandler']>()
  const setPermissionCheckHandler = vi.fn<Session['setPermissionCheckHandler']>()
  const setDevicePermissionHandler = vi.fn<Session['setDevicePermissionHandler']>()
  restrictSession({
    setPermissionRequestHandler,
    setPermissionCheckHandler,
    setDevicePermissionHandler,
  } as unknown as Session)
  return {
    request: setPermissionRequestHandler.mock.lastCall![0]!,
    check: setPermissionCheckHandler.mock.lastCall![0]!,
    device: setDevicePermissionHandler.mock.lastCall![0]!,
  }
}

test('permission to copy text is given to the page alone, every other one to nobody', () => {
  const { request, check, device } = makeSession()
  const answers: boolean[] = []
  const details = {} as Parameters<typeof request>[3]
  const ask = (url: string, permission: Parameters<typeof request>[1]): void =>
    request(asContents(new StandInContents(url)), permission, (granted) => answers.push(granted), details)
  ask(page, 'clipboard-sanitized-write')
  ask('https://elsewhere.test/', 'clipboard-sanitized-write')
  ask('app://workbench.elsewhere.test/', 'clipboard-sanitized-write')
  ask(page, 'clipboard-read')
  ask(page, 'notifications')
  expect(answers).toEqual([true, false, false, false, false])

  const checkDetails = {} as Parameters<typeof check>[3]
  expect([
    check(null, 'clipboard-sanitized-write', 'app://workbench/', checkDetails),
    check(null, 'clipboard-sanitized-write', 'app://workbench', checkDetails),
    check(null, 'clipboard-sanitized-write', 'https://elsewhere.test', checkDetails),
    check(null, 'geolocation', 'app://workbench/', checkDetails),
  ]).toEqual([true, true, false, false])
  expect(device({} as Parameters<typeof device>[0])).toBe(false)
})

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
  '%s is stopped',
  (event) => {
    const contents = new StandInContents(page)
    restrictContents(asContents(contents))
    const preventDefault = vi.fn()
    contents.emit(event, { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
  },
)

test('the page may reload itself, and nothing else may pass for that', () => {
  const reload = { url: page, isMainFrame: true }
  const cases = [
    ['will-navigate', page, reload],
    ['will-frame-navigate', page, reload],
    ['will-navigate', page, { ...reload, url: 'app://workbench/other.html' }],
    ['will-frame-navigate', page, { ...reload, isMainFrame: false }],
    ['will-navigate', 'https://elsewhere.test/', { ...reload, url: 'https://elsewhere.test/' }],
  ] as const
  const stopped = cases.map(([event, present, details]) => {
    const contents = new StandInContents(present)
    restrictContents(asContents(contents))
    const preventDefault = vi.fn()
    contents.emit(event, { ...details, preventDefault })
    return preventDefault.mock.calls.length === 1
  })
  expect(stopped).toEqual([false, false, true, true, true])
})

test('no page opens a window', () => {
  const contents = new StandInContents(page)
  restrictContents(asContents(contents))
  expect(contents.windowOpenHandler?.()).toEqual({ action: 'deny' })
})

test('a message is from the page only when its top frame sent it', () => {
  const contents = new StandInContents(page)
  const stranger = new StandInContents('https://elsewhere.test/')
  expect([
    isFromPage(asContents(contents), asFrame(contents.mainFrame)),
    isFromPage(asContents(contents), asFrame(new StandInFrame(page, contents.mainFrame))),
    isFromPage(asContents(contents), asFrame(new StandInFrame(page))),
    isFromPage(asContents(contents), null),
    isFromPage(asContents(stranger), asFrame(stranger.mainFrame)),
  ]).toEqual([true, false, false, false, false])
})
