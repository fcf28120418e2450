import { untrack } from 'svelte'

/** For an effect: acts whenever what `read` reads has changed; what `act` reads does not count. */
export function whenChanged(read: () => readonly unknown[], act: () => void): void {
  read()
  untrack(act)
}
