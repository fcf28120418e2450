import type { ProbeRequest } from '../../engine/ports.ts'
import type { BannerFinding, ConnectFinding } from '../../protocol/diagnosis/findings.ts'
import { describeConnectionError } from '../socket-errors.ts'
import { ProbeConnection } from './probe-connection.ts'

/** Enough to see what a server is. */
const maximumBannerBytes = 512

/** Connects and closes. */
export function probeConnect(request: ProbeRequest): Promise<ConnectFinding> {
  return new Promise((resolve) => {
    const probe = new ProbeConnection(request, (error) => resolve({ error, elapsedMs: probe.elapsedMs }))
    probe.socket.on('error', (error) => probe.dialFailed(error)).once('connect', () => probe.end(null))
  })
}

/** Connects, sends nothing, and waits at most `waitMs` for what the server says or does. */
export function probeBanner(request: ProbeRequest, waitMs: number): Promise<BannerFinding> {
  return new Promise((resolve) => {
    let bytes = new Uint8Array(0)
    let ended: BannerFinding['ended'] = null
    let isConnected = false
    const probe = new ProbeConnection(request, (error) => resolve({ error, bytes, ended, elapsedMs: probe.elapsedMs }))
    probe.socket
      .on('error', (error) => {
        if (describeConnectionError(error).code === 'connection-reset') {
          ended = 'rst'
          probe.end(null)
        } else if (isConnected) {
          probe.end(describeConnectionError(error))
        } else {
          probe.dialFailed(error)
        }
      })
      .once('connect', () => {
        isConnected = true
        probe.restartClock()
        probe.endAfter(waitMs, () => null)
      })
      .on('data', (chunk: Buffer) => {
        // What is said comes in one piece, or its first piece is enough; an end may stand right behind it. Counted from that
        // piece on: who never stops talking is not listened to for ever.
        if (bytes.length === 0) probe.endAfter(Math.min(waitMs, afterFirstBytesMs), () => null)
        bytes = new Uint8Array(Buffer.concat([bytes, chunk]).subarray(0, maximumBannerBytes))
      })
      .once('end', () => {
        ended = 'fin'
        probe.end(null)
      })
  })
}

const afterFirstBytesMs = 50
