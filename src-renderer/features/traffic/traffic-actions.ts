import { maximumSendBytes } from '../../../src-main/contract/commands.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { countOf } from '../../format/quantities.ts'
import { trafficWords } from '../../strings/session-view.ts'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { comparisonEntries } from './comparison-entries.ts'
import { bytesForClipboard, type CopyFormat } from './copy-formats.ts'
import { maximumCopyBytes, readSelection, type MessagePart } from './selected-bytes.ts'
import type { TrafficView } from './traffic-view.svelte.ts'

/** What a session adds to the traffic: bytes of any row can go out again. A kept capture has none. */
export interface TrafficSending {
  /** False while nothing can be sent. */
  readonly canSend: boolean
  sendAgain(bytes: Uint8Array): Promise<void>
  editInComposer(bytes: Uint8Array): void
}

/** Most bytes opened in the composer; more is no message to be edited by hand. */
const maximumEditBytes = 1024 * 1024

type Bench = Pick<Workbench, 'link' | 'toasts' | 'attempt' | 'comparisons'>

const copyActions: readonly { readonly label: string; readonly format: CopyFormat }[] = [
  { label: trafficWords.copyText, format: 'text' },
  { label: trafficWords.copyHex, format: 'hex' },
  { label: trafficWords.copyCArray, format: 'c-array' },
  { label: trafficWords.copyBase64, format: 'base64' },
]

/** Puts text on the clipboard. Rejects when the browser does not allow it. */
export async function copyToClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch (thrown) {
    throw new Error(trafficWords.copyDenied, { cause: thrown })
  }
}

/** Copies bytes and says so. */
export async function copyBytes(bytes: Uint8Array, format: CopyFormat, bench: Pick<Bench, 'toasts'>): Promise<void> {
  if (bytes.length === 0) {
    bench.toasts.show({ message: trafficWords.nothingToCopy })
    return
  }
  const { text, escaped } = bytesForClipboard(bytes, format)
  try {
    await copyToClipboard(text)
  } catch {
    bench.toasts.show({ level: 'warning', message: trafficWords.copyDenied })
    return
  }
  const count = countOf(bytes.length, 'byte', 'bytes')
  bench.toasts.show({ message: escaped ? trafficWords.copiedEscaped(count) : trafficWords.copied(count) })
}

/** What can be done with the selected rows or bytes. Failures are shown as messages. */
export class TrafficActions {
  readonly #bench: Bench
  readonly #traffic: TrafficView
  readonly #sending: TrafficSending | null

  constructor(bench: Bench, traffic: TrafficView, sending: TrafficSending | null) {
    this.#bench = bench
    this.#traffic = traffic
    this.#sending = sending
  }

  async copy(format: CopyFormat): Promise<void> {
    const bytes = await this.#selected(maximumCopyBytes, this.#contents)
    if (bytes !== null) await copyBytes(bytes, format, this.#bench)
  }

  /** The rows of the copy menu. */
  copyEntries(): readonly MenuEntry[] {
    const usual = this.usualFormat
    return copyActions.map(({ label, format }) => ({
      label,
      shortcut: format === usual ? 'Ctrl+C' : undefined,
      disabled: this.#traffic.selection === null,
      run: () => void this.copy(format),
    }))
  }

  /** What Ctrl+C copies: hex where hex is selected, else text. */
  get usualFormat(): CopyFormat {
    return this.#traffic.selectsBytes ? 'hex' : 'text'
  }

  /** The rows of the menu on the traffic. */
  rowEntries(inspect: () => void): readonly MenuEntry[] {
    const sending = this.#sending
    const nothing = this.#traffic.selection === null
    const sendEntries: MenuEntry[] =
      sending === null
        ? []
        : [
            {
              label: trafficWords.sendAgain,
              disabled: nothing || !sending.canSend,
              run: () => void this.#sendAgain(sending),
            },
            { label: trafficWords.editInComposer, disabled: nothing, run: () => void this.#edit(sending) },
            'separator',
          ]
    return [
      ...sendEntries,
      ...this.copyEntries(),
      'separator',
      ...comparisonEntries(this.#bench, this.#traffic),
      'separator',
      { label: trafficWords.inspect, shortcut: 'Enter', disabled: nothing, run: inspect },
    ]
  }

  async #sendAgain(sending: TrafficSending): Promise<void> {
    const bytes = await this.#selected(maximumSendBytes, 'as-in-the-stream')
    if (bytes !== null) await this.#bench.attempt(() => sending.sendAgain(bytes))
  }

  async #edit(sending: TrafficSending): Promise<void> {
    const bytes = await this.#selected(maximumEditBytes, 'as-in-the-stream')
    if (bytes !== null) sending.editInComposer(bytes)
  }

  /** Messages are copied without their framing, but go out with it: without it no peer could tell where they end. */
  get #contents(): MessagePart {
    const { sent, received } = this.#traffic.interpretation
    return { contentBy: { sent: sent.framing, received: received.framing } }
  }

  async #selected(limitBytes: number, part: MessagePart): Promise<Uint8Array | null> {
    const { selection, rows } = this.#traffic
    if (selection === null) return null
    return await this.#bench.attempt(() =>
      readSelection(this.#bench.link, rows.captureId, rows.look, selection, limitBytes, part),
    )
  }
}
