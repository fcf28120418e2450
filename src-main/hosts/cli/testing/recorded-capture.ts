import { join } from 'node:path'
import { CaptureStore } from '../../../capture/capture-store.ts'
import type { LiveCapture } from '../../../capture/live-capture.ts'
import { ManualClock } from '../../../capture/testing/manual-clock.ts'
import { receive } from '../../../capture/testing/script.ts'
import type { SocketAddress } from '../../../contract/schemas/common.ts'
import type { ConnectionEnding } from '../../../contract/schemas/connection.ts'

export const ipv4 = (address: string, port: number): SocketAddress => ({ address, port, family: 'ipv4' })
export const ipv6 = (address: string, port: number): SocketAddress => ({ address, port, family: 'ipv6' })

/** Bytes of every value, in an order that repeats late. */
export function mixedBytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >>> 7) + seed) & 0xff)
}

/** A capture as a test plays it. */
export class Recording {
  readonly capture: LiveCapture
  readonly clock: ManualClock
  readonly sent = new Map<number, Uint8Array[]>()
  readonly received = new Map<number, Uint8Array[]>()

  constructor(capture: LiveCapture, clock: ManualClock) {
    this.capture = capture
    this.clock = clock
  }

  connected(connection: number, local: SocketAddress, remote: SocketAddress): void {
    this.clock.advance(1)
    this.capture.recordEvent(connection, { kind: 'connected', transition: null, local, remote, elapsedMs: 3 })
  }

  accepted(connection: number, local: SocketAddress, remote: SocketAddress): void {
    this.clock.advance(1)
    this.capture.recordEvent(connection, { kind: 'accepted', local, remote })
  }

  send(connection: number, bytes: Uint8Array): void {
    this.clock.advance(1)
    this.capture.recordSent(connection, bytes)
    this.sent.set(connection, [...(this.sent.get(connection) ?? []), bytes])
  }

  receive(connection: number, bytes: Uint8Array): void {
    this.clock.advance(1)
    receive(this.capture.sink(connection), bytes)
    this.received.set(connection, [...(this.received.get(connection) ?? []), bytes])
  }

  event(connection: number, event: Parameters<LiveCapture['recordEvent']>[1]): void {
    this.clock.advance(1)
    this.capture.recordEvent(connection, event)
  }

  ended(connection: number, by: ConnectionEnding['by'], how: ConnectionEnding['how']): void {
    const ending = { by, how, unsentBytes: 0, error: null }
    this.event(connection, { kind: 'ended', transition: null, dialledAddresses: 1, ending })
  }

  all(direction: 'sent' | 'received', connection: number): Uint8Array {
    return new Uint8Array(Buffer.concat(this[direction].get(connection) ?? []))
  }
}

/** Records what `play` does as a capture of a data folder; answers its identifier and what was recorded. */
export async function record(
  dataFolder: string,
  name: string,
  play: (recording: Recording) => Promise<void> | void,
): Promise<{ readonly captureId: string; readonly recording: Recording }> {
  const clock = new ManualClock()
  const folder = join(dataFolder, 'captures')
  const store = await CaptureStore.open({ folder, clock, programVersion: '1' })
  try {
    const capture = await store.create({ name })
    const recording = new Recording(capture, clock)
    await play(recording)
    await capture.close()
    return { captureId: capture.captureId, recording }
  } finally {
    await store.close()
  }
}
