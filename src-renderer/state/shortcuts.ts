/**
 * Keys of a shortcut as written in this project: modifiers in the order `Ctrl+Alt+Shift`, then the key:
 * `Ctrl+K`, `Alt+Shift+ArrowUp`, `F6`, `?`. On macOS `Ctrl` stands for the command key.
 */
export type Shortcut = string

interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** How a key press is written as a shortcut. Shift is left out for signs that need it anyway, such as `?`. */
export function shortcutOf(press: KeyPress, onMac: boolean): Shortcut {
  const control = onMac ? press.metaKey : press.ctrlKey
  // With Alt some systems report another sign (macOS: å for Alt+A), so letters are read from the place of the key.
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1]
  const key =
    press.altKey && letter !== undefined ? letter : press.key.length === 1 ? press.key.toUpperCase() : press.key
  const sign = press.key.length === 1 && !/[a-z0-9]/i.test(press.key)
  return [control ? 'Ctrl' : '', press.altKey ? 'Alt' : '', press.shiftKey && !sign ? 'Shift' : '', key]
    .filter(Boolean)
    .join('+')
}

/** True when pressing it in a text field would type or edit text there. */
export function typesText(shortcut: Shortcut): boolean {
  return !/^(Ctrl|Alt)\+/.test(shortcut) && !/^(Shift\+)?F\d+$/.test(shortcut)
}

/** Shortcut as shown to people: `⌘K` on macOS, `Ctrl+K` elsewhere; arrows as signs. */
export function showShortcut(shortcut: Shortcut, onMac: boolean): string {
  const signs = shortcut
    .replace('ArrowUp', '↑')
    .replace('ArrowDown', '↓')
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
  return onMac ? signs.replace('Ctrl', '⌘').replace('Alt', '⌥').replace('Shift', '⇧') : signs
}

/** Keys of the window's own commands; the first of each is the one shown. */
export interface WindowKeys {
  readonly newConnection: readonly Shortcut[]
  readonly closeTab: readonly Shortcut[]
  readonly nextTab: readonly Shortcut[]
  readonly previousTab: readonly Shortcut[]
}

/** In its own window every key reaches the page. */
export const desktopKeys: WindowKeys = {
  newConnection: ['Ctrl+N'],
  closeTab: ['Ctrl+W'],
  nextTab: ['Ctrl+Tab', 'Ctrl+PageDown'],
  previousTab: ['Ctrl+Shift+Tab', 'Ctrl+PageUp'],
}

/** A browser keeps Ctrl+N, Ctrl+W and Ctrl+Tab for itself in a tab, and hands them over in an app window. */
export const browserKeys: WindowKeys = {
  newConnection: ['Alt+N', 'Ctrl+N'],
  closeTab: ['Alt+W', 'Ctrl+W'],
  nextTab: ['Alt+PageDown', 'Ctrl+Tab'],
  previousTab: ['Alt+PageUp', 'Ctrl+Shift+Tab'],
}
