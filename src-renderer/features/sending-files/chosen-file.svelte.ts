import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { handOverFile } from '../../state/hand-over-file.ts'
import { countLines } from './send-estimate.ts'

const measureAfterMs = 300

/** What is known of the file at the path in the form. Every getter is reactive. */
export class ChosenFile {
  readonly #link: Link
  #path = ''
  #sizeBytes = $state<number | null>(null)
  #lineCount = $state<number | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #handingOver = $state.raw<File | null>(null)
  #measuring = $state(false)
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(link: Link) {
    this.#link = link
  }

  /** Null while it is not known. */
  get sizeBytes(): number | null {
    return this.#sizeBytes
  }

  /** Null unless the file went through this window. */
  get lineCount(): number | null {
    return this.#lineCount
  }

  /** Why the file cannot be had. */
  get error(): ErrorShape | null {
    return this.#error
  }

  get measuring(): boolean {
    return this.#measuring
  }

  /** The file on its way to the engine. */
  get handingOver(): File | null {
    return this.#handingOver
  }

  /** Another path was typed: it is looked at once typing has paused. */
  lookAt(path: string): void {
    const trimmed = path.trim()
    if (trimmed === this.#path) return
    this.#begin(trimmed)
    if (trimmed === '') return
    this.#measuring = true
    this.#timer = setTimeout(() => void this.#measure(trimmed), measureAfterMs)
  }

  /** Looks once more at a file that could not be had; it may be there by now. What was not handed over stays refused. */
  async lookAgain(): Promise<void> {
    if (this.#path === '' || this.#error === null) return
    const path = this.#path
    this.#begin(path)
    await this.#measure(path)
  }

  /** Hands a file to the engine and answers its path there; null when that failed, or another one was taken meanwhile. */
  async take(file: File): Promise<string | null> {
    this.#begin('')
    this.#handingOver = file
    try {
      const { path, bytes } = await handOverFile(this.#link, file)
      if (this.#handingOver !== file) return null
      this.#begin(path)
      this.#sizeBytes = bytes.length
      this.#lineCount = countLines(bytes)
      return path
    } catch (thrown) {
      if (this.#handingOver === file) this.#error = toErrorShape(thrown)
      return null
    } finally {
      if (this.#handingOver === file) this.#handingOver = null
    }
  }

  close(): void {
    this.#begin('')
  }

  async #measure(path: string): Promise<void> {
    try {
      const { sizeBytes } = await this.#link.call('message.measure-file', { path })
      if (this.#path === path) this.#sizeBytes = sizeBytes
    } catch (thrown) {
      if (this.#path === path) this.#error = toErrorShape(thrown)
    }
    if (this.#path === path) this.#measuring = false
  }

  #begin(path: string): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#path = path
    this.#sizeBytes = null
    this.#lineCount = null
    this.#error = null
    this.#measuring = false
    this.#handingOver = null
  }
}
