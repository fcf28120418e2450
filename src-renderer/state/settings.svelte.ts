import type { Link } from '../../src-main/contract/connect.ts'
import {
  defaultSettings,
  type Settings,
  type SettingsPatch,
  type ThemeChoice,
} from '../../src-main/contract/schemas/settings.ts'
import { applyTheme } from './theme.ts'

/**
 * What a person has set. The engine keeps it, for all windows on the data folder. A change is seen here at once and told
 * to the engine one call at a time: what changes meanwhile, as an edge does that is dragged, goes together with the next.
 */
export class SettingsState {
  readonly #link: Link
  readonly #onProblem: (thrown: unknown) => void
  #settings = $state.raw<Settings>(defaultSettings)
  /** The engine has told the settings. */
  #known = false
  #appliedTheme: ThemeChoice | null = null
  /** Changed here and not told yet. */
  #untold: SettingsPatch = {}
  /** Told and not answered yet. */
  #underWay: SettingsPatch = {}
  #telling = false
  #starting: Promise<void> | null = null
  #closed = false
  readonly #stops: (() => void)[] = []

  /** `onProblem` is told when the engine did not take a change. */
  constructor(link: Link, onProblem: (thrown: unknown) => void) {
    this.#link = link
    this.#onProblem = onProblem
  }

  /** The settings as they are now; the defaults until the engine has told them. */
  get current(): Settings {
    return this.#settings
  }

  /** Asks the engine and listens. Can be called again; it is one start. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  change(patch: SettingsPatch): void {
    this.#untold = { ...this.#untold, ...patch }
    this.#show({ ...this.#settings, ...patch })
    void this.#tell()
  }

  /** Tells the engine what it does not know yet, and stops listening. */
  close(): void {
    void this.#write()
    this.#closed = true
    for (const stop of this.#stops.splice(0)) stop()
  }

  async #start(): Promise<void> {
    // The last that a page hears before it is left: nothing can wait for an answer any more.
    const tell = (): void => void this.#write()
    window.addEventListener('pagehide', tell)
    this.#stops.push(
      () => window.removeEventListener('pagehide', tell),
      this.#link.subscribe('settings.changed', null, (settings) => this.#take(settings)),
    )
    const settings = await this.#link.call('settings.read', {})
    // An event that came while the answer was under way is newer.
    if (!this.#known) this.#take(settings)
  }

  async #tell(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    while (Object.keys(this.#untold).length > 0 && !this.#closed) await this.#write()
    this.#telling = false
  }

  async #write(): Promise<void> {
    const patch = this.#untold
    if (Object.keys(patch).length === 0) return
    this.#untold = {}
    this.#underWay = { ...this.#underWay, ...patch }
    try {
      await this.#link.call('settings.write', { patch })
    } catch (thrown) {
      // A window without its engine says so by itself.
      if (!this.#link.gone && !this.#closed) this.#onProblem(thrown)
    } finally {
      this.#underWay = {}
    }
  }

  /** What was changed here meanwhile is newer than what the engine tells. */
  #take(settings: Settings): void {
    this.#known = true
    this.#show({ ...settings, ...this.#underWay, ...this.#untold })
  }

  #show(settings: Settings): void {
    this.#settings = settings
    if (settings.theme === this.#appliedTheme) return
    this.#appliedTheme = settings.theme
    applyTheme(settings.theme)
  }
}
