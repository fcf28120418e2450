import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import { defaultSettings, type Settings, type SettingsPatch } from '../../contract/schemas/settings.ts'
import type { JsonDocumentStore } from '../documents/json-document-store.ts'
import type { Clock, SettingsService } from '../ports.ts'
import { patchedContent, settingsIn } from './settings-document.ts'

/** An edge that is being dragged changes often; the file is written once it has come to rest a little. */
const writeAfterMs = 500

export interface KeptSettingsOptions {
  readonly store: JsonDocumentStore
  readonly clock: Clock
  /** Told what could not be read or kept; the settings work all the same. */
  readonly onProblem: (error: ErrorShape) => void
}

/** The settings of the data folder. Written shortly after a change and when closed. */
export class KeptSettings implements SettingsService {
  readonly #options: KeptSettingsOptions
  #settings: Settings = defaultSettings
  /** Names of what was set here and is not yet written; the newest values are. */
  readonly #unwritten = new Set<keyof Settings>()
  readonly #listeners = new Set<(settings: Settings) => void>()
  #loading: Promise<void> | null = null
  #cancelWriting: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  /** A disk that stays full is told once. */
  #toldCode: string | null = null

  constructor(options: KeptSettingsOptions) {
    this.#options = options
  }

  async read(): Promise<Settings> {
    await this.#loaded()
    return this.#settings
  }

  async write(patch: SettingsPatch): Promise<Settings> {
    await this.#loaded()
    const names = Object.keys(patch) as (keyof Settings)[]
    if (names.length === 0) return this.#settings
    this.#settings = { ...this.#settings, ...patch }
    for (const name of names) this.#unwritten.add(name)
    this.#writeSoon()
    for (const listener of [...this.#listeners]) listener(this.#settings)
    return this.#settings
  }

  onChanged(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#cancelWriting?.()
    this.#cancelWriting = null
    this.#write()
    await this.#writing
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<void> {
    const { store, onProblem } = this.#options
    const reading = settingsIn(await store.read())
    if (reading.kind === 'settings') {
      this.#settings = reading.settings
      if (reading.unusable.length > 0)
        this.#tellUnreadable(`${reading.unusable.join(' ')} The default is used instead.`)
      return
    }
    try {
      const keptAs = await store.setAside()
      this.#tellUnreadable(`${reading.reason} It was kept as ${keptAs}, and the settings begin anew.`)
    } catch (error) {
      onProblem(toErrorShape(error))
    }
  }

  #writeSoon(): void {
    this.#cancelWriting ??= this.#options.clock.wakeAfter(writeAfterMs, () => {
      this.#cancelWriting = null
      this.#write()
    })
  }

  #write(): void {
    if (this.#unwritten.size === 0) return
    const names = [...this.#unwritten]
    this.#unwritten.clear()
    const { store, onProblem } = this.#options
    this.#writing = this.#writing
      .then(() =>
        store.update((stored) => {
          const present = settingsIn(stored)
          // A file that broke meanwhile is for the next start to set aside.
          if (present.kind === 'broken') {
            throw new WirebenchError('file-unwritable', { file: store.fileName, reason: present.reason })
          }
          return patchedContent(present.content, pick(this.#settings, names))
        }),
      )
      .then(
        () => {
          this.#toldCode = null
        },
        (thrown: unknown) => {
          const error = toErrorShape(thrown)
          // Goes with the next change, or when closed.
          for (const name of names) this.#unwritten.add(name)
          if (this.#toldCode !== error.code) onProblem(error)
          this.#toldCode = error.code
        },
      )
  }

  #tellUnreadable(reason: string): void {
    const { store, onProblem } = this.#options
    onProblem(new WirebenchError('file-unreadable', { file: store.fileName, reason }).toShape())
  }
}

function pick(settings: Settings, names: readonly (keyof Settings)[]): SettingsPatch {
  return Object.fromEntries(names.map((name) => [name, settings[name]]))
}
