import type { ServedClient } from '../server-behaviour.ts'

/** A client without a socket: keeps what it is told, and takes as much as the test says. */
export class PlayedClient implements ServedClient {
  readonly remote = { address: '127.0.0.1', port: 50_007, family: 'ipv4' } as const
  /** Every write as it came. */
  readonly writes: Uint8Array[] = []
  /** How it was ended or closed, in order. */
  readonly endings: ('end' | 'fin' | 'rst')[] = []
  readonly connection: number
  unsentBytes = 0
  /** What `write` answers. */
  hasRoom = true
  readingIsHeld = false

  constructor(connection = 1) {
    this.connection = connection
  }

  /** Everything that was written so far. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.writes.flatMap((bytes) => [...bytes]))
  }

  write(bytes: Uint8Array): boolean {
    if (this.endings.length === 0) this.writes.push(bytes)
    return this.hasRoom
  }

  end(): void {
    this.endings.push('end')
  }

  close(how: 'fin' | 'rst'): void {
    this.endings.push(how)
  }

  holdReading(held: boolean): void {
    this.readingIsHeld = held
  }
}
