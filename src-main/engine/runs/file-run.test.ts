import { describe, expect, test } from 'vitest'
import { readAll } from '../../capture/testing/read-all.ts'
import type { ConnectionSettingsInput } from '../../contract/schemas/connection.ts'
import type { RunPlanInput } from '../../contract/schemas/sequence.ts'
import { RunBench } from '../testing/run-bench.ts'
import type { Session } from '../sessions/session.ts'

type FilePlanInput = Extract<RunPlanInput, { kind: 'file' }>
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A file being sent to a peer that takes what it is given when the test lets it. */
class FileBench {
  readonly runs: RunBench
  readonly session: Session
  /** Sizes of the writes and when they were made, in milliseconds. */
  readonly sent: { byteCount: number; atMs: number }[] = []
  #seenWrites = 0
  readonly #beginMs: number
  takes = true

  private constructor(runs: RunBench, session: Session) {
    this.runs = runs
    this.session = session
    this.#beginMs = runs.bench.clock.nowNs / 1e6
  }

  static async make(content: Uint8Array, rest: Partial<ConnectionSettingsInput> = {}): Promise<FileBench> {
    const runs = await RunBench.make()
    runs.files.contents.set('/boot.bin', content)
    return new FileBench(runs, await runs.connected(rest))
  }

  async start(plan: Partial<FilePlanInput>): Promise<void> {
    await this.runs.startFile(this.session, { kind: 'file', path: '/boot.bin', ...plan })
    await this.settle()
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await this.runs.bench.settle()
      this.#lookAtWrites()
    }
  }

  #lookAtWrites(): void {
    const { log, handlers } = this.runs.bench.dialer.last
    const writes = log.filter((entry) => entry.startsWith('write '))
    for (const entry of writes.slice(this.#seenWrites)) {
      const byteCount = Number(entry.slice(6))
      this.sent.push({ byteCount, atMs: this.runs.bench.clock.nowNs / 1e6 - this.#beginMs })
      if (this.takes) handlers.onAccepted(byteCount)
    }
    if (this.takes) this.#seenWrites = writes.length
  }

  async pass(ms: number, stepMs = 1): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.runs.bench.clock.advance(stepMs)
      await this.settle()
    }
  }

  get run() {
    return this.runs.run
  }

  get file() {
    const { file } = this.runs.run
    if (file === null) throw new Error('This run sends no file')
    return file
  }
}

const sum = (sizes: readonly { byteCount: number }[]): number =>
  sizes.reduce((total, { byteCount }) => total + byteCount, 0)

describe('the rates of seed-systems 4.3', () => {
  test('50,000 bytes at 100,000 a second are 500 chunks of 100 in half a second', async () => {
    const bench = await FileBench.make(new Uint8Array(50_000))
    await bench.start({})
    const first = bench.sent.length
    await bench.pass(500)
    expect([first, bench.sent.length, new Set(bench.sent.map(({ byteCount }) => byteCount))]).toEqual([
      1,
      500,
      new Set([100]),
    ])
    expect([bench.sent.at(-1)?.atMs, bench.run.state, bench.file.sentBytes, bench.file.sentChunks]).toEqual([
      499,
      'done',
      50_000,
      500,
    ])
  })

  test('chunks of 1000 at 20,000 a second: the fiftieth goes out after 2.45 s', async () => {
    const bench = await FileBench.make(new Uint8Array(50_000))
    await bench.start({ rate: 20_000, chunkSize: 1000 })
    await bench.pass(2450, 5)
    expect([bench.sent.map(({ atMs }) => atMs), bench.run.state]).toEqual([
      Array.from({ length: 50 }, (_, chunk) => chunk * 50),
      'done',
    ])
  })

  test('seven chunks a second at 20,000: 2857 or 2858 bytes, the last 1429', async () => {
    const bench = await FileBench.make(new Uint8Array(50_000))
    await bench.start({ rate: 20_000, chunkRate: 7 })
    await bench.pass(2500, 5)
    const sizes = bench.sent.map(({ byteCount }) => byteCount)
    expect([new Set(sizes.slice(0, -1)), sizes.at(-1), sum(bench.sent)]).toEqual([new Set([2857, 2858]), 1429, 50_000])
  })

  test('23 lines in chunks of 5 at 10 a second', async () => {
    const lines = Array.from({ length: 23 }, (_, number) => `line ${number + 10}\n`)
    const bench = await FileBench.make(bytes(lines.join('')))
    await bench.start({ unit: 'lines', rate: 10, chunkSize: 5 })
    await bench.pass(2000, 100)
    expect(bench.sent).toEqual([
      { byteCount: 40, atMs: 0 },
      { byteCount: 40, atMs: 500 },
      { byteCount: 40, atMs: 1000 },
      { byteCount: 40, atMs: 1500 },
      { byteCount: 24, atMs: 2000 },
    ])
    expect([bench.run.state, bench.file.sentLines, bench.file.sentChunks]).toEqual(['done', 23, 5])
  })
})

test('late chunks go out back to back, so that the average holds', async () => {
  const bench = await FileBench.make(new Uint8Array(10_000))
  await bench.start({ rate: 10_000, chunkSize: 1000 })
  await bench.pass(350, 350)
  const late = bench.sent.length
  await bench.pass(50, 50)
  expect([late, bench.sent.length]).toEqual([4, 5])
})

test('a halt shifts the rest: nothing is made up for, nothing is lost', async () => {
  const bench = await FileBench.make(new Uint8Array(10_000))
  await bench.start({ rate: 10_000, chunkSize: 1000 })
  await bench.pass(250, 10)
  const paused = bench.runs.runs.pause(bench.run.runId)
  await bench.pass(60_000, 10_000)
  const sentWhilePaused = bench.sent.length
  bench.runs.runs.resume(bench.run.runId)
  await bench.settle()
  const sentAtOnce = bench.sent.length
  await bench.pass(600, 10)
  expect([paused.state, paused.file?.timeLeftMs, sentWhilePaused, sentAtOnce]).toEqual(['paused', null, 3, 4])
  expect([bench.run.state, sum(bench.sent), bench.sent.length]).toEqual(['done', 10_000, 10])
})

test('stopped, the partial count is exact and the file is closed', async () => {
  const bench = await FileBench.make(new Uint8Array(10_000))
  await bench.start({ rate: 10_000, chunkSize: 1000 })
  await bench.pass(250, 10)
  const stopped = bench.runs.runs.stop(bench.run.runId)
  await bench.pass(1000, 100)
  expect([stopped.state, stopped.file?.sentBytes, stopped.file?.sentChunks, sum(bench.sent)]).toEqual([
    'stopped',
    3000,
    3,
    3000,
  ])
  expect(bench.runs.files.openFiles).toBe(0)
})

test('progress tells rate and time left', async () => {
  const bench = await FileBench.make(new Uint8Array(100_000))
  await bench.start({ rate: 10_000, chunkSize: 1000 })
  await bench.pass(2000, 50)
  expect(bench.file).toEqual({
    path: '/boot.bin',
    sizeBytes: 100_000,
    sentBytes: 21_000,
    sentLines: null,
    sentChunks: 21,
    bytesPerSecond: 10_500,
    timeLeftMs: 7900,
  })
})

test('a peer that does not read holds the sending back in bounded memory, and no burst follows', async () => {
  const bench = await FileBench.make(new Uint8Array(20 * 1024 * 1024))
  bench.takes = false
  await bench.start({ rate: null })
  const { unsentBytes } = bench.session.counters()
  expect([unsentBytes <= 4.5 * 1024 * 1024, bench.run.error?.code, bench.run.state]).toEqual([
    true,
    'peer-not-reading',
    'running',
  ])
  bench.takes = true
  for (let turn = 0; turn < 40; turn++) await bench.pass(1)
  const told = { state: bench.run.state, error: bench.run.error, sentBytes: bench.file.sentBytes }
  expect(told).toEqual({ state: 'done', error: null, sentBytes: 20 * 1024 * 1024 })
  expect(bench.runs.files.largestReadBytes).toBeLessThanOrEqual(256 * 1024)
})

test('one line of any length goes out in pieces', async () => {
  const content = new Uint8Array(3 * 1024 * 1024).fill(0x61)
  content[content.length - 3] = 0x0a
  const bench = await FileBench.make(content)
  await bench.start({ unit: 'lines', rate: 1, chunkSize: 1 })
  const first = { bytes: sum(bench.sent), lines: bench.file.sentLines, chunks: bench.file.sentChunks }
  await bench.pass(1000, 1000)
  expect([first, bench.run.state, bench.file.sentLines, bench.file.sentChunks]).toEqual([
    { bytes: content.length - 2, lines: 1, chunks: 1 },
    'done',
    2,
    2,
  ])
  expect(bench.runs.files.largestReadBytes).toBeLessThanOrEqual(256 * 1024)
})

test('an empty file is done at once', async () => {
  const bench = await FileBench.make(new Uint8Array(0))
  await bench.start({})
  expect([bench.run.state, bench.file.sentChunks, bench.sent]).toEqual(['done', 0, []])
})

describe('at the end', () => {
  test('it is done once the system has taken everything, and disconnects if asked to', async () => {
    const bench = await FileBench.make(new Uint8Array(1000))
    bench.takes = false
    await bench.start({ rate: null, closesWhenFinished: true })
    const before = [bench.run.state, bench.session.snapshot().state]
    bench.takes = true
    await bench.settle()
    expect([before, bench.run.state, bench.runs.bench.dialer.last.log.slice(-2)]).toEqual([
      ['running', 'open'],
      'done',
      ['write 1000', 'FIN'],
    ])
  })

  test('what was sent is the file', async () => {
    const content = Uint8Array.from({ length: 700_001 }, (_, index) => (index * 7) % 251)
    const bench = await FileBench.make(content)
    await bench.start({ rate: null })
    await bench.settle()
    await bench.session.capture.flush()
    const { captureId } = bench.session.capture
    const stream = await bench.runs.bench.captures.readStream(captureId, {
      direction: 'sent',
      connection: null,
      streamOffset: 0,
      skipBytes: 0,
      length: content.length + 1,
    })
    expect([bench.run.state, Buffer.from(stream).equals(content)]).toEqual(['done', true])
    expect((await readAll(bench.runs.bench.captures, captureId, 'records')).length).toBeGreaterThan(3)
  })
})

describe('failures', () => {
  test('no such file, and what cannot be used, are refused before anything begins', async () => {
    const bench = await FileBench.make(bytes('x'))
    const start = (plan: Partial<FilePlanInput>) =>
      bench.runs.startFile(bench.session, { kind: 'file', path: '/boot.bin', ...plan })
    await expect(start({ path: '/gone.bin' })).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(start({ chunkSize: 0.5 })).rejects.toMatchObject({ code: 'rate-malformed' })
    await start({ rate: 0.001 })
    await expect(start({})).rejects.toMatchObject({ code: 'run-active' })
    expect(bench.runs.files.openFiles).toBe(1)
  })

  test('a file that became shorter is told with its numbers', async () => {
    const bench = await FileBench.make(new Uint8Array(1_000_000))
    await bench.start({ rate: 100_000, chunkSize: 100_000 })
    bench.runs.files.contents.set('/boot.bin', new Uint8Array(400_000))
    await bench.pass(10_000, 1000)
    expect([bench.run.state, bench.run.error?.code, bench.run.error?.data]).toEqual([
      'failed',
      'file-changed',
      {
        file: '/boot.bin',
        sentBytes: bench.file.sentBytes,
        sizeBytes: 1_000_000,
        sizeNowBytes: 400_000,
        reason: 'It has 400000 bytes now and had 1000000.',
      },
    ])
    expect([sum(bench.sent), bench.session.snapshot().state]).toEqual([bench.file.sentBytes, 'open'])
  })

  test('a file that grew or went away is told at the end', async () => {
    const bench = await FileBench.make(new Uint8Array(1000))
    bench.runs.files.changes.set('/boot.bin', { sizeBytes: null, reason: 'It was removed meanwhile.' })
    await bench.start({ rate: null, closesWhenFinished: true })
    const told = { state: bench.run.state, code: bench.run.error?.code, sent: bench.run.error?.data.sentBytes }
    expect([told, bench.session.snapshot().state]).toEqual([
      { state: 'failed', code: 'file-changed', sent: 1000 },
      'open',
    ])
  })

  test('a connection that breaks fails the run with what broke it', async () => {
    const bench = await FileBench.make(new Uint8Array(1_000_000))
    await bench.start({ rate: 1000, chunkSize: 1000 })
    bench.runs.bench.dialer.last.fail({ code: 'connection-reset', kind: 'PeerViolation', message: 'Reset.', data: {} })
    await bench.settle()
    expect([bench.run.state, bench.run.error?.code, bench.runs.files.openFiles]).toEqual([
      'failed',
      'connection-reset',
      0,
    ])
  })

  test('a connection that a retry policy makes anew is not the one the file goes to', async () => {
    const bench = await FileBench.make(new Uint8Array(1_000_000), {
      retry: { schedule: { kind: 'fixed', delayMs: 1000 } },
    })
    await bench.start({ rate: 1000, chunkSize: 1000 })
    bench.runs.bench.dialer.last.fail({ code: 'connection-reset', kind: 'PeerViolation', message: 'Reset.', data: {} })
    await bench.settle()
    const waiting = bench.session.snapshot().state
    await expect(bench.start({})).rejects.toMatchObject({ code: 'not-connected' })
    await bench.pass(1000, 100)
    bench.runs.bench.dialer.last.connect()
    await bench.pass(5000, 500)
    expect([waiting, bench.session.snapshot().state]).toEqual(['waiting-to-retry', 'open'])
    expect([bench.run.state, bench.run.error?.code, bench.runs.bench.dialer.last.log]).toEqual([
      'failed',
      'connection-reset',
      [],
    ])
  })

  test('a peer that has ended its side fails the run where this side then sends no more', async () => {
    const bench = await FileBench.make(new Uint8Array(1_000_000), { sendsAfterPeerEnd: false })
    await bench.start({ rate: 1000, chunkSize: 1000 })
    bench.runs.bench.dialer.last.handlers.onPeerEnded()
    await bench.settle()
    expect([bench.run.state, bench.run.error?.code, bench.run.error?.message]).toEqual([
      'failed',
      'closed-early',
      'The peer closed before what was waited for arrived. 1000 of 1000000 bytes were handed over.',
    ])
  })

  test('only a file can be halted', async () => {
    const bench = await FileBench.make(bytes('x'))
    const { runs } = bench.runs
    const message = { content: { mode: 'text' as const, text: 'x' } }
    const { runId } = bench.runs.start(bench.session, { kind: 'repeat', message, intervalMs: 1000, count: null })
    const refusals = [() => runs.pause(runId), () => runs.resume(runId)]
    for (const refused of refusals) expect(refused).toThrow(expect.objectContaining({ code: 'run-not-pausable' }))
    expect(() => runs.pause('gone')).toThrow(expect.objectContaining({ code: 'run-not-found' }))
  })
})
