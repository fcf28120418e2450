import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { RowsLook } from './row-window.ts'
import type { TrafficWindow } from './traffic-window.svelte.ts'

/** The row that a selection begins with. It may be out of view, where it is kept, or asked for when it never was in view. */
export class AnchorRow {
  readonly #rows: Pick<TrafficWindow, 'look' | 'rowAt' | 'read'>
  readonly #onRead: () => void
  #known: { readonly number: number; readonly look: RowsLook; readonly row: CaptureRow } | null = null
  #asked: { readonly number: number; readonly look: RowsLook } | null = null

  /** `onRead`: a row that was not at hand is now. */
  constructor(rows: Pick<TrafficWindow, 'look' | 'rowAt' | 'read'>, onRead: () => void) {
    this.#rows = rows
    this.#onRead = onRead
  }

  /** The row with this number in the present look; null while it is asked for. */
  at(number: number): CaptureRow | null {
    const { look } = this.#rows
    const row = this.#rows.rowAt(number)
    if (row !== null) this.#known = { number, look, row }
    if (this.#known?.number === number && this.#known.look === look) return this.#known.row
    if (this.#asked?.number !== number || this.#asked.look !== look) void this.#ask(number, look)
    return null
  }

  async #ask(number: number, look: RowsLook): Promise<void> {
    const asked = { number, look }
    this.#asked = asked
    let row: CaptureRow | null
    try {
      row = await this.#rows.read(number, look)
    } catch {
      // The rows in view tell why the engine does not answer. It is asked again with the next change of the selection.
      if (this.#asked === asked) this.#asked = null
      return
    }
    if (row === null || this.#asked !== asked || this.#rows.look !== look) return
    this.#known = { number, look, row }
    this.#onRead()
  }
}
