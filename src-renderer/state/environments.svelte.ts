import type { Link } from '../../src-main/contract/connect.ts'
import type { Environment, Environments } from '../../src-main/contract/schemas/environment.ts'

const none: Environments = { environments: [], shared: [], activeId: null, revision: '', secretsPresent: [] }

/** The environments and which one is in use. Every getter is reactive; commands reject with a `WirebenchError`. */
export class EnvironmentStore {
  readonly #link: Link
  #current = $state.raw<Environments>(none)
  #unsubscribe: (() => void) | null = null
  #changes = 0

  constructor(link: Link) {
    this.#link = link
  }

  get current(): Environments {
    return this.#current
  }

  /** The one in use; null when only the shared variables hold. */
  get active(): Environment | null {
    const { environments, activeId } = this.#current
    return environments.find(({ id }) => id === activeId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('environment.changed', null, (current) => this.#take(current))
    const before = this.#changes
    const current = await this.#link.call('environment.list', {})
    if (before === this.#changes) this.#take(current)
  }

  async choose(environmentId: string | null): Promise<void> {
    this.#take(await this.#link.call('environment.choose', { environmentId }))
  }

  /** What the engine knows now, not what it told last. */
  async read(): Promise<Environments> {
    return this.#take(await this.#link.call('environment.list', {}))
  }

  /** Errors: `environment-conflict`, `variable-name-taken`. */
  async write(environments: Environments): Promise<Environments> {
    return this.#take(await this.#link.call('environment.write', { environments }))
  }

  /** Gives a secret its value, or takes it away with null; `environmentId` is null for a shared one. */
  async setSecret(environmentId: string | null, name: string, value: string | null): Promise<Environments> {
    return this.#take(await this.#link.call('environment.set-secret', { environmentId, name, value }))
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  #take(current: Environments): Environments {
    this.#changes += 1
    this.#current = current
    return current
  }
}
