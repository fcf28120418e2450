import type { CollectionContent, CollectionEntry } from '../../src-main/contract/schemas/collection.ts'
import type { ConnectionSettings } from '../../src-main/contract/schemas/connection.ts'
import type { MessageSource } from '../../src-main/contract/schemas/message.ts'
import type { Profile, ProfileContent } from '../../src-main/contract/schemas/profile.ts'
import type { ServerSnapshot } from '../../src-main/contract/schemas/server.ts'
import type { StructureEntry } from '../../src-main/contract/schemas/structure.ts'
import { toErrorShape, WirebenchError } from '../../src-main/contract/errors.ts'
import { passphraseCodes, type SessionState } from './session-state.svelte.ts'

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

/** Something that is moved into one of several folders. */
export interface FolderChoice {
  readonly name: string
  /** Where it is now; '' for the top. */
  readonly folder: string
  readonly folders: readonly string[]
  readonly run: (folder: string) => Promise<void>
}

/** What the form of a new connection begins with. */
export interface NewConnection {
  readonly folder: string
  /** A connection that exists already and only has to be saved. */
  readonly given?: {
    readonly name: string
    readonly connection: ConnectionSettings
    /** How the session calls commands. */
    readonly calls?: ProfileContent['calls']
    /** How its bytes are read. */
    readonly interpretation?: ProfileContent['interpretation'] | undefined
  }
  /** The session that is saved: it is one of the profile from then on. */
  readonly savedSession?: SessionState
  /** The session whose settings these are: they are used by connecting it again, saved or not. */
  readonly session?: SessionState
  /** The setting whose part of the form is shown first, as the contract names it; the address when not given. */
  readonly setting?: string
  /** An error of connecting, shown at the field it is about. */
  readonly error?: WirebenchError
}

/** The form of a connection that is saved. */
export interface ConnectionEdit {
  readonly profile: Profile
  /** The setting whose part of the form is shown first, as the contract names it; the address when not given. */
  readonly setting?: string
  /** An error of connecting, shown at the field it is about. */
  readonly error?: WirebenchError
}

/** The editor of a structure, or the window that takes C declarations. */
export interface StructureRequest {
  /** Null for a new one. */
  readonly entry: StructureEntry | null
  /** Where a new one goes; '' for the top. */
  readonly folder: string
  /** What was saved, to be used where the dialog was opened. */
  readonly onsaved?: (entry: StructureEntry) => void
}

/** A saved message that was changed here and, meanwhile, elsewhere. */
export interface EntryConflict {
  readonly mine: CollectionContent
  /** Null when it was deleted. */
  readonly theirs: CollectionEntry | null
  /** What is here takes the place of what is there, or is saved anew where there is nothing. */
  readonly keepMine: () => Promise<void>
  /** What is there is used here; what was changed here is given up. */
  readonly takeTheirs: (entry: CollectionEntry) => void
}

/** A passphrase asked for, over whatever else is open. */
export interface PassphraseQuestion {
  /** Why it is asked for: missing, or wrong. */
  readonly error: WirebenchError
  /** Goes on with it. Rejects when it is wrong, so that it is told at the field; everything else is told where it was asked. */
  readonly answer: (passphrase: string) => Promise<void>
  readonly cancel: () => void
}

/** A message as it is in a composer, and how it reads in one line. */
export interface ComposedLine {
  readonly message: MessageSource
  readonly line: string
}

/** The dialog that is open. Only one is at a time. */
export type DialogRequest =
  | { readonly kind: 'palette' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'shortcuts' }
  | ({ readonly kind: 'new-connection' } & NewConnection)
  | ({ readonly kind: 'edit-connection' } & ConnectionEdit)
  | { readonly kind: 'choose-folder'; readonly choice: FolderChoice }
  | { readonly kind: 'server'; readonly server: ServerSnapshot | null }
  | { readonly kind: 'entry-details'; readonly entry: CollectionEntry }
  | { readonly kind: 'entry-conflict'; readonly conflict: EntryConflict }
  | { readonly kind: 'save-message'; readonly sessionId: string }
  | { readonly kind: 'open-first'; readonly purpose: string; readonly then: (session: SessionState) => void }
  | { readonly kind: 'environments' }
  | { readonly kind: 'export-capture'; readonly captureId: string }
  | { readonly kind: 'diagnose-address' }
  | { readonly kind: 'send-file'; readonly sessionId: string; readonly path: string }
  | { readonly kind: 'echo-check'; readonly sessionId: string; readonly composed: ComposedLine | null }
  | { readonly kind: 'import'; readonly files: readonly File[] }
  | { readonly kind: 'wire-log'; readonly session: SessionState }
  | { readonly kind: 'start-tls'; readonly sessionId: string }
  | { readonly kind: 'unsent'; readonly sessionId: string }
  | ({ readonly kind: 'structure' } & StructureRequest)
  | ({ readonly kind: 'paste-c' } & Omit<StructureRequest, 'entry'>)
  | { readonly kind: 'confirm'; readonly confirmation: Confirmation }
  | { readonly kind: 'name'; readonly prompt: NamePrompt }

/** Which of the window's own dialogs is open. */
export class DialogState {
  #current = $state.raw<DialogRequest | null>(null)
  #question = $state.raw<PassphraseQuestion | null>(null)

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

  /** The passphrase that is asked for now; null when none is. */
  get passphraseQuestion(): PassphraseQuestion | null {
    return this.#question
  }

  /** Asks for a passphrase and runs something with it; see `AskPassphrase`. A question that is open is given up. */
  async askPassphrase<Result>(error: WirebenchError, run: (passphrase: string) => Promise<Result>): Promise<Result> {
    this.#question?.cancel()
    return await new Promise((resolve, reject) => {
      const question: PassphraseQuestion = {
        error,
        answer: async (passphrase) => {
          const running = run(passphrase)
          try {
            resolve(await running)
          } catch (thrown) {
            if (thrown instanceof WirebenchError && passphraseCodes.has(thrown.code)) throw thrown
            reject(WirebenchError.fromShape(toErrorShape(thrown)))
          }
          this.#endQuestion(question)
        },
        cancel: () => {
          this.#endQuestion(question)
          reject(new WirebenchError('cancelled'))
        },
      }
      this.#question = question
    })
  }

  #endQuestion(question: PassphraseQuestion): void {
    if (this.#question === question) this.#question = null
  }
}
