import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaptureRow } from '../../contract/schemas/capture.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import { openEngine } from './open-engine.ts'
import { isInstalled } from './testing/foreign-peer.ts'
import { startCli } from './testing/test-io.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-import-test-'))
})

afterEach(() => rm(folder, { recursive: true }))

const path = (name: string): string => join(folder, name)

async function run(commandLine: readonly string[], stdin?: Readable) {
  const cli = startCli([...commandLine, '--data-dir', path('data')], stdin === undefined ? {} : { stdin })
  const exitCode = await cli.exitCode
  return { exitCode, stdout: cli.stdout(), stderr: cli.stderr(), lines: () => cli.lines() }
}

/** Imports a file and gives what came of it. */
async function imported(name: string, ...options: readonly string[]) {
  const { exitCode, stdout, stderr } = await run(['capture', 'import', path(name), ...options])
  return { exitCode, captureId: stdout.trim(), notes: stderr }
}

/** What a capture holds. */
async function contentOf(captureId: string): Promise<{ rows: CaptureRow[]; bytes: Record<Direction, string> }> {
  const engine = await openEngine(path('data'))
  try {
    const request = { captureId, view: 'records', firstRow: 0, rowCount: 500, previewBytes: 4096 } as const
    const { rows } = await engine.link.call('capture.window', request)
    const bytes = { sent: '', received: '' }
    for (const row of rows) {
      if (row.kind === 'data') bytes[row.direction] += Buffer.from(row.preview).toString('latin1')
    }
    return { rows, bytes }
  } finally {
    await engine.close()
  }
}

const everyByte = Uint8Array.from({ length: 256 }, (_value, index) => index)

describe('wirebench capture import', () => {
  it('takes standard input and prints the identifier; the capture is whole', async () => {
    const { exitCode, stdout } = await run(
      ['capture', 'import', '-', '--format', 'raw', '--direction', 'sent'],
      Readable.from([everyByte]),
    )
    expect([exitCode, (await contentOf(stdout.trim())).bytes.sent]).toEqual([
      0,
      Buffer.from(everyByte).toString('latin1'),
    ])
    expect(await run(['capture', 'check', stdout.trim()])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('is whole') as string,
    })
  })

  it('tells what is no file to import, what is missing, and what is not understood', async () => {
    await writeFile(path('notes.txt'), 'only words')
    expect(await run(['capture', 'import', path('notes.txt'), '--json'])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('import-unknown-format') as string,
    })
    expect(await run(['capture', 'import', path('none.pcap'), '--json'])).toMatchObject({
      exitCode: 5,
      stdout: expect.stringContaining('file-not-found') as string,
    })
    expect((await run(['capture', 'import', path('notes.txt'), '--format', 'zip'])).exitCode).toBe(2)
    expect((await run(['capture', 'import'])).exitCode).toBe(2)
  })

  it('a check names what is wrong, in bytes and time', async () => {
    await writeFile(path('bytes'), everyByte)
    const { captureId } = await imported('bytes', '--format', 'raw')
    const file = path(`data/captures/${captureId}.wirebench`)
    const whole = await readFile(file)
    await writeFile(file, whole.subarray(0, whole.length - 10))
    const cut = await run(['capture', 'check', captureId, '--json'])
    expect([cut.exitCode, cut.lines()]).toEqual([
      1,
      [
        {
          event: 'checked',
          captureId,
          byteCount: whole.length - 10,
          isWhole: false,
          notes: [
            `The last 22 bytes of the file, from byte ${whole.length - 32} on, are no whole record. They came after 0.000000000 s.`,
            expect.stringContaining('The index does not fit the data'),
          ],
        },
      ],
    ])
    whole[4096] = 0
    await writeFile(file, whole)
    expect((await run(['capture', 'check', captureId])).stdout).toContain(
      `No record can be read in bytes 4096 to ${whole.length - 33} of the file (288 bytes), after 0.000000000 s.`,
    )
  })
})

describe.skipIf(!isInstalled('xxd'))('dumps of xxd (skipped without it)', () => {
  it.each([[[]], [['-g1', '-c8']], [['-c', '32']], [['-p']]])('with %j come back as they were', async (options) => {
    await writeFile(path('bytes'), everyByte)
    await writeFile(path('dump'), execFileSync('xxd', [...options, path('bytes')]))
    const { captureId, exitCode } = await imported('dump', '--format', 'hexdump')
    expect([exitCode, (await contentOf(captureId)).bytes.received]).toEqual([
      0,
      Buffer.from(everyByte).toString('latin1'),
    ])
  })
})

describe.skipIf(!isInstalled('od'))('dumps of od (skipped without it)', () => {
  it.each([[['-t', 'x1']], [['-A', 'x', '-t', 'x1z']], [['-A', 'd', '-t', 'x1']]])(
    'with %j come back as they were',
    async (options) => {
      const bytes = Buffer.concat([everyByte, Buffer.alloc(200), everyByte])
      await writeFile(path('bytes'), bytes)
      await writeFile(path('dump'), execFileSync('od', [...options, path('bytes')]))
      const { captureId, exitCode } = await imported('dump')
      expect([exitCode, (await contentOf(captureId)).bytes.received]).toEqual([0, bytes.toString('latin1')])
    },
  )
})

const dump = [
  'I 2026-11-20T10:00:00.000000100Z',
  '0000 68 65 6c 6c 6f',
  'O 2026-11-20T10:00:01.000000200Z',
  '0000 77 6f 72 6c 64',
  'I 2026-11-20T10:00:02.000000300Z',
  '0000 21 21',
  '',
].join('\n')

describe.skipIf(!isInstalled('text2pcap') || !isInstalled('editcap'))(
  'files of text2pcap, editcap and mergecap (skipped without them)',
  () => {
    const make = async (...options: readonly string[]): Promise<void> => {
      await writeFile(path('dump'), dump)
      execFileSync('text2pcap', ['-D', '-t', 'ISO', ...options, path('dump'), path('made.pcapng')], { stdio: 'ignore' })
    }

    it('the dump and the packets made of it hold the same bytes at the same times', async () => {
      await make('-T', '40000,7000')
      const fromDump = await contentOf((await imported('dump')).captureId)
      const fromPackets = await contentOf((await imported('made.pcapng', '--local-port', '7000')).captureId)
      const data = ({ rows }: { rows: CaptureRow[] }) =>
        rows.flatMap((row) =>
          row.kind === 'data' ? [[row.direction, row.timeNs, Buffer.from(row.preview).toString()]] : [],
        )
      expect(data(fromDump)).toEqual([
        ['received', 100, 'hello'],
        ['sent', 1_000_000_200, 'world'],
        ['received', 2_000_000_300, '!!'],
      ])
      expect(data(fromPackets)).toEqual(data(fromDump))
    })

    it.each([['pcap'], ['nsecpcap'], ['modpcap'], ['pcapng']])('as %s', async (format) => {
      await make('-T', '40000,7000')
      execFileSync('editcap', ['-F', format, path('made.pcapng'), path('other')])
      const { captureId, exitCode } = await imported('other', '--local-port', '7000')
      expect([exitCode, (await contentOf(captureId)).bytes]).toEqual([0, { sent: 'world', received: 'hello!!' }])
    })

    it('cut, repeated and shifted packets', async () => {
      await make('-T', '40000,7000')
      execFileSync('editcap', ['-s', '57', path('made.pcapng'), path('cut')])
      const cut = await imported('cut', '--local-port', '7000')
      expect([cut.exitCode, (await contentOf(cut.captureId)).bytes]).toEqual([1, { sent: 'wor', received: 'hel!!' }])
      expect(cut.notes).toContain('Bytes missing in the file: 4.')
      execFileSync('editcap', ['-t', '0.5', path('made.pcapng'), path('shifted')])
      execFileSync('mergecap', ['-w', path('twice'), path('made.pcapng'), path('shifted')])
      const twice = await imported('twice', '--local-port', '7000')
      expect([twice.exitCode, (await contentOf(twice.captureId)).bytes]).toEqual([
        0,
        { sent: 'world', received: 'hello!!' },
      ])
      expect(twice.notes).toContain('Bytes that came more than once, of which the first ones count: 12.')
    })

    it('packets of IPv6', async () => {
      await make('-T', '40000,7000', '-6', '2001:db8::1,2001:db8::2')
      const { captureId } = await imported('made.pcapng', '--local-port', '7000')
      const { rows, bytes } = await contentOf(captureId)
      const opened = rows.find((row) => row.kind === 'event' && row.event.kind === 'accepted')
      expect([bytes, opened]).toMatchObject([
        { sent: 'world', received: 'hello!!' },
        { event: { local: { address: '2001:db8::2', port: 7000, family: 'ipv6' } } },
      ])
    })

    it('packets that are not TCP are no import', async () => {
      await make('-u', '1,2')
      expect((await imported('made.pcapng')).exitCode).toBe(2)
    })
  },
)

/** Exchanges bytes over loopback while tshark looks on; false when it may not. */
async function captureExchange(file: string, sent: Uint8Array, received: Uint8Array): Promise<boolean> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume().once('end', () => socket.end(received))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const shark = spawn('tshark', ['-i', 'lo', '-f', `tcp port ${port}`, '-w', file, '-P', '-l'])
  try {
    let errors = ''
    const started = new Promise<boolean>((resolve) => {
      shark.stderr.on('data', (text) => {
        errors += String(text)
        if (errors.includes('Capture started')) resolve(true)
      })
      shark.once('exit', () => resolve(false))
    })
    if (!(await started)) return false
    let seen = ''
    const ended = new Promise<void>((resolve) => {
      shark.stdout.on('data', (text) => {
        seen += String(text)
        if (seen.split('FIN, ').length > 2) resolve()
      })
    })
    const socket = connect(port, '127.0.0.1')
    socket.end(sent)
    await buffer(socket)
    await ended
    return true
  } finally {
    if (shark.exitCode === null) {
      const exited = once(shark, 'exit')
      shark.kill('SIGINT')
      await exited
    }
    server.close()
    await once(server, 'close')
  }
}

describe.skipIf(!isInstalled('tshark'))('what tshark captures (skipped without it)', () => {
  it('on loopback holds the bytes of both directions', async ({ skip }) => {
    const sent = new Uint8Array(200_000).map((_value, index) => (index * 31) >> 3)
    if (!(await captureExchange(path('real.pcapng'), sent, everyByte))) skip('tshark may not capture on this machine')
    const { captureId, exitCode, notes } = await imported('real.pcapng')
    const engine = await openEngine(path('data'))
    try {
      const whole = { captureId, streamOffset: 0, length: 1_000_000 }
      const both = await Promise.all([
        engine.link.call('capture.read-stream', { ...whole, direction: 'sent' }),
        engine.link.call('capture.read-stream', { ...whole, direction: 'received' }),
      ])
      const isEqual = [sent, everyByte].map(
        (bytes, index) => Buffer.compare(bytes, both[index]?.bytes ?? new Uint8Array(0)) === 0,
      )
      const { rows } = await engine.link.call('capture.window', {
        captureId,
        view: 'records',
        firstRow: 0,
        rowCount: 500,
      })
      const events = rows.flatMap((row) => (row.kind === 'event' ? [row.event.kind] : []))
      expect([exitCode, isEqual, events, notes.split('\n')[0]]).toEqual([
        0,
        [true, true],
        ['dialling', 'connected', 'local-ended', 'peer-ended', 'ended'],
        expect.stringContaining('TCP connections: 1'),
      ])
    } finally {
      await engine.close()
    }
  })
})
