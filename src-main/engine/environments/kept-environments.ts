import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { Environments } from '../../contract/schemas/environment.ts'
import type { WatchedDocumentStore } from '../documents/json-document-store.ts'
import type { EnvironmentService } from '../ports.ts'
import {
  choiceDocument,
  choiceIn,
  environmentsDocument,
  environmentsIn,
  environmentsRevision,
  faultOf,
  withoutSecrets,
  type EnvironmentsContent,
} from './environments-document.ts'
import { resolveVariable } from './resolve-variable.ts'
import { SecretValues } from './secret-values.ts'

export interface KeptEnvironmentsOptions {
  /** Environments and variables, made to be kept in version control. */
  readonly store: WatchedDocumentStore
  /** Which environment is in use on this machine. */
  readonly choiceStore: WatchedDocumentStore
  /** Told what could not be read or kept while nobody waited for it. */
  readonly onProblem: (error: ErrorShape) => void
}

/**
 * The environments of the data folder, which other processes may change at any time. Values of secrets are in memory
 * only: they are in no file, event, reply or error, and are gone with the process.
 */
export class KeptEnvironments implements EnvironmentService {
  readonly #options: KeptEnvironmentsOptions
  readonly #secrets = new SecretValues()
  readonly #listeners = new Set<(environments: Environments) => void>()
  #content: EnvironmentsContent = { environments: [], shared: [] }
  #choice: string | null = null
  /** False after a choice that could not be written: it holds here all the same. */
  #choiceKept = true
  #loading: Promise<void> | null = null
  #unwatch: readonly (() => void)[] | null = null
  #lastTold: string | null = null
  /** A file that stays broken is told once. */
  #toldProblem: string | null = null
  /** Readings and changes go one after the other, so that an older state never replaces a newer one. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: KeptEnvironmentsOptions) {
    this.#options = options
  }

  /** A file that cannot be read keeps no window from opening: it is told, and what was known stays. */
  async list(): Promise<Environments> {
    await this.#refreshQuietly()
    return this.#present()
  }

  write(wanted: Environments): Promise<Environments> {
    return this.#inTurn(async () => {
      const fault = faultOf(wanted)
      if (fault !== null) throw fault
      const next = withoutSecrets(wanted)
      let replaced: EnvironmentsContent = this.#content
      await this.#options.store.update((stored) => {
        replaced = environmentsIn(stored, this.#options.store.fileName)
        if (environmentsRevision(replaced) !== wanted.revision) throw new WirebenchError('environment-conflict')
        return environmentsDocument(next)
      })
      // Values of what others made plain meanwhile are no longer true.
      this.#secrets.keepOnly(replaced)
      this.#secrets.takeFrom(replaced, next)
      this.#take(next)
      return this.#present()
    })
  }

  choose(environmentId: string | null): Promise<Environments> {
    return this.#inTurn(async () => {
      await this.#refresh()
      if (environmentId !== null) this.#requireEnvironment(environmentId)
      this.#choice = environmentId
      this.#tell()
      try {
        await this.#options.choiceStore.update(() => choiceDocument(environmentId))
        this.#choiceKept = true
      } catch (error) {
        this.#choiceKept = false
        this.#tellProblem(error)
      }
      return this.#present()
    })
  }

  setSecret(environmentId: string | null, name: string, value: string | null): Promise<Environments> {
    return this.#inTurn(async () => {
      await this.#refresh()
      const variables =
        environmentId === null ? this.#content.shared : this.#requireEnvironment(environmentId).variables
      if (!variables.some((variable) => variable.secret && variable.name === name)) {
        // The name as it was sent may be anything: it is not repeated.
        const reason = 'There is no such secret. Make the variable a secret first.'
        throw new WirebenchError('bad-payload', { command: 'environment.set-secret', reason })
      }
      this.#secrets.set(environmentId, name, value)
      this.#tell()
      return this.#present()
    })
  }

  load(): Promise<void> {
    this.#loading ??= this.#refreshQuietly()
    return this.#loading
  }

  resolve(name: string): { text: string; secret: boolean } | null {
    return resolveVariable({ ...this.#content, activeId: this.#choice }, name, (scope, secretName) =>
      this.#secrets.get(scope, secretName),
    )
  }

  onChanged(listener: (environments: Environments) => void): () => void {
    this.#listeners.add(listener)
    this.#unwatch ??= [this.#options.store, this.#options.choiceStore].map((store) =>
      store.watch(() => void this.#refreshQuietly()),
    )
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    for (const unwatch of this.#unwatch ?? []) unwatch()
    this.#unwatch = null
    await this.#last
    this.#secrets.clear()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** After a change by somebody else, or before the first use: what is wrong is told, and what was known stays. */
  #refreshQuietly(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#refresh()
      } catch (error) {
        this.#tellProblem(error)
      }
    })
  }

  #tellProblem(thrown: unknown): void {
    const error = toErrorShape(thrown)
    if (this.#toldProblem !== error.message) this.#options.onProblem(error)
    this.#toldProblem = error.message
  }

  /** Errors: `file-unreadable`. */
  async #refresh(): Promise<void> {
    const { store, choiceStore } = this.#options
    const found = environmentsIn(await store.read(), store.fileName)
    if (this.#choiceKept) this.#choice = choiceIn(await choiceStore.read())
    this.#secrets.takeFrom(found, found)
    const content = withoutSecrets(found)
    // Somebody wrote the value of a secret into the file: it does not stay there.
    if (JSON.stringify(found) !== JSON.stringify(content)) await this.#removeSecrets()
    else this.#toldProblem = null
    this.#take(content)
  }

  async #removeSecrets(): Promise<void> {
    const { store } = this.#options
    try {
      await store.update((stored) => environmentsDocument(withoutSecrets(environmentsIn(stored, store.fileName))))
    } catch (error) {
      this.#tellProblem(error)
    }
  }

  #take(content: EnvironmentsContent): void {
    this.#content = content
    this.#secrets.keepOnly(content)
    this.#tell()
  }

  #tell(): void {
    const present = this.#present()
    const told = JSON.stringify(present)
    if (told === this.#lastTold) return
    this.#lastTold = told
    for (const listener of [...this.#listeners]) listener(present)
  }

  #present(): Environments {
    return {
      ...this.#content,
      activeId: this.#active()?.id ?? null,
      revision: environmentsRevision(this.#content),
      secretsPresent: this.#secrets.present(),
    }
  }

  #active(): Environments['environments'][number] | null {
    return this.#content.environments.find(({ id }) => id === this.#choice) ?? null
  }

  /** Errors: `environment-not-found`. */
  #requireEnvironment(environmentId: string): Environments['environments'][number] {
    const environment = this.#content.environments.find(({ id }) => id === environmentId)
    if (environment === undefined) throw new WirebenchError('environment-not-found', { environmentId })
    return environment
  }
}
