import type { Link } from '../../../src-main/contract/connect.ts'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { Environments, EnvironmentVariable } from '../../../src-main/contract/schemas/environment.ts'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type { MessageContext } from '../../../src-main/contract/schemas/message.ts'
import type { StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import type { ComposeContext, KnownStructure } from '../../../src-main/protocol/message/composition.ts'
import type { StructureStore } from '../../state/structures.svelte.ts'

/** A context for composing in the page, and whether what was composed needs something that only the engine has. */
export interface PageContext {
  readonly context: ComposeContext
  /** True once a secret or a file was asked for: the bytes are then not those that go out. */
  readonly needsEngine: () => boolean
}

const noContext: MessageContext = { counters: {}, captured: {}, nextSequenceId: 1, lastSequenceId: -1 }

/** What composing depends on besides the message, kept up to date while it is watched. Every getter is reactive. */
export class ComposerFacts {
  readonly #link: Link
  readonly #sessionId: string
  readonly #structures: StructureStore
  #framing = $state.raw<FramingSettings>({ kind: 'raw' })
  #environments = $state.raw<Environments | null>(null)
  #messageContext = $state.raw<MessageContext>(noContext)

  constructor(link: Link, sessionId: string, structures: StructureStore) {
    this.#link = link
    this.#sessionId = sessionId
    this.#structures = structures
  }

  /** The framing around what is sent. */
  get framing(): FramingSettings {
    return this.#framing
  }

  get messageContext(): MessageContext {
    return this.#messageContext
  }

  /** The variables that hold: those of the environment in use, before the shared ones of the same name. */
  get variables(): readonly EnvironmentVariable[] {
    if (this.#environments === null) return []
    const { environments, shared, activeId } = this.#environments
    const own = environments.find(({ id }) => id === activeId)?.variables ?? []
    const names = new Set(own.map(({ name }) => name))
    return [...own, ...shared.filter(({ name }) => !names.has(name))]
  }

  /** The structure library, in display order. */
  get structures(): readonly StructureEntry[] {
    return this.#structures.entries
  }

  /** A structure of the library with all others that it may refer to; null when there is none. */
  structure(structureId: string): KnownStructure | null {
    const definition = this.#structures.byId(structureId)
    return definition === null ? null : { definition, library: (name) => this.#structures.byName(name) }
  }

  useFraming(framing: FramingSettings): void {
    this.#framing = framing
  }

  /** Loads everything and follows its changes until the answered function is called. `failed` gets what cannot be loaded. */
  watch(failed: (thrown: unknown) => void): () => void {
    const link = this.#link
    const sessionId = this.#sessionId
    const stops = [
      link.subscribe('environment.changed', null, (environments) => (this.#environments = environments)),
      link.subscribe('session.message-context-changed', sessionId, (told) => {
        if (told.sessionId === sessionId) this.#messageContext = told.context
      }),
    ]
    link.call('environment.list', {}).then((environments) => (this.#environments = environments), failed)
    link.call('session.message-context', { sessionId }).then((context) => (this.#messageContext = context), failed)
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Sets the number of the next M2 command. */
  async setNextSequenceId(nextSequenceId: number): Promise<void> {
    const request = { sessionId: this.#sessionId, nextSequenceId }
    this.#messageContext = await this.#link.call('session.change-message-context', request)
  }

  pageContext(framing: FramingSettings = this.#framing): PageContext {
    let engineNeeded = false
    const { counters, captured, nextSequenceId } = this.#messageContext
    const context: ComposeContext = {
      framing,
      structure: (structureId) => this.structure(structureId),
      variable: (name) => {
        const variable = this.variables.find((candidate) => candidate.name === name)
        if (variable === undefined) return null
        if (variable.secret) {
          engineNeeded = true
          return { text: '', secret: true }
        }
        return variable.value === null ? null : { text: variable.value, secret: false }
      },
      captured: (name) => captured[name] ?? null,
      counter: (name) => {
        const next = counters[name]
        return next === undefined ? null : BigInt(next)
      },
      nowUnixNs: BigInt(Date.now()) * 1_000_000n,
      random: (byteCount) => crypto.getRandomValues(new Uint8Array(byteCount)),
      uuid: exampleUuid,
      file: (path) => {
        engineNeeded = true
        return { ok: false, error: describeError('file-not-found', { file: path }) }
      },
      nextSequenceId,
      maskSecrets: true,
    }
    return { context, needsEngine: () => engineNeeded }
  }
}

/** As `crypto.randomUUID`, which browsers have only for addresses that they call secure. */
function exampleUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
