import { MessageScanner, type FoundRow, type FramingPair, type MessageResumePoint } from './message-scanner.ts'
import { ScannedView, type ScannedViewOptions } from './scanned-view.ts'

type MessageView = ScannedView<FoundRow, MessageResumePoint>

/** Pairs of framings a capture is looked at through at the same time: two windows, and one whose framing is being edited. */
const keptViews = 3

/** The `messages` views of one capture: one for each pair of framings, of which those asked for last are kept. */
export class MessageViews {
  readonly #options: Omit<ScannedViewOptions<FoundRow, MessageResumePoint>, 'makeScanner'>
  readonly #views = new Map<string, MessageView>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(options: Omit<ScannedViewOptions<FoundRow, MessageResumePoint>, 'makeScanner'>) {
    this.#options = options
  }

  get(framing: FramingPair): MessageView {
    const key = JSON.stringify([framing.sent, framing.received])
    const view =
      this.#views.get(key) ??
      new ScannedView({
        ...this.#options,
        makeScanner: (resume, collector) => new MessageScanner(framing, resume, collector),
      })
    this.#views.delete(key)
    this.#views.set(key, view)
    if (this.#views.size > keptViews) {
      const [oldest] = this.#views
      if (oldest !== undefined) this.#drop(...oldest)
    }
    return view
  }

  /** Stops all scanning and waits until nothing reads any more. */
  async close(): Promise<void> {
    for (const [key, view] of [...this.#views]) this.#drop(key, view)
    await Promise.all(this.#stopping)
  }

  #drop(key: string, view: MessageView): void {
    this.#views.delete(key)
    const stopping = view.close()
    this.#stopping.add(stopping)
    void stopping.finally(() => this.#stopping.delete(stopping))
  }
}
