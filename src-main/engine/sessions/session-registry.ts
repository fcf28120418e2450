import { randomUUID } from 'node:crypto'
import type { CaptureStore } from '../../capture/capture-store.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { Interpretation } from '../../contract/schemas/interpretation.ts'
import { watchCapture } from '../capture-watch.ts'
import type { VariableResolver } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import { captureNameOf } from './capture-name.ts'
import type { SessionPorts } from './session-parts.ts'
import { Session, type SessionListener } from './session.ts'

/** How long a session that is being closed may take to end its connection properly. */
export const closeGraceMs = 2000

export interface SessionRegistryOptions {
  readonly ports: SessionPorts
  readonly captures: CaptureStore
  readonly events: EventHub
  readonly pulse: Pulse
  readonly facts: SessionFacts
}

/** What sessions take from the kept things of the workbench. */
export interface SessionFacts {
  /** Variables for host and port, which go with every change. */
  variables(): Promise<VariableResolver>
  /** How sessions of a profile read their streams; null when there is no such profile. */
  interpretationOf(profileId: string): Promise<Interpretation | null>
}

export interface NewSession {
  /** `host:port` when left out. */
  readonly title?: string | undefined
  readonly profileId: string | null
  readonly settings: ConnectionSettings
}

/** All open sessions. Publishes what happens to them. */
export class SessionRegistry {
  readonly #options: SessionRegistryOptions
  readonly #sessions = new Map<string, Session>()
  readonly #closing = new Set<Promise<void>>()
  #ended = false
  readonly #listener: SessionListener

  constructor(options: SessionRegistryOptions) {
    this.#options = options
    this.#listener = {
      onChanged: (session) => options.events.publish('session.changed', session.snapshot()),
      onProgress: (session) => this.#markProgress(session),
    }
  }

  /** Errors: those of making a capture, such as `data-folder-unwritable` and `disk-full`; `host-gone` after `closeAll`. */
  async open({ title, profileId, settings }: NewSession): Promise<Session> {
    const trimmed = title?.trim() ?? ''
    const shownTitle = trimmed === '' ? `${settings.host}:${settings.port}` : trimmed
    const { ports, captures, facts } = this.#options
    const variables = await facts.variables()
    const interpretation = profileId === null ? null : await facts.interpretationOf(profileId)
    const capture = await captures.create({
      name: captureNameOf(shownTitle, ports.clock.unixMicroseconds()),
      ...(interpretation === null ? {} : { interpretation }),
    })
    if (this.#ended) {
      await capture.close()
      await captures.discard(capture.captureId)
      throw new WirebenchError('host-gone')
    }
    const identity = { sessionId: randomUUID(), title: shownTitle, profileId }
    const session = new Session(identity, { settings, capture, variables }, ports, this.#listener)
    const { events, pulse } = this.#options
    watchCapture(capture, events, pulse, () => this.#markProgress(session))
    this.#sessions.set(session.sessionId, session)
    this.#listener.onChanged(session)
    return session
  }

  /** Errors: `session-not-found`. */
  get(sessionId: string): Session {
    const session = this.#sessions.get(sessionId)
    if (session === undefined) throw new WirebenchError('session-not-found')
    return session
  }

  list(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  /** Forgets the session at once; waits until its connection is ended and its capture closed. */
  async close(sessionId: string): Promise<void> {
    const session = this.get(sessionId)
    this.#sessions.delete(sessionId)
    const closing = this.#end(session)
    this.#closing.add(closing)
    try {
      this.#options.events.publish('session.closed', { sessionId })
      await closing
    } finally {
      this.#closing.delete(closing)
    }
  }

  /** Closes every session, also those that are being closed already; no other is opened any more. Errors are those of the captures. */
  async closeAll(): Promise<PromiseSettledResult<void>[]> {
    this.#ended = true
    const closing = [...this.#closing, ...this.list().map(({ sessionId }) => this.close(sessionId))]
    return Promise.allSettled(closing)
  }

  async #end(session: Session): Promise<void> {
    try {
      await session.end(closeGraceMs)
    } finally {
      await this.#endCapture(session)
    }
  }

  async #endCapture(session: Session): Promise<void> {
    const { capture } = session
    const isEmpty = capture.acceptedTotals().recordCount === 0
    try {
      await capture.close()
    } finally {
      await session.wireLog?.finish()
    }
    if (isEmpty) await this.#options.captures.discard(capture.captureId)
  }

  #markProgress(session: Session): void {
    const { sessionId } = session
    this.#options.pulse.mark(`session ${sessionId}`, () => {
      if (!this.#sessions.has(sessionId)) return
      const payload = { sessionId, counters: session.counters(), receivePaused: session.isReceivePaused }
      this.#options.events.publish('session.progress', payload)
    })
  }
}
