import { lastingStorage } from './window-storage.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

const themes: readonly ThemeChoice[] = ['system', 'light', 'dark']
const defaultSidebarWidth = 252

/** What a person sets for this window. Kept in the browser's storage. */
export class SettingsState {
  #theme = $state<ThemeChoice>('system')
  #sidebarWidth = $state(defaultSidebarWidth)
  #sidebarShown = $state(true)

  constructor() {
    const theme = lastingStorage.read('theme')
    this.#theme = themes.find((choice) => choice === theme) ?? 'system'
    const width = lastingStorage.read('sidebar-width')
    if (typeof width === 'number' && width > 0) this.#sidebarWidth = width
    this.#sidebarShown = lastingStorage.read('sidebar-shown') !== false
    this.#applyTheme()
  }

  get theme(): ThemeChoice {
    return this.#theme
  }

  setTheme(theme: ThemeChoice): void {
    this.#theme = theme
    lastingStorage.write('theme', theme)
    this.#applyTheme()
  }

  /** Width in px while the sidebar stands beside the work area. */
  get sidebarWidth(): number {
    return this.#sidebarWidth
  }

  setSidebarWidth(width: number): void {
    this.#sidebarWidth = width
    lastingStorage.write('sidebar-width', width)
  }

  get sidebarShown(): boolean {
    return this.#sidebarShown
  }

  setSidebarShown(shown: boolean): void {
    this.#sidebarShown = shown
    lastingStorage.write('sidebar-shown', shown)
  }

  #applyTheme(): void {
    if (this.#theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = this.#theme
  }
}
