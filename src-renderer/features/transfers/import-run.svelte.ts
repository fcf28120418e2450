import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { ImportOptionsInput, ImportSource } from '../../../src-main/contract/schemas/capture-transfer.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { importWords as words } from '../../strings/imports.ts'
import { UnreadableFile, uploadFile } from './upload-file.ts'

/** A file that a person chose, and how far it is. */
export class ChosenImport {
  readonly file: File
  state = $state<'waiting' | 'sending' | 'begun' | 'failed'>('waiting')
  sentBytes = $state(0)
  problem = $state.raw<{ readonly message: string; readonly code: string } | null>(null)

  constructor(file: File) {
    this.file = file
  }
}

/** The files of one import dialog: brought to the engine one after the other, each then a job of its own. */
export class ImportRun {
  #files = $state.raw<readonly ChosenImport[]>([])
  #isBusy = $state(false)
  #pathProblem = $state.raw<ErrorShape | null>(null)
  readonly #workbench: Workbench
  readonly #cancellation = new AbortController()

  constructor(workbench: Workbench, files: readonly File[]) {
    this.#workbench = workbench
    this.add(files)
  }

  get files(): readonly ChosenImport[] {
    return this.#files
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  /** Why the file of the engine's machine was not taken. */
  get pathProblem(): ErrorShape | null {
    return this.#pathProblem
  }

  add(files: Iterable<File>): void {
    this.#files = [...this.#files, ...Array.from(files, (file) => new ChosenImport(file))]
  }

  remove(chosen: ChosenImport): void {
    this.#files = this.#files.filter((other) => other !== chosen)
  }

  forgetPathProblem(): void {
    this.#pathProblem = null
  }

  /** Begins to import every file that is not on its way, and the path when there is one. True when all of them began. */
  async begin(options: ImportOptionsInput, path: string): Promise<boolean> {
    this.#isBusy = true
    try {
      for (const chosen of this.#files) if (chosen.state !== 'begun') await this.#beginFile(chosen, options)
      if (path !== '') await this.#beginPath(path, options)
      return this.#pathProblem === null && this.#files.every(({ state }) => state === 'begun')
    } finally {
      this.#isBusy = false
    }
  }

  /** Gives up what is on its way. Jobs that began go on. */
  close(): void {
    this.#cancellation.abort()
  }

  async #beginFile(chosen: ChosenImport, options: ImportOptionsInput): Promise<void> {
    chosen.state = 'sending'
    chosen.sentBytes = 0
    chosen.problem = null
    try {
      const { signal } = this.#cancellation
      const sent = (sentBytes: number): void => void (chosen.sentBytes = sentBytes)
      const uploadId = await uploadFile(this.#workbench.link, chosen.file, signal, sent)
      await this.#import({ kind: 'upload', uploadId }, options)
      chosen.state = 'begun'
    } catch (thrown) {
      chosen.state = 'failed'
      if (this.#cancellation.signal.aborted) return
      const isUnreadable = thrown instanceof UnreadableFile
      chosen.problem = isUnreadable
        ? { message: words.unreadable(chosen.file.name), code: 'file-unreadable' }
        : toErrorShape(thrown)
    }
  }

  async #beginPath(path: string, options: ImportOptionsInput): Promise<void> {
    this.#pathProblem = null
    try {
      await this.#import({ kind: 'path', path }, options)
    } catch (thrown) {
      this.#pathProblem = toErrorShape(thrown)
    }
  }

  async #import(source: ImportSource, options: ImportOptionsInput): Promise<void> {
    await this.#workbench.jobs.import({ source, options })
  }
}
