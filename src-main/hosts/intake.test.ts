import { once } from 'node:events'
import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CaptureStore } from '../capture/capture-store.ts'
import { nodeFileAccess, type FileAccess, type OpenFile } from '../capture/file-access.ts'
import type { LiveCapture } from '../capture/live-capture.ts'
import { recordKind } from '../capture/record-codec.ts'
import { recordsOfDataFile, type WalkedRecord } from '../capture/testing/data-file-records.ts'
import type { DialOptions } from '../engine/ports.ts'
import { NodeDialer } from '../sockets/node-dialer.ts'
import { SystemClock } from '../sockets/system-clock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-intake-'))
})
afterEach(() => rm(folder, { recursive: true }))

const megabyte = 1024 * 1024
const plain: DialOptions = {
  noDelay: true,
  keepAliveDelayMs: null,
  localAddress: null,
  localPort: 0,
  readSizeBytes: null,
  tls: null,
  keyLog: () => null,
}

/** Bytes `[from, from + length)` of the stream of one connection: every four bytes tell their place and whose they are. */
function streamBytes(connection: number, from: number, length: number): Buffer {
  const first = Math.floor(from / 4)
  const words = new Uint32Array(Math.ceil(length / 4) + 1)
  for (const at of words.keys()) words[at] = (first + at) ^ Math.imul(connection, 0x9e3779b9)
  return Buffer.from(words.buffer, from % 4, length)
}

/** Writes the stream of a connection in pieces of these sizes, each when the one before was taken. */
async function pour(socket: Socket, connection: number, byteCount: number, pieceBytes: () => number): Promise<void> {
  for (let sent = 0; sent < byteCount;) {
    const piece = streamBytes(connection, sent, Math.min(byteCount - sent, pieceBytes()))
    sent += piece.length
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()))
  }
  socket.end()
}

/** Connects to a server of its own that pours; ends when the peer has ended. */
async function receiveStream(
  capture: LiveCapture,
  connection: number,
  byteCount: number,
  pieceBytes: () => number,
): Promise<void> {
  const server = createServer((socket) => void pour(socket.resume(), connection, byteCount, pieceBytes)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const remote = { address: '127.0.0.1', family: 'ipv4', port } as const
    const stream = new NodeDialer().dial(remote, plain, () => capture.sink(connection), {
      onConnected: () => undefined,
      onSecured: () => undefined,
      onAccepted: () => undefined,
      onReceivePaused: () => undefined,
      onReceiveResumed: () => undefined,
      onNothingToRead: () => undefined,
      onLossNoticed: () => undefined,
      onPeerEnded: () => stream.destroy(false),
      onFailed: (error) => reject(new Error(error.message)),
      onClosed: () => resolve(),
    })
  })
  server.close()
}

/** The real files, counting the direct writes. A file system may refuse them; then there are none to be counted. */
function countingFiles(): {
  readonly files: FileAccess
  readonly counts: { direct: number; refused: number; opened: number }
} {
  const counts = { direct: 0, refused: 0, opened: 0 }
  const openDirect = async (path: string): Promise<OpenFile | null> => {
    const file = await nodeFileAccess.openDirect(path)
    if (file === null) return null
    counts.opened++
    return {
      read: (target, position) => file.read(target, position),
      write: async (pieces, position) => {
        try {
          const written = await file.write(pieces, position)
          counts.direct++
          return written
        } catch (error) {
          counts.refused++
          throw error
        }
      },
      size: () => file.size(),
      close: () => file.close(),
    }
  }
  return { files: { ...nodeFileAccess, openDirect }, counts }
}

function* recordsOf({ captureId }: LiveCapture): Generator<WalkedRecord> {
  const descriptor = openSync(join(folder, `${captureId}.wirebench`), 'r')
  try {
    yield* recordsOfDataFile((position, length) => {
      const bytes = new Uint8Array(length)
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position))
    })
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes received of each connection, all compared with its stream; times must not go back. */
function checkReceived(records: Iterable<WalkedRecord>): Map<number, number> {
  const received = new Map<number, number>()
  let lastTimeNs = 0
  for (const { kind, connection, payload, timeNs } of records) {
    if (kind === recordKind.cleanEnd) continue
    expect(timeNs).toBeGreaterThanOrEqual(lastTimeNs)
    lastTimeNs = timeNs
    if (kind !== recordKind.received) continue
    const position = received.get(connection) ?? 0
    if (!streamBytes(connection, position, payload.length).equals(payload)) {
      throw new Error(`Connection ${connection} has other bytes at ${position} than were sent.`)
    }
    received.set(connection, position + payload.length)
  }
  return received
}

test.each(['as the file system takes them', 'through the page cache alone'])(
  'full speed, many connections and little at a time are on disk byte by byte, written %s',
  async (way) => {
    const { files, counts } = countingFiles()
    const store = await CaptureStore.open({
      folder,
      clock: new SystemClock(),
      programVersion: '1',
      files: way === 'through the page cache alone' ? { ...files, openDirect: () => Promise.resolve(null) } : files,
    })
    const fast = await store.create({ name: 'one at full speed, with other records between' })
    const many = await store.create({ name: 'many in one capture' })
    const slow = await store.create({ name: 'little at a time' })
    let sentCount = 0
    const sentPayloads = [streamBytes(77, 0, 40), streamBytes(77, 0, 90_000)]
    fast.onGrew = ({ receivedBytes }) => {
      if (receivedBytes < sentCount * 2 * megabyte) return
      const payload = sentPayloads[sentCount % 2]
      sentCount++
      if (payload !== undefined) fast.recordSent(1, payload)
      fast.recordEvent(1, { kind: 'note', text: `after ${receivedBytes}` })
    }
    let size = 1
    const anySize = (): number => (size = ((size * 7919) % 99_991) + 1)
    await Promise.all([
      receiveStream(fast, 1, 96 * megabyte, () => 256 * 1024),
      ...Array.from({ length: 12 }, (_, at) => receiveStream(many, at + 1, 2 * megabyte + at, anySize)),
      receiveStream(slow, 1, 20_000, () => 97),
    ])
    fast.onGrew = null
    await store.close()

    expect(checkReceived(recordsOf(fast))).toEqual(new Map([[1, 96 * megabyte]]))
    const sent = [...recordsOf(fast)].filter(({ kind }) => kind === recordKind.sent)
    expect(sent.length).toBe(sentCount)
    expect(sent.every(({ payload }, at) => sentPayloads[at % 2]?.equals(payload))).toBe(true)
    const ofMany = [...checkReceived(recordsOf(many))].sort(([one], [other]) => one - other)
    expect(ofMany).toEqual(Array.from({ length: 12 }, (_, at) => [at + 1, 2 * megabyte + at]))
    expect(checkReceived(recordsOf(slow))).toEqual(new Map([[1, 20_000]]))
    if (counts.opened > 0 && counts.refused === 0) expect(counts.direct).toBeGreaterThan(10)
  },
)
