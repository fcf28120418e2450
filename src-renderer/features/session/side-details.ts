import type { Snippet } from 'svelte'

/** The details of a connection, shown in the place of the inspector. */
export interface SideDetails {
  readonly shown: boolean
  readonly panel: Snippet<[onhide: () => void]>
  setShown(shown: boolean): void
}
