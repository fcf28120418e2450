import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CaptureReader } from '../traffic/selected-bytes.ts'
import type { SelectedStretch } from '../traffic/selected-stretch.ts'
import { PageCache } from './page-cache.ts'
import type { ByteSource } from './record-bytes.svelte.ts'

const pageBytes = 16 * 1024
const maximumPages = 64

/** The bytes of a stretch of one direction, across records and messages, read page by page as they are looked at. */
export class StretchBytes implements ByteSource {
  readonly length: number
  readonly #link: CaptureReader
  readonly #captureId: string
  readonly #stretch: SelectedStretch
  readonly #pages = new PageCache(maximumPages)
  #error = $state.raw<ErrorShape | null>(null)
  #revision = $state(0)

  constructor(link: CaptureReader, captureId: string, stretch: SelectedStretch) {
    this.#link = link
    this.#captureId = captureId
    this.#stretch = stretch
    this.length = stretch.length
  }

  /** Why bytes could not be read. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** The bytes from `first` on that are at hand, at most `count`. Reactive. */
  bytesAt(first: number, count: number): Uint8Array {
    const end = this.#revision < 0 ? first : Math.min(first + count, this.length)
    const parts: Uint8Array[] = []
    for (let offset = first; offset < end;) {
      const page = this.#pages.page(Math.floor(offset / pageBytes))
      const part = page?.subarray(offset % pageBytes, (offset % pageBytes) + end - offset)
      if (part === undefined || part.length === 0) break
      parts.push(part)
      offset += part.length
    }
    if (parts.length === 1 && parts[0] !== undefined) return parts[0]
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** Asks for the pages of a stretch that are not at hand. */
  want(first: number, count: number): void {
    const lastByte = Math.min(first + count, this.length) - 1
    for (let page = Math.floor(first / pageBytes); page * pageBytes <= lastByte; page++) {
      if (this.#pages.ask(page)) void this.#read(page)
    }
  }

  async #read(page: number): Promise<void> {
    const { direction, streamOffset, length } = this.#stretch
    try {
      const { bytes } = await this.#link.call('capture.read-stream', {
        captureId: this.#captureId,
        direction,
        streamOffset: streamOffset + page * pageBytes,
        length: Math.min(pageBytes, length - page * pageBytes),
      })
      this.#pages.keep(page, bytes)
      this.#revision += 1
      this.#error = null
    } catch (thrown) {
      this.#pages.giveUp(page)
      this.#error = toErrorShape(thrown)
    }
  }
}
