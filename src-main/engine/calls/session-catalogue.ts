import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import {
  callCatalogue,
  type CallCatalogue,
  type CallProtocol,
  type CallRequest,
} from '../../contract/schemas/call-settings.ts'
import type { CallDraft } from '../../protocol/command-rpc/call-inputs.ts'
import { learnCommand } from '../../protocol/command-rpc/catalogue/learn-command.ts'

/** A call as it was asked for, and as it was read. */
interface MadeCall {
  readonly request: CallRequest
  readonly draft: CallDraft
  readonly protocol: CallProtocol
}

/** The order of what is in a command does not count, that of the commands does. */
const isSame = (first: CallCatalogue, second: CallCatalogue): boolean =>
  isDeepStrictEqual(v.parse(callCatalogue, first), v.parse(callCatalogue, second))

/** Calls that wait to be learnt from: one of each command. */
const mostUnlearnt = 200

/** The commands that a session knows: those of its profile, those entered, and those learnt from what was called. */
export class SessionCatalogue {
  #catalogue: CallCatalogue
  #keptCatalogue: CallCatalogue | null
  #revision = 0
  /** The newest call of each command since the catalogue was looked at: learning can wait, calls cannot. */
  readonly #unlearnt = new Map<string, MadeCall>()

  /** `kept` is what the profile of the session holds; null without a profile or without calls in it. */
  constructor(kept: CallCatalogue | null) {
    this.#catalogue = kept ?? { commands: [] }
    this.#keptCatalogue = kept
  }

  get revision(): number {
    this.#learn()
    return this.#revision
  }

  /** The profile holds all of it. */
  get isKept(): boolean {
    this.#learn()
    return (
      this.#catalogue === this.#keptCatalogue || (this.#keptCatalogue === null && this.#catalogue.commands.length === 0)
    )
  }

  get content(): CallCatalogue {
    this.#learn()
    return this.#catalogue
  }

  set(catalogue: CallCatalogue): void {
    this.#unlearnt.clear()
    this.#catalogue = catalogue
    this.#revision += 1
  }

  /** The profile holds this from now on; null without calls in it. */
  kept(catalogue: CallCatalogue | null): void {
    const { content } = this
    this.#keptCatalogue = catalogue !== null && isSame(catalogue, content) ? content : catalogue
    this.#revision += 1
  }

  learn(call: MadeCall): void {
    const { kind, command } = call.draft
    if (command === null) return
    this.#unlearnt.set(kind === 'call' ? command : `${command}\n${kind}`, call)
    if (this.#unlearnt.size > mostUnlearnt) this.#learn()
  }

  #learn(): void {
    if (this.#unlearnt.size === 0) return
    let catalogue = this.#catalogue
    for (const { request, draft, protocol } of this.#unlearnt.values()) {
      catalogue = learnCommand(catalogue, request, draft, protocol)
    }
    this.#unlearnt.clear()
    if (catalogue === this.#catalogue) return
    this.#catalogue = catalogue
    this.#revision += 1
  }
}
