import { Peer } from './peer.ts'

const cycleMs = 100
const largestLineBytes = 6000
/** How each identifier's lines differ in length: most are small, one is as long as such lines get. */
const identifiers = Array.from({ length: 19 }, (_, index) => ({
  id: `tel_${String(index).padStart(2, '0')}`,
  lineBytes: index === 0 ? largestLineBytes : 90 + index * 45,
}))

/**
 * Sends JSON lines (CR LF) of 19 identifiers about ten times a second, as controllers of large machines do, to the
 * client that connects.
 */
export interface TelemetryPeer {
  readonly host: string
  readonly port: number
  readonly messageIds: readonly string[]
  /** Sends no further cycle but FIN. Answers how many cycles were sent. */
  finish(): number
  close(): Promise<void>
}

function lineOf(id: string, lineBytes: number, cycle: number): string {
  const values = (count: number): string =>
    JSON.stringify({ id, cycle, values: Array.from({ length: count }, (_, index) => ((cycle + index) % 1000) / 8) })
  const [none, some] = [values(0).length, values(64).length]
  return `${values(Math.max(1, Math.floor(((lineBytes - none) * 64) / (some - none))))}\r\n`
}

export async function startTelemetryPeer(): Promise<TelemetryPeer> {
  let cycles = 0
  let timer: NodeJS.Timeout | null = null
  const end = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  const peer = await Peer.start({
    onConnection: (socket) => {
      const beganMs = performance.now()
      timer = setInterval(() => {
        // A timer that comes late does not make it slower.
        const due = Math.floor((performance.now() - beganMs) / cycleMs)
        for (; cycles < due; cycles += 1) {
          for (const { id, lineBytes } of identifiers) socket.write(lineOf(id, lineBytes, cycles))
        }
      }, cycleMs)
    },
  })
  return {
    host: peer.host,
    port: peer.port,
    messageIds: identifiers.map(({ id }) => id),
    finish: () => {
      end()
      peer.endAll()
      return cycles
    },
    close: () => {
      end()
      return peer.close()
    },
  }
}
