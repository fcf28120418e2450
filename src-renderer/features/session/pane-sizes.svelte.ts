import { lastingStorage } from '../../state/window-storage.ts'

/** Below this width of the work area the inspector lies over the traffic instead of beside it. */
export const narrowPx = 1000

/** Sizes of the panes and whether the inspector is shown; the same for all sessions, kept for the next start. */
class PaneSizes {
  #inspectorWidth = $state(372)
  #composerHeight = $state(216)
  #inspectorShown = $state(true)

  constructor() {
    this.#inspectorWidth = storedNumber('inspector-width') ?? 372
    this.#composerHeight = storedNumber('composer-height') ?? 216
    this.#inspectorShown = lastingStorage.read('inspector-shown') !== false
  }

  get inspectorWidth(): number {
    return this.#inspectorWidth
  }

  set inspectorWidth(widthPx: number) {
    this.#inspectorWidth = widthPx
    lastingStorage.write('inspector-width', widthPx)
  }

  get composerHeight(): number {
    return this.#composerHeight
  }

  set composerHeight(heightPx: number) {
    this.#composerHeight = heightPx
    lastingStorage.write('composer-height', heightPx)
  }

  /** Whether it stands beside the traffic where there is room. */
  get inspectorShown(): boolean {
    return this.#inspectorShown
  }

  set inspectorShown(shown: boolean) {
    this.#inspectorShown = shown
    lastingStorage.write('inspector-shown', shown)
  }
}

export const paneSizes = new PaneSizes()

function storedNumber(key: string): number | null {
  const stored = lastingStorage.read(key)
  return typeof stored === 'number' && stored > 0 ? stored : null
}
