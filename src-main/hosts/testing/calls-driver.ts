import type { Socket } from 'node:net'
import type { CallEntry, CallsState } from '../../contract/schemas/call.ts'
import type { CallRequestInput, CallSettingsInput } from '../../contract/schemas/call-settings.ts'
import { TestPeer } from '../../sockets/testing/test-peer.ts'
import { EngineDriver, type EngineDriverOptions } from './engine-driver.ts'

/** What a test peer sees of its clients. */
export interface SeenByPeer {
  readonly port: number
  clients: number
  /** Clients that have sent FIN. */
  ended: number
  readonly chunks: Buffer[]
}

/** What a test peer does with a chunk, or a line, of a client; `turn` counts those of one client from 0. */
export type PeerScript<Piece> = (socket: Socket, piece: Piece, turn: number) => void

export const hexBytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/[\s|]/g, ''), 'hex')
export const pairs = (text: string) => ({ notation: 'pairs', text }) as const
export const json = (text: string) => ({ notation: 'json', text }) as const

/** An engine whose sessions call peers that the test plays. */
export class CallsDriver {
  readonly driver: EngineDriver
  readonly #peers: TestPeer[] = []

  private constructor(driver: EngineDriver) {
    this.driver = driver
  }

  static async start(options?: EngineDriverOptions): Promise<CallsDriver> {
    return new CallsDriver(await EngineDriver.start(options))
  }

  async close(): Promise<void> {
    await this.driver.close()
    for (const peer of this.#peers) await peer.close()
  }

  /** A peer that ends with its clients. */
  async listen(onChunk: PeerScript<Buffer>, onClient: (socket: Socket) => void = () => undefined): Promise<SeenByPeer> {
    const seen = { port: 0, clients: 0, ended: 0, chunks: [] as Buffer[] }
    const peer = await TestPeer.listen((socket) => {
      let turn = 0
      seen.clients += 1
      socket.on('error', () => undefined)
      socket.on('end', () => {
        seen.ended += 1
        socket.end()
      })
      socket.on('data', (chunk: Buffer) => {
        seen.chunks.push(chunk)
        onChunk(socket, chunk, turn++)
      })
      socket.resume()
      onClient(socket)
    })
    this.#peers.push(peer)
    return Object.assign(seen, { port: peer.port })
  }

  /** A peer of JSON lines that answers each line. */
  listenToLines(onLine: PeerScript<string>, onClient?: (socket: Socket) => void): Promise<SeenByPeer> {
    const unfinished = new Map<Socket, string>()
    const turns = new Map<Socket, number>()
    return this.listen((socket, chunk) => {
      const parts = ((unfinished.get(socket) ?? '') + chunk.toString('utf8')).split('\n')
      unfinished.set(socket, parts.pop() ?? '')
      for (const line of parts) {
        const turn = turns.get(socket) ?? 0
        turns.set(socket, turn + 1)
        onLine(socket, line.replace(/\r$/, ''), turn)
      }
    }, onClient)
  }

  /** A session with these settings of calls; `connects`: its connection is open. */
  async open(port: number, settings: CallSettingsInput, connects = false): Promise<string> {
    const { sessionId } = await this.driver.openSession(port)
    await this.driver.call('call.configure', { sessionId, settings })
    if (connects) await this.connect(sessionId)
    return sessionId
  }

  async connect(sessionId: string): Promise<void> {
    await this.driver.call('session.connect', { sessionId })
    await this.driver.until(sessionId, ({ state }) => state === 'open')
  }

  async run(sessionId: string, request: CallRequestInput): Promise<CallEntry> {
    return (await this.driver.call('call.run', { sessionId, request })).entry
  }

  async start(sessionId: string, requests: CallRequestInput[], isBatch = false): Promise<readonly number[]> {
    const { entries } = await this.driver.call('call.start', { sessionId, requests, isBatch })
    return entries.map(({ number }) => number)
  }

  get(sessionId: string, number: number): Promise<CallEntry> {
    return this.driver.call('call.get', { sessionId, number })
  }

  /** Entries of the ledger, the oldest first. */
  async ledger(sessionId: string): Promise<readonly CallEntry[]> {
    const { entries } = await this.driver.call('call.ledger', { sessionId, count: 200 })
    return entries.reverse()
  }

  /** Waits until the calls of a session fit, looking whenever they change. */
  async until(sessionId: string, fits: (state: CallsState) => boolean): Promise<CallsState> {
    return this.#looking(sessionId, async () => {
      const state = await this.driver.call('call.state', { sessionId })
      return fits(state) ? state : null
    })
  }

  /** The same of one entry. */
  async untilEntry(sessionId: string, number: number, fits: (entry: CallEntry) => boolean): Promise<CallEntry> {
    return this.#looking(sessionId, async () => {
      const entry = await this.get(sessionId, number)
      return fits(entry) ? entry : null
    })
  }

  async #looking<Found>(sessionId: string, look: () => Promise<Found | null>): Promise<Found> {
    let unsubscribe = (): void => undefined
    try {
      return await new Promise<Found>((resolve, reject) => {
        const lookAgain = (): void => {
          look().then((found) => {
            if (found !== null) resolve(found)
          }, reject)
        }
        unsubscribe = this.driver.composed.engine.events.subscribe('call.changed', sessionId, lookAgain)
        lookAgain()
      })
    } finally {
      unsubscribe()
    }
  }
}

/** Waits for what a test peer sees; it has no events of its own. */
export async function untilSeen(fits: () => boolean): Promise<void> {
  while (!fits()) await new Promise((resolve) => setImmediate(resolve))
}
