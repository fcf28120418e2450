import type { ErrorShape } from '../../../../src-main/contract/errors.ts'
import { toErrorShape } from '../../../../src-main/contract/errors.ts'
import type { ServerDefinition } from '../../../../src-main/contract/schemas/server.ts'
import type { ServerProblem, ServerStore } from '../../../state/servers.svelte.ts'
import { noProblems, type FieldProblems } from './read-item.ts'

const pauseMs = 250

/** What the engine finds wrong with a definition that is edited, asked for a moment after the last key. Getters are reactive. */
export class ServerCheck {
  readonly #servers: ServerStore
  #problems = $state.raw<readonly ServerProblem[]>([])
  #error = $state.raw<ErrorShape | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  constructor(servers: ServerStore) {
    this.#servers = servers
  }

  get problems(): readonly ServerProblem[] {
    return this.#problems
  }

  /** Why it could not be asked; null when it could. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Asks anew; an answer to what was asked before is not taken any more. */
  ask(definition: ServerDefinition): void {
    clearTimeout(this.#timer)
    this.#asked += 1
    const number = this.#asked
    this.#timer = setTimeout(() => void this.#run(definition, number), pauseMs)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#asked += 1
  }

  async #run(definition: ServerDefinition, number: number): Promise<void> {
    try {
      const problems = await this.#servers.check(definition)
      if (number !== this.#asked) return
      this.#problems = problems
      this.#error = null
    } catch (thrown) {
      if (number === this.#asked) this.#error = toErrorShape(thrown)
    }
  }
}

/** Something that a problem can belong to: the part of a definition, and its name or identifier there. */
export interface ProblemPlace {
  readonly part: 'table' | 'rules' | 'faults'
  readonly name: string
}

/** Tells what stands in front of the field in a place of the contract: `table.NAME.FIELD`. Names may have dots in them. */
export function problemsAt(
  problems: readonly ServerProblem[],
  { part, name }: ProblemPlace,
  names: readonly string[],
): FieldProblems {
  const prefix = `${part}.${name}`
  const found = new Map<string, ErrorShape>()
  for (const { place, error } of problems) {
    if (place !== prefix && !place.startsWith(`${prefix}.`)) continue
    const isOfLonger = names.some(
      (other) => other.length > name.length && (place === `${part}.${other}` || place.startsWith(`${part}.${other}.`)),
    )
    const field = place.slice(prefix.length + 1)
    if (!isOfLonger && !found.has(field)) found.set(field, error)
  }
  return found.size === 0 ? noProblems : found
}
