import { expect, it } from 'vitest'
import { shortcutOf, showShortcut, typesText } from './shortcuts.ts'

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }

it('writes key presses as shortcuts', () => {
  expect([
    shortcutOf({ ...none, key: 'k', code: 'KeyK', ctrlKey: true }, false),
    shortcutOf({ ...none, key: 'k', code: 'KeyK', metaKey: true }, true),
    shortcutOf({ ...none, key: '∑', code: 'KeyW', altKey: true }, true),
    shortcutOf({ ...none, key: '?', code: 'Minus', shiftKey: true }, false),
    shortcutOf({ ...none, key: 'Tab', code: 'Tab', ctrlKey: true, shiftKey: true }, false),
    shortcutOf({ ...none, key: 'F', code: 'KeyF', ctrlKey: true, shiftKey: true }, false),
  ]).toEqual(['Ctrl+K', 'Ctrl+K', 'Alt+W', '?', 'Ctrl+Shift+Tab', 'Ctrl+Shift+F'])
})

it('knows which shortcuts would type text in a field', () => {
  expect(['?', 'Delete', 'Shift+A', 'Ctrl+K', 'Alt+W', 'F6', 'Shift+F6'].map(typesText)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})

it('shows shortcuts as the system writes them', () => {
  expect([showShortcut('Ctrl+Shift+ArrowUp', false), showShortcut('Ctrl+K', true)]).toEqual(['Ctrl+Shift+↑', '⌘+K'])
})
