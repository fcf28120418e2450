import type { ErrorShape } from '../../contract/errors.ts'
import { defaultSettings, type Settings, type SettingsPatch } from '../../contract/schemas/settings.ts'
import type { JsonDocumentStore } from '../documents/json-document-store.ts'
import { KeptDocument } from '../documents/kept-document.ts'
import type { Clock, SettingsService } from '../ports.ts'
import { patchedContent, settingsIn, type SettingsContent } from './settings-document.ts'

export interface KeptSettingsOptions {
  readonly store: JsonDocumentStore
  readonly clock: Clock
  /** Told what could not be read or kept; the settings work all the same. */
  readonly onProblem: (error: ErrorShape) => void
}

/** The settings of the data folder. Written shortly after a change and when closed. */
export class KeptSettings implements SettingsService {
  readonly #document: KeptDocument<SettingsContent, readonly (keyof Settings)[]>
  #settings: Settings = defaultSettings
  /** Names of what was set here and is not yet written; the newest values are. */
  readonly #unwritten = new Set<keyof Settings>()
  readonly #listeners = new Set<(settings: Settings) => void>()
  #loading: Promise<void> | null = null

  constructor(options: KeptSettingsOptions) {
    this.#document = new KeptDocument({
      ...options,
      beginning: 'the settings begin',
      read: settingsIn,
      take: () => this.#take(),
      write: ({ stored }, names) => patchedContent(stored, pick(this.#settings, names)),
      giveBack: (names) => {
        for (const name of names) this.#unwritten.add(name)
      },
    })
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
    this.#document.writeSoon()
    for (const listener of [...this.#listeners]) listener(this.#settings)
    return this.#settings
  }

  onChanged(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes what is not written yet. */
  close(): Promise<void> {
    return this.#document.close()
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<void> {
    const content = await this.#document.load()
    if (content === null) return
    this.#settings = content.settings
    if (content.unusable.length === 0) return
    this.#document.tellUnreadable(`${content.unusable.join(' ')} The default is used instead.`)
  }

  #take(): readonly (keyof Settings)[] | null {
    const names = [...this.#unwritten]
    this.#unwritten.clear()
    return names.length === 0 ? null : names
  }
}

function pick(settings: Settings, names: readonly (keyof Settings)[]): SettingsPatch {
  return Object.fromEntries(names.map((name) => [name, settings[name]]))
}
