import type { Session, WebContents, WebFrameMain } from 'electron'
import { isPageAddress, pageOrigin } from './page-address.ts'

/** The one permission that the page has: copying text on a click. */
const grantedPermission = 'clipboard-sanitized-write'

/** Denies the page every permission but copying, and every device. */
export function restrictSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === grantedPermission && isPageAddress(contents.getURL()))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => {
    return permission === grantedPermission && originOf(origin) === pageOrigin
  })
  session.setDevicePermissionHandler(() => false)
}

/** Denies everything that would bring foreign content into a window: navigation but reloading, new windows, embedded views. */
export function restrictContents(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }): void => event.preventDefault()
  // The page reloads itself where that is the remedy, such as after the engine has gone.
  const denyUnlessReload = (event: { preventDefault(): void; url: string; isMainFrame: boolean }): void => {
    if (!event.isMainFrame || event.url !== contents.getURL() || !isPageAddress(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', denyUnlessReload)
  contents.on('will-frame-navigate', denyUnlessReload)
  contents.on('will-redirect', deny)
  contents.on('will-attach-webview', deny)
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Whether a message came from the page itself, in the top frame of the window it was loaded into. */
export function isFromPage(sender: WebContents, frame: WebFrameMain | null): frame is WebFrameMain {
  return frame?.parent === null && frame === sender.mainFrame && isPageAddress(frame.url)
}

/** Electron tells the origin with a slash behind it. */
function originOf(requestingOrigin: string): string {
  return requestingOrigin.endsWith('/') ? requestingOrigin.slice(0, -1) : requestingOrigin
}
