import type { Link } from '../../src-main/contract/connect.ts'
import {
  defaultSettings,
  type Settings,
  type SettingsPatch,
  type ThemeChoice,
} from '../../src-main/contract/schemas/settings.ts'
import { applyTheme } from './theme.ts'

/** An edge that is being dragged is told to the engine this often at most. */
const leastPauseMs = 150

/**
 * What a person has set. The engine keeps it, for all windows on the data folder; a change is seen here at once and
 * told to the engine at most every 150 ms.
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
  #callsUnderWay = 0
  #pause: ReturnType<typeof setTimeout> | null = null
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
    if (this.#pause === null) this.#tell()
  }

  /** Tells the engine what it does not know yet, and stops listening. */
  close(): void {
    this.#tell()
    this.#closed = true
    if (this.#pause !== null) clearTimeout(this.#pause)
    this.#pause = null
    for (const stop of this.#stops.splice(0)) stop()
  }

  async #start(): Promise<void> {
    const tell = (): void => this.#tell()
    // The last that a page hears before it is left.
    window.addEventListener('pagehide', tell)
    this.#stops.push(
      () => window.removeEventListener('pagehide', tell),
      this.#link.subscribe('settings.changed', null, (settings) => this.#take(settings)),
    )
    const settings = await this.#link.call('settings.read', {})
    // An event that came while the answer was under way is newer.
    if (!this.#known) this.#take(settings)
  }

  #tell(): void {
    const patch = this.#untold
    if (Object.keys(patch).length === 0 || this.#closed) return
    this.#untold = {}
    this.#underWay = { ...this.#underWay, ...patch }
    this.#pause ??= setTimeout(() => {
      this.#pause = null
      this.#tell()
    }, leastPauseMs)
    void this.#write(patch)
  }

  async #write(patch: SettingsPatch): Promise<void> {
    this.#callsUnderWay += 1
    try {
      await this.#link.call('settings.write', { patch })
    } catch (thrown) {
      // A window without its engine says so by itself.
      if (!this.#link.gone && !this.#closed) this.#onProblem(thrown)
    } finally {
      this.#callsUnderWay -= 1
      if (this.#callsUnderWay === 0) this.#underWay = {}
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
