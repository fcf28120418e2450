import { CaptureStore } from '../../capture/capture-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { MemoryFiles } from '../../capture/testing/memory-files.ts'
import { readAll } from '../../capture/testing/read-all.ts'
import { EventHub } from '../../contract/event-hub.ts'
import type { EventPayload } from '../../contract/events.ts'
import {
  completeConnectionSettings,
  type ConnectionEvent,
  type ConnectionSettings,
} from '../../contract/schemas/connection.ts'
import type { Interpretation } from '../../contract/schemas/interpretation.ts'
import type { ResolvedAddress } from '../ports.ts'
import { Pulse } from '../pulse.ts'
import { SessionRegistry } from '../sessions/session-registry.ts'
import { FakeDialer } from './fake-dialer.ts'
import { FakeKeyLogFiles, FakeTlsProvider } from './fake-tls.ts'

export const settings: ConnectionSettings = completeConnectionSettings({ host: 'device.test', port: 4001 })

/** Sessions on a clock moved by hand, a network played by the test and a disk in memory. */
export class SessionBench {
  readonly clock: ManualClock
  readonly files: MemoryFiles
  readonly dialer = new FakeDialer()
  readonly tls = new FakeTlsProvider()
  readonly keyLogFiles = new FakeKeyLogFiles()
  readonly events = new EventHub()
  readonly captures: CaptureStore
  readonly registry: SessionRegistry
  readonly notices: EventPayload<'host.notice'>[] = []
  readonly progress: EventPayload<'session.progress'>[] = []
  readonly variables = new Map<string, { text: string; secret: boolean }>()
  readonly interpretations = new Map<string, Interpretation>()
  addresses: readonly ResolvedAddress[] = [{ address: '192.0.2.1', family: 'ipv4' }]

  private constructor(captures: CaptureStore, files: MemoryFiles, clock: ManualClock) {
    this.captures = captures
    this.files = files
    this.clock = clock
    const resolver = { resolve: () => Promise.resolve(this.addresses) }
    this.registry = new SessionRegistry({
      ports: {
        clock,
        resolver,
        dialer: this.dialer,
        tls: this.tls,
        keyLogFiles: this.keyLogFiles,
        random: () => 0.5,
      },
      captures,
      events: this.events,
      pulse: new Pulse(clock),
      facts: {
        variables: () => Promise.resolve({ resolve: (name) => this.variables.get(name) ?? null }),
        interpretationOf: (profileId) => Promise.resolve(this.interpretations.get(profileId) ?? null),
      },
    })
    this.events.subscribe('host.notice', null, (notice) => this.notices.push(notice))
    this.events.subscribe('session.progress', null, (progress) => this.progress.push(progress))
  }

  static async make(): Promise<SessionBench> {
    const files = new MemoryFiles()
    const clock = new ManualClock()
    const captures = await CaptureStore.open({ folder: '/captures', clock, programVersion: '0.0.0-test', files })
    return new SessionBench(captures, files, clock)
  }

  /** Lets everything that was started and needs no clock happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
  }

  /** Moves the clock in small steps, letting everything happen in between. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      this.clock.advance(Math.min(10, ms - passed))
      await this.settle()
    }
  }

  /** Events kept in a capture. */
  async story(captureId: string): Promise<ConnectionEvent[]> {
    const rows = await readAll(this.captures, captureId, 'records')
    return rows.flatMap((row) => (row.kind === 'event' ? [row.event] : []))
  }
}
