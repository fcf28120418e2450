import type { DataRow, MessageRow } from '../../src-main/contract/schemas/capture.ts'
import type { FramingSettings } from '../../src-main/contract/schemas/framing.ts'
import type { TabStore } from './tabs.svelte.ts'

/** A message that is compared: a message of a framing, or a chunk, and how it was cut. */
export interface ComparedMessage {
  readonly captureId: string
  readonly row: MessageRow | DataRow
  readonly framing: FramingSettings
  /** For people: what it is called. */
  readonly title: string
}

/** What a tab compares. */
export type OpenComparison =
  | {
      readonly kind: 'messages'
      readonly id: string
      readonly title: string
      readonly left: ComparedMessage
      readonly right: ComparedMessage
    }
  | {
      readonly kind: 'captures'
      readonly id: string
      readonly title: string
      /** Chosen at first; null for none yet. */
      readonly leftCaptureId: string | null
    }

/** The comparisons that have a tab, and the message selected to be compared. Both go with the page. */
export class ComparisonStore {
  readonly #tabs: TabStore
  #list = $state.raw<readonly OpenComparison[]>([])
  #chosen = $state.raw<ComparedMessage | null>(null)
  #lastNumber = 0

  constructor(tabs: TabStore) {
    this.#tabs = tabs
  }

  /** The message selected for comparison; null when there is none. */
  get chosen(): ComparedMessage | null {
    return this.#chosen
  }

  find(id: string): OpenComparison | null {
    return this.#list.find((comparison) => comparison.id === id) ?? null
  }

  choose(message: ComparedMessage): void {
    this.#chosen = message
  }

  /** Opens a tab with both messages side by side. */
  openMessages(left: ComparedMessage, right: ComparedMessage, title: string): void {
    this.#open({ kind: 'messages', id: this.#newId(), title, left, right })
  }

  /** Opens a tab in which two captures are chosen and compared. */
  openCaptures(leftCaptureId: string | null, title: string): void {
    this.#open({ kind: 'captures', id: this.#newId(), title, leftCaptureId })
  }

  #open(comparison: OpenComparison): void {
    const shown = this.#list.filter(({ id }) => this.#tabs.find('comparison', id) !== null)
    this.#list = [...shown, comparison]
    this.#tabs.open('comparison', comparison.id)
  }

  #newId(): string {
    return String((this.#lastNumber += 1))
  }
}
