import { expect, test } from 'vitest'
import { menuTemplate } from './menu.ts'

type Item = ReturnType<typeof menuTemplate>[number]

/** The roles of the menu as a tree of names. */
const rolesOf = (items: readonly Item[]): unknown[] =>
  items
    .filter(({ type }) => type !== 'separator')
    .map(({ role, submenu }) => (Array.isArray(submenu) ? [role, ...rolesOf(submenu)] : role))

test('an installed program has standard roles and no developer tools', () => {
  expect(rolesOf(menuTemplate({ platform: 'linux', packaged: true }))).toEqual([
    ['fileMenu', 'quit'],
    'editMenu',
    ['viewMenu', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'],
    ['window', 'minimize', 'close'],
  ])
})

test('a checkout has them, and macOS has its own menu', () => {
  expect(rolesOf(menuTemplate({ platform: 'darwin', packaged: false }))).toEqual([
    'appMenu',
    'editMenu',
    ['viewMenu', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', 'forceReload', 'toggleDevTools'],
    ['window', 'minimize', 'zoom', 'close'],
  ])
})
