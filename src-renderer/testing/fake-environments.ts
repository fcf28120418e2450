import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type { Environments, EnvironmentVariable } from '../../src-main/contract/schemas/environment.ts'

/** Environments in memory, for component tests. */
export class FakeEnvironments {
  readonly #events: EventHub
  current: Environments = { environments: [], shared: [], activeId: null, revision: 'r1', secretsPresent: [] }
  /** Values of secrets as `<scope>/<name>`. */
  readonly secrets = new Map<string, string>()

  constructor(events: EventHub) {
    this.#events = events
  }

  /** Somebody changed them. */
  change(change: Partial<Environments>): Environments {
    const revision = `${this.current.revision}+`
    this.current = { ...this.current, revision, ...change, secretsPresent: [...this.secrets.keys()].sort() }
    this.#events.publish('environment.changed', this.current)
    return this.current
  }

  handlers() {
    return {
      'environment.list': () => this.current,
      'environment.choose': ({ environmentId }) =>
        this.change({ activeId: environmentId, revision: this.current.revision }),
      'environment.write': ({ environments }) => {
        if (environments.revision !== this.current.revision) throw new WirebenchError('environment-conflict')
        return this.change({
          environments: environments.environments.map((one) => ({ ...one, variables: one.variables.map(masked) })),
          shared: environments.shared.map(masked),
        })
      },
      'environment.set-secret': ({ environmentId, name, value }) => {
        const key = `${environmentId ?? 'shared'}/${name}`
        if (value === null) this.secrets.delete(key)
        else this.secrets.set(key, value)
        return this.change({ revision: this.current.revision })
      },
    } satisfies Partial<CommandHandlers>
  }
}

function masked(variable: EnvironmentVariable): EnvironmentVariable {
  return variable.secret ? { ...variable, value: null } : variable
}
