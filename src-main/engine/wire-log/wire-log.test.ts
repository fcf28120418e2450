import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { wireLogSettings } from '../../contract/schemas/wire-log.ts'
import { Pulse } from '../pulse.ts'
import type { Session } from '../sessions/session.ts'
import { PlayedWireLogFiles } from '../testing/played-wire-log-files.ts'
import { SessionBench, settings } from '../testing/session-bench.ts'
import { MemoryText, wireLogFileName } from './wire-log-text.ts'
import { WireLogService } from './wire-log-service.ts'

type SettingsInput = v.InferInput<typeof wireLogSettings>
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (data: Uint8Array): string => new TextDecoder().decode(data)

/** A session whose peer is at 192.0.2.1, and its wire log. */
class LogBench {
  readonly bench: SessionBench
  readonly session: Session
  readonly files = new PlayedWireLogFiles()
  readonly logs: WireLogService

  private constructor(bench: SessionBench, session: Session) {
    this.bench = bench
    this.session = session
    const { clock, events, registry: sessions } = bench
    this.logs = new WireLogService({ clock, events, pulse: new Pulse(clock), sessions, files: this.files })
  }

  static async make(): Promise<LogBench> {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ title: 'Device', profileId: null, settings })
    return new LogBench(bench, session)
  }

  static async connected(): Promise<LogBench> {
    const bench = await LogBench.make()
    await bench.connect()
    return bench
  }

  async connect(): Promise<void> {
    await this.session.connect()
    await this.bench.settle()
    this.bench.dialer.last.connect()
  }

  set(input: SettingsInput | null): Promise<unknown> {
    const whole = input === null ? null : v.parse(wireLogSettings, input)
    return this.logs.set(this.session.sessionId, whole)
  }

  receive(text: string): void {
    this.bench.dialer.last.receive(bytes(text))
  }

  /** Sends, and the system takes it. */
  send(text: string): void {
    this.session.send(bytes(text))
    this.bench.dialer.last.handlers.onAccepted(text.length)
  }

  /** Lets the capture write, and the log read it. */
  async pass(ms = 100): Promise<void> {
    await this.bench.pass(ms)
  }

  get state() {
    return this.session.snapshot().wireLog
  }

  async read() {
    const { rx, tx, both } = await this.logs.tails(this.session.sessionId, 65_536)
    return { rx: textOf(rx), tx: textOf(tx), both: textOf(both) }
  }
}

const who = "('192.0.2.1', 4001)"

describe('what is logged', () => {
  test('a record for every receive and send, byte for byte as hio writes it', async () => {
    const bench = await LogBench.connected()
    await bench.set({ filed: false })
    bench.receive('ABCDEFG')
    bench.send('ZYXWVU')
    bench.receive('\n\n')
    await bench.pass()
    expect(await bench.read()).toEqual({
      rx: '',
      tx: '',
      both: `\nRx ${who}:\nABCDEFG\n\nTx ${who}:\nZYXWVU\n\nRx ${who}:\n\n\n\n`,
    })
    expect(bench.state).toMatchObject({ recordCount: 3, byteCount: 93, forgottenBytes: 0, paths: [], error: null })
  })

  test('directions apart, only one of them, and a template of its own', async () => {
    const bench = await LogBench.connected()
    const told: unknown[] = []
    const inputs: SettingsInput[] = [
      { samed: false },
      { samed: true, tx: false },
      { samed: false, rx: false },
      { template: '%(data)b' },
      { template: '<%(dx)s>%(who)b=%(data)b%%\\r\\n' },
    ]
    for (const input of inputs) {
      await bench.set({ filed: false, ...input })
      bench.receive('in')
      bench.send('out')
      await bench.pass()
      told.push(await bench.read())
    }
    expect(told).toEqual([
      { rx: `\nRx ${who}:\nin\n`, tx: `\nTx ${who}:\nout\n`, both: '' },
      { rx: '', tx: '', both: `\nRx ${who}:\nin\n` },
      { rx: '', tx: `\nTx ${who}:\nout\n`, both: '' },
      { rx: '', tx: '', both: 'inout' },
      { rx: '', tx: '', both: `<Rx>${who}=in%\r\n<Tx>${who}=out%\r\n` },
    ])
  })

  test('begun in mid-connection, from then on; and over the next connection with its own remote end', async () => {
    const bench = await LogBench.connected()
    bench.receive('before')
    await bench.pass()
    bench.receive('before, and not on disk yet')
    await bench.set({ filed: false })
    bench.receive('after')
    bench.bench.dialer.last.close()
    bench.bench.addresses = [{ address: '2001:db8::7', family: 'ipv6' }]
    await bench.connect()
    bench.receive('again')
    await bench.pass()
    expect((await bench.read()).both).toBe(`\nRx ${who}:\nafter\n\nRx ('2001:db8::7', 4001, 0, 0):\nagain\n`)
  })

  test('begun before connecting, nothing of the connection is missing', async () => {
    const bench = await LogBench.make()
    await bench.set({ filed: false })
    await bench.connect()
    bench.receive('first')
    await bench.pass()
    expect((await bench.read()).both).toBe(`\nRx ${who}:\nfirst\n`)
  })

  test('everything, in order, however it comes', async () => {
    const chunk = fc.record({ isSent: fc.boolean(), data: fc.uint8Array({ minLength: 1, maxLength: 300 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(chunk, fc.nat(40)), { maxLength: 30 }), async (chunks) => {
        const bench = await LogBench.connected()
        await bench.set({ filed: false, template: '%(dx)b %(data)b|' })
        const expected: Uint8Array[] = []
        for (const [{ isSent, data }, pauseMs] of chunks) {
          expected.push(bytes(isSent ? 'Tx ' : 'Rx '), data, bytes('|'))
          if (isSent) {
            bench.session.send(data)
            bench.bench.dialer.last.handlers.onAccepted(data.length)
          } else bench.bench.dialer.last.receive(data)
          await bench.pass(pauseMs)
        }
        await bench.pass()
        const { both } = await bench.logs.tails(bench.session.sessionId, 1024 * 1024)
        expect([Buffer.compare(both, Buffer.concat(expected)), bench.state?.recordCount]).toEqual([0, chunks.length])
      }),
      { numRuns: 30 },
    )
  })
})

describe('where it goes', () => {
  test.each([
    ['both', 'main.2026-11-20_10-02-17_201345.log'],
    ['rx', 'main.2026-11-20_10-02-17_201345.rx.log'],
    ['tx', 'main.2026-11-20_10-02-17_201345.tx.log'],
  ] as const)('%s: %s', (direction, expected) => {
    const unixMicroseconds = Date.UTC(2026, 10, 20, 10, 2, 17, 201) * 1000 + 345
    expect(wireLogFileName('main', direction, unixMicroseconds)).toBe(expected)
  })

  test('files are named after the log and the time, and closed when it ends', async () => {
    const bench = await LogBench.connected()
    await bench.set({ samed: false, name: 'bench-7', folder: '/logs' })
    const paths = bench.state?.paths
    bench.receive('in')
    bench.send('out')
    await Promise.all([bench.set(null), bench.pass()])
    const stamp = '2026-11-20_10-02-17_201000'
    expect(paths).toEqual([`/logs/bench-7.${stamp}.rx.log`, `/logs/bench-7.${stamp}.tx.log`])
    expect(bench.files.texts()).toEqual({
      [`/logs/bench-7.${stamp}.rx.log`]: `\nRx ${who}:\nin\n`,
      [`/logs/bench-7.${stamp}.tx.log`]: `\nTx ${who}:\nout\n`,
    })
    expect([bench.state, bench.files.openFiles]).toEqual([null, 0])
    expect(() => bench.logs.tails(bench.session.sessionId, 1)).toThrow(
      expect.objectContaining({ code: 'wire-log-off' }),
    )
  })

  test('in memory the newest bytes are kept, and how many were forgotten is told', async () => {
    const text = new MemoryText(10)
    for (const piece of ['abcdef', 'ghi', 'jklmno', 'p']) await text.append(bytes(piece))
    const parts = [await text.tail(100), await text.tail(3), await text.tail(0)].map(textOf)
    expect([parts, text.forgottenBytes]).toEqual([['ghijklmnop', 'nop', ''], 6])
  })
})

describe('when the disk fails', () => {
  test('a log that cannot begin is refused', async () => {
    const bench = await LogBench.connected()
    bench.files.isFull = true
    await expect(bench.set({})).rejects.toMatchObject({ code: 'disk-full' })
    expect([bench.state, bench.bench.files.openFiles]).toEqual([null, 2])
  })

  test('the session goes on, and nothing is missing once there is space', async () => {
    const bench = await LogBench.connected()
    await bench.set({ folder: '/logs' })
    bench.files.isFull = true
    bench.receive('one')
    await bench.pass()
    bench.receive('two')
    await bench.pass()
    const failed = {
      code: bench.state?.error?.code,
      records: bench.state?.recordCount,
      state: bench.session.snapshot().state,
    }
    bench.files.isFull = false
    await bench.pass(1500)
    expect(failed).toEqual({ code: 'disk-full', records: 0, state: 'open' })
    expect([bench.state?.error, bench.state?.recordCount, Object.values(bench.files.texts())]).toEqual([
      null,
      2,
      [`\nRx ${who}:\none\n\nRx ${who}:\ntwo\n`],
    ])
  })

  test('what could not be written by the end is told', async () => {
    const bench = await LogBench.connected()
    await bench.pass()
    const timers = bench.bench.clock.waitingCount
    await bench.set({ folder: '/logs' })
    bench.files.isFull = true
    bench.receive('one')
    await Promise.all([bench.set(null), bench.pass()])
    await bench.pass(50)
    expect(bench.bench.notices.map(({ level, error }) => [level, error?.code])).toEqual([['error', 'disk-full']])
    expect([bench.state, bench.files.openFiles, bench.bench.clock.waitingCount]).toEqual([null, 0, timers])
  })
})

describe('ends', () => {
  test('with its session, with everything in it', async () => {
    const bench = await LogBench.connected()
    await bench.set({ folder: '/logs' })
    bench.receive('last words')
    bench.session.abort()
    await Promise.all([bench.bench.registry.close(bench.session.sessionId), bench.pass()])
    expect(Object.values(bench.files.texts())).toEqual([`\nRx ${who}:\nlast words\n`])
    expect([bench.files.openFiles, bench.bench.files.openFiles]).toEqual([0, 0])
  })

  test('a new one takes the place of the present one', async () => {
    const bench = await LogBench.connected()
    await bench.set({ filed: false })
    bench.receive('old')
    const changes = [bench.set({ filed: false, name: 'new' }), bench.set({ filed: false, name: 'newest' })]
    await Promise.all([...changes, bench.pass()])
    bench.receive('new')
    await bench.pass()
    expect([(await bench.read()).both, bench.state?.settings.name]).toEqual([`\nRx ${who}:\nnew\n`, 'newest'])
  })

  test('a template that cannot be read leaves the present one as it is', async () => {
    const bench = await LogBench.connected()
    await bench.set({ filed: false })
    await expect(bench.set({ template: '%d' })).rejects.toMatchObject({ code: 'wire-log-template-malformed' })
    expect(bench.state?.settings.template).toBe('\\n%(dx)b %(who)b:\\n%(data)b\\n')
  })
})
