import { untrack } from 'svelte'
import type { CallEntry, CallPlace } from '../../../src-main/contract/schemas/call.ts'
import type { CallRequest, CallRequestInput } from '../../../src-main/contract/schemas/call-settings.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'
import { CallForm } from './call-form.svelte.ts'
import { CallRepeat } from './call-repeat.svelte.ts'
import { LedgerRows } from './ledger-window.svelte.ts'

export type CallsPart = 'ledger' | 'statistics' | 'catalogue'

/** What the views of a session's calls keep while its tab is not in front: the form, the selection, the filter. */
export class CallsView {
  readonly calls: SessionCalls
  readonly form: CallForm
  readonly ledger: LedgerRows
  part: CallsPart = $state('ledger')
  #panel: 'message' | 'call' | null = $state(null)
  /** How requests and replies are drawn. */
  showAs: 'tree' | 'text' = $state('tree')
  /** The call looked at; null for none. */
  selected: number | null = $state(null)
  /** The call whose reply is compared with that of the selected one; null for none. */
  compared: number | null = $state(null)
  /** The command of the catalogue that is edited, and of the statistics that is drawn. */
  command: string | null = $state(null)
  #repeat = $state.raw<CallRepeat | null>(null)

  constructor(calls: SessionCalls) {
    this.calls = calls
    this.form = new CallForm(calls)
    this.ledger = new LedgerRows(calls)
  }

  /** What is written below the traffic. */
  get panel(): 'message' | 'call' {
    return this.#panel ?? 'message'
  }

  set panel(panel: 'message' | 'call') {
    this.#panel = panel
  }

  /** It was chosen what is written. */
  get panelIsChosen(): boolean {
    return this.#panel !== null
  }

  /** The repetition that runs, or the last one until it is dismissed. */
  get repeat(): CallRepeat | null {
    return this.#repeat
  }

  /** Begins a repetition in the place of the one before. */
  repeatCall(request: CallRequestInput, total: number, atOnce: number): void {
    this.#repeat?.stop()
    this.#repeat = new CallRepeat(this.calls, request, total, atOnce)
    void this.#repeat.start()
  }

  dismissRepeat(): void {
    this.#repeat?.stop()
    this.#repeat = null
  }

  /** Begins; the function it returns ends it. To be called in a component. */
  start(): () => void {
    const stopCalls = this.calls.start()
    const stopEffects = $effect.root(() => {
      $effect(() => {
        void this.calls.settings?.protocol
        untrack(() => this.form.fitToProtocol())
      })
    })
    return () => {
      this.form.keep()
      stopEffects()
      stopCalls()
    }
  }

  /** Looks at the newest of calls that were just begun. */
  selectNewest(entries: readonly CallEntry[]): void {
    const newest = entries.at(-1)
    if (newest !== undefined) this.selected = newest.number
  }
}

/** What the views of calls ask of the session they are in. */
export interface CallsSurroundings {
  /** Shows bytes in the traffic. Rejects with `window-out-of-range` when they are not there. */
  showBytes(place: CallPlace): Promise<void>
  /** Writes a call below the traffic. */
  use(request: CallRequest): void
  /** Shows the form of a command of the catalogue. */
  useCommand(name: string): void
  /** The details come into sight. */
  inspect(): void
}
