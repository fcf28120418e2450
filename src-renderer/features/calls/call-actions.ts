import type { CallEntry, CallPlace } from '../../../src-main/contract/schemas/call.ts'
import type { CallRequest } from '../../../src-main/contract/schemas/call-settings.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { callDetailWords, ledgerWords } from '../../strings/calls.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'
import { callLine } from './call-line.ts'
import type { CallsSurroundings, CallsView } from './calls-view.svelte.ts'
import { canCancel } from './entry-words.ts'

/** What can be done with a call of the ledger, for its menu, its details and the keys. A failure is shown as a message. */
export class CallActions {
  readonly #view: CallsView
  readonly #session: SessionState
  readonly #workbench: Workbench
  readonly #surroundings: CallsSurroundings

  constructor(view: CallsView, session: SessionState, workbench: Workbench, surroundings: CallsSurroundings) {
    this.#view = view
    this.#session = session
    this.#workbench = workbench
    this.#surroundings = surroundings
  }

  entriesFor(entry: CallEntry | null): readonly MenuEntry[] {
    if (entry === null) return []
    const { actions } = ledgerWords
    const { request } = entry
    const reply = entry.replies.at(-1)
    const place = placeOf(entry)
    const isBase = this.#view.compared === entry.number
    return [
      { label: actions.show, disabled: place === null, run: () => place && this.show(place) },
      { label: actions.repeat, disabled: request === null, run: () => request && this.repeat(request) },
      { label: actions.use, disabled: request === null, run: () => request && this.#surroundings.use(request) },
      'separator',
      {
        label: isBase ? actions.compareEnd : actions.compare,
        disabled: entry.replies.length === 0,
        run: () => (this.#view.compared = isBase ? null : entry.number),
      },
      'separator',
      { label: actions.copyRequest, run: () => void this.copyRequest(entry.number) },
      { label: actions.copyReply, disabled: reply === undefined, run: () => void this.copyReply(entry.number) },
      { label: actions.copyLine, disabled: request === null, run: () => request && void this.copyLine(request) },
      ...(canCancel(entry)
        ? ['separator' as const, { label: ledgerWords.cancel, danger: true, run: () => this.cancel(entry.number) }]
        : []),
    ]
  }

  show(place: CallPlace): void {
    void this.#workbench.attempt(() => this.#surroundings.showBytes(place))
  }

  repeat(request: CallRequest): void {
    void this.#workbench.attempt(async () => this.#view.selectNewest(await this.#view.calls.begin([request])))
  }

  use(request: CallRequest): void {
    this.#surroundings.use(request)
  }

  cancel(number: number): void {
    void this.#workbench.attempt(() => this.#view.calls.cancel(number))
  }

  /** Gives up every call that the engine lists as under way. */
  cancelAll(): void {
    const pending = this.#view.calls.state?.pending ?? []
    this.#view.repeat?.stop()
    for (const entry of pending) if (canCancel(entry)) this.cancel(entry.number)
  }

  async copy(text: string, told: string): Promise<void> {
    await this.#workbench.attempt(async () => {
      await copyToClipboard(text)
      this.#workbench.toasts.show({ message: told })
    })
  }

  /** The request as it is kept, not as it was cut for a row. */
  async copyRequest(number: number): Promise<void> {
    const entry = await this.#workbench.attempt(() => this.#view.calls.entry(number))
    if (entry !== null)
      await this.copy(entry.requestText, callDetailWords.copied(callDetailWords.request.toLowerCase()))
  }

  /** The newest reply that counts, else the newest. */
  async copyReply(number: number): Promise<void> {
    const entry = await this.#workbench.attempt(() => this.#view.calls.entry(number))
    const reply = entry?.replies.findLast(({ mark }) => mark === null) ?? entry?.replies.at(-1)
    if (reply !== undefined) await this.copy(reply.text, callDetailWords.copied(callDetailWords.reply))
  }

  async copyLine(request: CallRequest): Promise<void> {
    const { settings } = this.#view.calls
    if (settings === null) return
    const text = await this.#workbench.attempt(() => this.#view.calls.parametersAsJson(request))
    if (text === null) return
    const line = callLine(this.#session.snapshot.settings, settings, request, text)
    if (line === null) this.#workbench.toasts.show({ message: ledgerWords.notAsLine, level: 'warning' })
    else await this.copy(line, callDetailWords.copiedLine)
  }
}

/** Where a call is to be seen in the traffic: its request, or what the peer sent. */
function placeOf(entry: CallEntry): CallPlace | null {
  return entry.requestPlace ?? entry.replies.find(({ place }) => place !== null)?.place ?? null
}
