import { untrack } from 'svelte'
import type { FramingSettings } from '../../../../src-main/contract/schemas/framing.ts'
import type { SessionState } from '../../../state/session-state.svelte.ts'
import { reloadStorage } from '../../../state/window-storage.ts'
import type { Workbench } from '../../../state/workbench.svelte.ts'

/** A session by its id, with its title for when it is gone. */
interface NamedSession {
  readonly sessionId: string
  readonly title: string
}

/**
 * The session that a sequence runs on: the one in front when the sequence was opened first, until another is chosen. It
 * stays the same whatever comes in front meanwhile, also over a reload. Only when it is gone another takes its place, which
 * `lostTitle` tells. Every getter is reactive.
 */
export class RunTarget {
  readonly #workbench: Workbench
  readonly #storageKey: string
  #wanted = $state.raw<NamedSession | null>(null)
  #lostTitle = $state.raw<string | null>(null)

  constructor(workbench: Workbench, entryId: string) {
    this.#workbench = workbench
    this.#storageKey = `run-target-${entryId}`
    this.#wanted = readNamed(reloadStorage.read(this.#storageKey))
    untrack(() => this.settle())
  }

  /** What can be run on. */
  get sessions(): readonly SessionState[] {
    return this.#workbench.sessions.all.filter((session) => !session.isClosed)
  }

  /** Null while no session is open. */
  get session(): SessionState | null {
    const { sessions } = this
    return (
      sessions.find(({ sessionId }) => sessionId === this.#wanted?.sessionId) ??
      this.#workbench.frontSession ??
      sessions[0] ??
      null
    )
  }

  /** The framing around what is sent to it; none while no session is open. */
  get framing(): FramingSettings {
    const { session } = this
    const capture = session === null ? null : this.#workbench.captures.find(session.captureId)
    return capture?.interpretation.sent.framing ?? { kind: 'raw' }
  }

  /** The title of the session that is gone and that the present one stands in for, until one is chosen or run on. */
  get lostTitle(): string | null {
    return this.#lostTitle
  }

  /** Runs go to this session from now on. */
  choose(session: NamedSession): void {
    this.#lostTitle = null
    this.#keep(session)
  }

  /** Holds on to the session that stands in for one that is gone. To be called again whenever sessions come or go. */
  settle(): void {
    const { session } = this
    if (session === null || session.sessionId === this.#wanted?.sessionId) return
    this.#lostTitle ??= this.#wanted?.title ?? null
    this.#keep(session)
  }

  #keep({ sessionId, title }: NamedSession): void {
    this.#wanted = { sessionId, title }
    reloadStorage.write(this.#storageKey, this.#wanted)
  }
}

function readNamed(stored: unknown): NamedSession | null {
  if (typeof stored !== 'object' || stored === null) return null
  const sessionId: unknown = Reflect.get(stored, 'sessionId')
  const title: unknown = Reflect.get(stored, 'title')
  return typeof sessionId === 'string' && typeof title === 'string' ? { sessionId, title } : null
}
