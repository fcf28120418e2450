import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { CaptureReader } from '../traffic/selected-bytes.ts'
import { PageCache } from './page-cache.ts'

const pageBytes = 16 * 1024
const maximumPages = 64

/** Bytes as a hex dump looks at them. */
export interface ByteSource {
  readonly length: number
  /** The bytes from `first` on that are at hand, at most `count`. Reactive. */
  bytesAt(first: number, count: number): Uint8Array
  /** Asks for the bytes of a stretch that are not at hand. */
  want(first: number, count: number): void
}

/** Bytes that are all at hand. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    bytesAt: (first, count) => bytes.subarray(first, first + count),
    want: () => undefined,
  }
}

/**
 * The bytes of one record at a time, read page by page as they are looked at: any size stays quick and small in
 * memory. Every getter is reactive.
 */
export class RecordBytes implements ByteSource {
  readonly captureId: string
  readonly #link: CaptureReader
  #record: number | null = null
  #row = $state.raw<CaptureRow | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  readonly #pages = new PageCache(maximumPages)
  #revision = $state(0)

  constructor(link: CaptureReader, captureId: string) {
    this.#link = link
    this.captureId = captureId
  }

  /** The record looked at, with its facts; null until it is read. */
  get row(): CaptureRow | null {
    return this.#row
  }

  /** Why its bytes could not be read. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Bytes of the record; 0 for events. */
  get length(): number {
    return this.#row?.kind === 'data' ? this.#row.length : 0
  }

  /** Looks at a record, null at none. What is drawn of the record before goes when the new one is there. */
  look(record: number | null, nearOffset: number): void {
    if (record === this.#record) return
    this.#record = record
    this.#pages.clear()
    this.#error = null
    if (record === null) this.#row = null
    else this.#ask(record, Math.floor(nearOffset / pageBytes))
  }

  /** The bytes from `first` on that are at hand, at most `count`; asks for what is missing. Reactive. */
  bytesAt(first: number, count: number): Uint8Array {
    const end = this.#revision < 0 ? first : Math.min(first + count, this.length)
    const whole = new Uint8Array(Math.max(0, end - first))
    let offset = first
    while (offset < end) {
      const page = this.#pages.page(Math.floor(offset / pageBytes))
      const part = page?.subarray(offset % pageBytes, (offset % pageBytes) + end - offset)
      if (part === undefined || part.length === 0) return whole.subarray(0, offset - first)
      whole.set(part, offset - first)
      offset += part.length
    }
    return whole
  }

  /** Asks for the pages of a stretch that are not at hand. */
  want(first: number, count: number): void {
    const record = this.#record
    const lastByte = Math.min(first + count, this.length) - 1
    if (record === null || this.#row === null) return
    for (let page = Math.floor(first / pageBytes); page * pageBytes <= lastByte; page++) {
      this.#ask(record, page)
    }
  }

  #ask(record: number, page: number): void {
    if (this.#pages.ask(page)) void this.#read(record, page)
  }

  async #read(record: number, page: number): Promise<void> {
    const request = { captureId: this.captureId, record, offset: page * pageBytes, length: pageBytes }
    try {
      const { row, bytes } = await this.#link.call('capture.read', request)
      if (record !== this.#record) return
      this.#pages.keep(page, bytes)
      this.#revision += 1
      this.#row = row
      this.#error = null
    } catch (thrown) {
      if (record !== this.#record) return
      this.#pages.giveUp(page)
      this.#error = toErrorShape(thrown)
    }
  }
}
