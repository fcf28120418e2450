/**
 * A child process that takes streams of 127.0.0.1 into captures, one of each connection, as sessions of the workbench do.
 * Arguments: port, number of connections, folder. Says {"connected"} when all are open; once all have ended and everything is
 * on disk {"receivedBytes","elapsedMs","cpuSeconds","highestMemoryBytes","paths"}, the time from the first byte to the last on disk.
 */
import { join } from 'node:path'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import type { LiveCapture } from '../src-main/capture/live-capture.ts'
import { NodeDialer } from '../src-main/sockets/node-dialer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { readProcessUse } from './measure.ts'
import { plainOptions } from './tls-settings.ts'

const [, , portText, countText, folder = ''] = process.argv
const remote = { address: '127.0.0.1', family: 'ipv4', port: Number(portText) } as const
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const store = await CaptureStore.open({ folder, clock: new SystemClock(), programVersion: 'bench' })
const captures: LiveCapture[] = []
let startedAtMs = 0
let highestMemoryBytes = 0
setInterval(() => {
  highestMemoryBytes = Math.max(highestMemoryBytes, readProcessUse(process.pid).anonymousBytes)
}, 100).unref()

/** `ended` comes when the peer has ended. */
async function take(): Promise<{ readonly ended: Promise<void> }> {
  const capture = await store.create({ name: 'bench' })
  captures.push(capture)
  capture.onGrew = () => {
    if (startedAtMs === 0) startedAtMs = performance.now()
  }
  return new Promise((connected, refused) => {
    const ended = new Promise<void>((resolve, reject) => {
      const stream = new NodeDialer().dial(remote, plainOptions, () => capture.sink(1), {
        onConnected: () => connected({ ended }),
        onSecured: () => undefined,
        onAccepted: () => undefined,
        onReceivePaused: () => undefined,
        onReceiveResumed: () => undefined,
        onNothingToRead: () => undefined,
        onLossNoticed: () => undefined,
        onPeerEnded: () => {
          resolve()
          stream.destroy(false)
        },
        onFailed: (error) => {
          refused(new Error(error.message))
          reject(new Error(error.message))
        },
        onClosed: () => undefined,
      })
    })
  })
}

const taken = await Promise.all(Array.from({ length: Number(countText) }, take))
const cpuBefore = process.cpuUsage()
say({ connected: taken.length })
await Promise.all(taken.map(({ ended }) => ended))
await Promise.all(captures.map((capture) => capture.flush()))
const elapsedMs = performance.now() - startedAtMs
const { user, system } = process.cpuUsage(cpuBefore)
const receivedBytes = captures.reduce((sum, capture) => sum + capture.totals().receivedBytes, 0)
const paths = captures.map(({ captureId }) => join(folder, `${captureId}.wirebench`))
await store.close()
say({ receivedBytes, elapsedMs, cpuSeconds: (user + system) / 1e6, highestMemoryBytes, paths })
