import type { ConnectionSettings } from '../../src-main/contract/schemas/connection.ts'
import type { Profile } from '../../src-main/contract/schemas/profile.ts'
import type { ServerSnapshot } from '../../src-main/contract/schemas/server.ts'

/** A question before something that cannot be undone. */
export interface Confirmation {
  readonly title: string
  readonly text: string
  readonly confirmLabel: string
  readonly cancelLabel: string
  readonly run: () => void
}

/** One line of text asked for: a name. */
export interface NamePrompt {
  readonly title: string
  readonly label: string
  readonly value: string
  readonly confirmLabel: string
  /** A sentence when the name cannot be taken, else null. */
  readonly problem: (name: string) => string | null
  /** Does it; rejects with a coded error, which is shown at the field. */
  readonly run: (name: string) => Promise<void>
}

/** What the form of a new connection begins with. */
export interface NewConnection {
  readonly folder: string
  /** A connection that exists already and only has to be saved. */
  readonly given?: { readonly name: string; readonly connection: ConnectionSettings }
}

/** The dialog that is open. Only one is at a time. */
export type DialogRequest =
  | { readonly kind: 'palette' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'shortcuts' }
  | ({ readonly kind: 'new-connection' } & NewConnection)
  | { readonly kind: 'edit-connection'; readonly profile: Profile }
  | { readonly kind: 'choose-folder'; readonly profile: Profile }
  | { readonly kind: 'server'; readonly server: ServerSnapshot | null }
  | { readonly kind: 'confirm'; readonly confirmation: Confirmation }
  | { readonly kind: 'name'; readonly prompt: NamePrompt }

/** Which of the window's own dialogs is open. */
export class DialogState {
  #current = $state.raw<DialogRequest | null>(null)

  get current(): DialogRequest | null {
    return this.#current
  }

  open(request: DialogRequest): void {
    this.#current = request
  }

  /** Closes the dialog; with `request` only when that one is still open, for what ends later than a person waits. */
  close(request: DialogRequest | null = this.#current): void {
    if (this.#current === request) this.#current = null
  }
}
