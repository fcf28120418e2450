import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  commands,
  type CommandInput,
  type CommandName,
  type CommandReply,
  type CommandRequest,
} from '../../contract/commands.ts'
import type { CommandHandler } from '../../contract/command-handlers.ts'
import { maximumWindowRows, type CaptureRow } from '../../contract/schemas/capture.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { composeEngine, type ComposedEngine } from '../compose-engine.ts'

export interface EngineDriverOptions {
  /** A new temporary folder, removed afterwards, when left out. */
  readonly dataFolder?: string
  readonly workbench?: boolean
}

/** Gives up twenty times later than in earnest, so that no limit is reached because the machine is busy. */
class PatientClock extends SystemClock {
  override wakeAfter(delayMs: number, callback: () => void): () => void {
    return super.wakeAfter(delayMs < 250 ? delayMs : delayMs * 20, callback)
  }
}

/** A composed engine driven through its commands and events, as a wire would: everything is checked by its schema. */
export class EngineDriver {
  readonly composed: ComposedEngine
  readonly #temporaryFolder: string | null

  private constructor(composed: ComposedEngine, temporaryFolder: string | null) {
    this.composed = composed
    this.#temporaryFolder = temporaryFolder
  }

  static async start({ dataFolder, workbench = false }: EngineDriverOptions = {}): Promise<EngineDriver> {
    const folder = dataFolder ?? (await makeTemporaryFolder())
    const composed = await composeEngine({
      dataFolder: folder,
      capabilities: { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' },
      version: '0.0.0-test',
      clock: new PatientClock(),
      workbench,
    })
    return new EngineDriver(composed, dataFolder === undefined ? folder : null)
  }

  async call<Name extends CommandName>(name: Name, request: CommandInput<Name>): Promise<CommandReply<Name>> {
    const handler = this.composed.engine.handlers[name] as CommandHandler<Name>
    const parsed = v.parse(commands[name].request, request) as CommandRequest<Name>
    const signal = new AbortController().signal
    return v.parse(commands[name].reply, await handler(parsed, { signal }))
  }

  async openSession(port: number, host = '127.0.0.1'): Promise<SessionSnapshot> {
    return this.call('session.open', { settings: { host, port } })
  }

  /** Opens a session and waits for the connection. */
  async connect(port: number, host?: string): Promise<SessionSnapshot> {
    const { sessionId } = await this.openSession(port, host)
    await this.call('session.connect', { sessionId })
    return this.until(sessionId, ({ state }) => state === 'open')
  }

  async session(sessionId: string): Promise<SessionSnapshot> {
    const found = (await this.call('session.list', {})).find((session) => session.sessionId === sessionId)
    if (found === undefined) throw new Error(`There is no session ${sessionId}`)
    return found
  }

  /** Waits until a session fits, looking whenever it or its counters change. */
  async until(sessionId: string, fits: (session: SessionSnapshot) => boolean): Promise<SessionSnapshot> {
    const { events } = this.composed.engine
    let unsubscribes: readonly (() => void)[] = []
    try {
      return await new Promise<SessionSnapshot>((resolve, reject) => {
        let known: SessionSnapshot | null = null
        const look = (session: SessionSnapshot): void => {
          known = session
          if (fits(session)) resolve(session)
        }
        unsubscribes = [
          events.subscribe('session.changed', sessionId, look),
          events.subscribe('session.progress', sessionId, ({ counters, receivePaused }) => {
            if (known !== null) look({ ...known, counters, receivePaused })
          }),
        ]
        this.session(sessionId).then((session) => {
          if (known === null) look(session)
        }, reject)
      })
    } finally {
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }

  async send(sessionId: string, text: string): Promise<void> {
    await this.call('session.send', { sessionId, bytes: new TextEncoder().encode(text) })
  }

  /** Every record of a capture that is closed or at rest. */
  async records(captureId: string): Promise<CaptureRow[]> {
    const rows: CaptureRow[] = []
    for (;;) {
      const window = await this.call('capture.window', {
        captureId,
        view: 'records',
        firstRow: rows.length,
        rowCount: maximumWindowRows,
      })
      rows.push(...window.rows)
      if (window.complete && rows.length === window.totalRows) return rows
    }
  }

  async story(captureId: string): Promise<ConnectionEvent[]> {
    return (await this.records(captureId)).flatMap((row) => (row.kind === 'event' ? [row.event] : []))
  }

  async close(): Promise<void> {
    await this.composed.close()
    if (this.#temporaryFolder !== null) await rm(this.#temporaryFolder, { recursive: true, force: true })
  }
}

export function makeTemporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'wirebench-test-'))
}
