import type { ThemeChoice } from '../../src-main/contract/schemas/settings.ts'
import { lastingStorage } from './window-storage.ts'

const storageKey = 'theme'

/** Draws the page in a theme, and remembers it for the time before the engine has told the settings. */
export function applyTheme(theme: ThemeChoice): void {
  showTheme(theme)
  lastingStorage.write(storageKey, theme)
}

/** Draws the page as this browser last did, so that a window that opens again does not flash. */
export function applyRememberedTheme(): void {
  const remembered = lastingStorage.read(storageKey)
  if (remembered === 'light' || remembered === 'dark') showTheme(remembered)
}

function showTheme(theme: ThemeChoice): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
