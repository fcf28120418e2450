import type { Component } from 'svelte'

/** A row of a menu or context menu. */
export interface MenuAction {
  readonly label: string
  readonly icon?: Component<{ class?: string }> | undefined
  /** Keys that do the same, such as `Ctrl+D`. */
  readonly shortcut?: string | undefined
  readonly disabled?: boolean | undefined
  readonly danger?: boolean | undefined
  /** Drawn with a check mark; told as a checked menu item. */
  readonly checked?: boolean | undefined
  readonly run: () => void
}

export type MenuEntry = MenuAction | 'separator'
