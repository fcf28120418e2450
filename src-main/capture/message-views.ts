import { KeptViews } from './kept-views.ts'
import { MessageScanner, type FoundRow, type FramingPair, type MessageResumePoint } from './message-scanner.ts'
import type { RowCollector } from './row-scanner.ts'
import { ScannedView, type ScannedViewOptions } from './scanned-view.ts'

type MessageView = ScannedView<FoundRow, MessageResumePoint>

/** Pairs of framings a capture is looked at through at the same time: two windows, and one whose framing is being edited. */
const keptViews = 3

/** The `messages` views of one capture: one for each pair of framings, of which those asked for last are kept. */
export class MessageViews {
  readonly #options: Omit<ScannedViewOptions<FoundRow, MessageResumePoint>, 'makeScanner'>
  readonly #views = new KeptViews<MessageView>(keptViews)

  constructor(options: Omit<ScannedViewOptions<FoundRow, MessageResumePoint>, 'makeScanner'>) {
    this.#options = options
  }

  get(framing: FramingPair): MessageView {
    const makeScanner = (resume: MessageResumePoint | null, collector: RowCollector<FoundRow> | null) =>
      new MessageScanner(framing, resume, collector)
    return this.#views.get(
      JSON.stringify([framing.sent, framing.received]),
      () => new ScannedView({ ...this.#options, makeScanner }),
    )
  }

  /** Stops all scanning and waits until nothing reads any more. */
  close(): Promise<void> {
    return this.#views.close()
  }
}
