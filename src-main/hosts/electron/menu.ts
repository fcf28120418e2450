import type { MenuItemConstructorOptions } from 'electron'

/** What the menu depends on. */
export interface MenuSurroundings {
  readonly platform: string
  /** True for an installed program: it has no developer tools in its menu. */
  readonly packaged: boolean
}

/**
 * The menu of the program: standard roles only, so that every platform gets its own words, keys and behaviour. What the
 * workbench itself does is in the page, with the same keys under every host.
 */
export function menuTemplate({ platform, packaged }: MenuSurroundings): MenuItemConstructorOptions[] {
  const onMac = platform === 'darwin'
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
  if (!packaged) view.push({ type: 'separator' }, { role: 'forceReload' }, { role: 'toggleDevTools' })
  const program: MenuItemConstructorOptions = onMac
    ? { role: 'appMenu' }
    : { role: 'fileMenu', submenu: [{ role: 'quit' }] }
  const windows: MenuItemConstructorOptions[] = [{ role: 'minimize' }]
  if (onMac) windows.push({ role: 'zoom' })
  // Without Shift the key closes a tab of the page.
  windows.push({ role: 'close', accelerator: 'CmdOrCtrl+Shift+W' })
  return [program, { role: 'editMenu' }, { role: 'viewMenu', submenu: view }, { role: 'window', submenu: windows }]
}
