/**
 * A child process that takes a firehose over TLS on 127.0.0.1: `data` as plain Node does and counts, `capture` as Wirebench does
 * and keeps it. Arguments: kind, port, file of the trusted certificate, folder. Prints {"receivedBytes","elapsedMs","path"},
 * from the end of the handshake to the end of the stream.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { NodeDialer } from '../src-main/sockets/node-dialer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { completeTlsSettings, plainOptions } from './tls-settings.ts'
import { NodeTlsProvider } from '../src-main/sockets/tls/node-tls-provider.ts'

const [, , kind, portText, caPath = '', folder = ''] = process.argv
const port = Number(portText)

function say(receivedBytes: number, startedAtMs: number, path: string | null): void {
  process.stdout.write(`${JSON.stringify({ receivedBytes, elapsedMs: performance.now() - startedAtMs, path })}\n`)
}

function takeBare(): void {
  let receivedBytes = 0
  let startedAtMs = 0
  const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(caPath), servername: 'localhost' })
  socket.on('secureConnect', () => (startedAtMs = performance.now()))
  socket.on('data', (chunk: Buffer) => (receivedBytes += chunk.length))
  socket.on('end', () => say(receivedBytes, startedAtMs, null))
}

async function takeIntoCapture(): Promise<void> {
  const store = await CaptureStore.open({ folder, clock: new SystemClock(), programVersion: 'bench' })
  const capture = await store.create({ name: 'bench' })
  const tls = await new NodeTlsProvider().prepare(completeTlsSettings(caPath), '127.0.0.1', null)
  let startedAtMs = 0
  const ended = await new Promise<number>((resolve, reject) => {
    const remote = { address: '127.0.0.1', family: 'ipv4', port } as const
    const stream = new NodeDialer().dial(remote, { ...plainOptions, tls }, () => capture.sink(1), {
      onConnected: () => undefined,
      onSecured: () => (startedAtMs = performance.now()),
      onAccepted: () => undefined,
      onReceivePaused: () => undefined,
      onReceiveResumed: () => undefined,
      onNothingToRead: () => undefined,
      onLossNoticed: () => undefined,
      onPeerEnded: () => {
        resolve(performance.now())
        stream.destroy(false)
      },
      onFailed: (error) => reject(new Error(error.message)),
      onClosed: () => undefined,
    })
  })
  const { receivedBytes } = capture.acceptedTotals()
  const elapsedMs = ended - startedAtMs
  await capture.close()
  await store.close()
  const path = join(folder, `${capture.captureId}.wirebench`)
  process.stdout.write(`${JSON.stringify({ receivedBytes, elapsedMs, path })}\n`)
}

if (kind === 'data') takeBare()
else await takeIntoCapture()
