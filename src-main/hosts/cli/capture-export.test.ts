import { mkdtemp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ipv4, mixedBytes, record, type Recording } from './testing/recorded-capture.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-export-'))
})
afterEach(() => rm(folder, { recursive: true }))

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const out = (): string => join(folder, 'out')

/** Runs the command; answers its exit code and what it says. */
async function run(captureId: string, options: readonly string[]) {
  const cli = startCli(['capture', 'export', captureId, '--data-dir', folder, ...options])
  return { exitCode: await cli.exitCode, stdout: cli.stdoutBytes(), stderr: cli.stderr() }
}

async function textOf(captureId: string, format: string, options: readonly string[] = []): Promise<string> {
  const { exitCode, stderr } = await run(captureId, ['--to', format, '--out', out(), '--overwrite', ...options])
  expect([exitCode, stderr]).toEqual([0, ''])
  return readFile(out(), 'utf8')
}

function talk(play: Recording): void {
  play.connected(1, ipv4('127.0.0.1', 40_001), ipv4('127.0.0.1', 7001))
  play.send(1, utf8('=1+1\n'))
  play.receive(1, utf8('two "quoted"\nthr'))
  play.receive(1, utf8('ee\n'))
  play.receive(1, Uint8Array.of(0, 0xff, 0x0a))
  play.ended(1, 'peer', 'fin')
}

describe('what is written', () => {
  it('JSON Lines: every chunk and event, with its time to the nanosecond', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    const lines = (await textOf(captureId, 'jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toMatchObject([
      { event: 'capture', captureId, name: 'Talk', at: '2026-11-20T10:02:17.201000000Z' },
      {
        event: 'connected',
        at: '2026-11-20T10:02:17.202000000Z',
        connection: 1,
        local: '127.0.0.1:40001',
        remote: '127.0.0.1:7001',
      },
      { event: 'sent', at: '2026-11-20T10:02:17.203000000Z', connection: 1, hex: '3d312b310a' },
      { event: 'received', connection: 1, hex: Buffer.from('two "quoted"\nthr').toString('hex') },
      { event: 'received', hex: '65650a' },
      { event: 'received', hex: '00ff0a' },
      { event: 'ended', connection: 1, ending: { by: 'peer', how: 'fin' } },
    ])
  })

  it('JSON Lines of messages, cut by a framing', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    const text = await textOf(captureId, 'jsonl', ['--framing', 'lf', '--direction', 'received'])
    const messages = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const hex = messages.filter(({ event }) => event === 'message').map((message) => message.hex)
    expect(hex.map((pairs) => Buffer.from(String(pairs), 'hex').toString('latin1'))).toEqual([
      'two "quoted"',
      'three',
      '\0\xff',
    ])
  })

  it('CSV that no spreadsheet takes for a formula', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    expect((await textOf(captureId, 'csv', ['--framing', 'lf'])).split('\r\n')).toEqual([
      'time,connection,direction,number,length,problem,text,hex',
      `2026-11-20T10:02:17.203000000Z,1,sent,0,4,,"'=1+1",3d312b31`,
      '2026-11-20T10:02:17.204000000Z,1,received,0,12,,"two ""quoted""",74776f202271756f74656422',
      '2026-11-20T10:02:17.205000000Z,1,received,1,5,,"three",7468726565',
      '2026-11-20T10:02:17.206000000Z,1,received,2,2,,"\\x00\\xff",00ff',
      '',
    ])
  })

  it('raw bytes of a direction, of a connection, and of a stretch of time', async () => {
    const { captureId, recording } = await record(folder, 'Talk', (play) => {
      talk(play)
      play.send(2, mixedBytes(200_000, 3))
    })
    const raw = async (...options: string[]): Promise<Buffer> => {
      await textOf(captureId, 'raw', options)
      return readFile(out())
    }
    const two = recording.all('sent', 2)
    expect((await raw('--direction', 'received')).toString('latin1')).toBe('two "quoted"\nthree\n\0\xff\n')
    expect(Buffer.compare(await raw('--connection', '2'), two)).toBe(0)
    expect((await raw('--from', '0.003', '--to-time', '2026-11-20T10:02:17.205Z')).toString()).toBe(
      'two "quoted"\nthree\n',
    )
  })

  it('everything up to a time long after the capture, and nothing from there on', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    const sent = (...options: string[]): Promise<string> =>
      textOf(captureId, 'raw', ['--direction', 'sent', ...options])
    expect(await sent('--to-time', '2027-11-20T00:00:00Z')).toBe('=1+1\n')
    expect(await sent('--to-time', '99999999')).toBe('=1+1\n')
    expect(await sent('--from', '2027-11-20T00:00:00Z')).toBe('')
  })

  it('the wire log as hio writes it', async () => {
    const { captureId } = await record(folder, 'Talk', (play) => {
      play.send(7, utf8('before'))
      play.accepted(1, ipv4('127.0.0.1', 7001), ipv4('10.0.0.9', 5))
      play.receive(1, utf8('in'))
    })
    expect(await textOf(captureId, 'wire-log')).toBe("\nTx (None, None):\nbefore\n\nRx ('10.0.0.9', 5):\nin\n")
  })

  it('messages of any length, in one piece and scattered, with their escapes undone', async () => {
    const long = mixedBytes(300_000, 5).map((byte) => byte & 0x7f || 1)
    const slip = [...long].flatMap((byte) => (byte === 0x40 ? [0xdb, 0xdc] : [byte]))
    const { captureId } = await record(folder, 'Long', (play) => {
      // Another connection comes between its parts.
      for (let at = 0; at < slip.length; at += 60_000) {
        play.receive(1, Uint8Array.from(slip.slice(at, at + 60_000)))
        play.receive(2, utf8('x'))
      }
      play.receive(1, Uint8Array.of(0xc0))
    })
    const hexOf = async (framing: string): Promise<string> => {
      const text = await textOf(captureId, 'jsonl', ['--connection', '1', '--framing', framing])
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: string; hex: string })
      return lines.find(({ event }) => event === 'message')?.hex ?? ''
    }
    const unescaped = [...long].map((byte) => (byte === 0x40 ? 0xc0 : byte))
    expect((await hexOf('slip')) === Buffer.from(unescaped).toString('hex')).toBe(true)
    expect((await hexOf('delimiter:c0')) === Buffer.from(slip).toString('hex')).toBe(true)
  })

  it('a short message whose parts lie far apart, with its escapes undone', async () => {
    const { captureId } = await record(folder, 'Far apart', async (play) => {
      play.receive(1, Uint8Array.of(0x41, 0xdb))
      for (let turn = 0; turn < 40; turn++) {
        play.send(2, mixedBytes(1_000_000, turn))
        await play.capture.flush()
      }
      play.receive(1, Uint8Array.of(0xdc, 0x42, 0xc0))
    })
    const options = ['--connection', '1', '--framing', 'slip']
    const lines = (await textOf(captureId, 'jsonl', options)).trim().split('\n')
    expect(lines.slice(1).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'message', problem: null, hex: '41c042' },
    ])
    expect((await textOf(captureId, 'csv', options)).split('\r\n')[1]).toMatch(/,1,received,0,3,,"A\\xc0B",41c042$/)
  })

  it('a copy of the data file', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    await textOf(captureId, 'wirebench')
    const original = await readFile(join(folder, 'captures', `${captureId}.wirebench`))
    expect(Buffer.compare(await readFile(out()), original)).toBe(0)
  })

  it('to standard output, whatever the bytes', async () => {
    const { captureId, recording } = await record(folder, 'Talk', (play) => play.receive(1, mixedBytes(3000, 1)))
    const { exitCode, stdout } = await run(captureId, ['--to', 'raw', '--out', '-'])
    expect([exitCode, Buffer.compare(stdout, recording.all('received', 1))]).toEqual([0, 0])
  })

  it('what lies before and behind damage, and what is missing is told', async () => {
    const { captureId, recording } = await record(folder, 'Damaged', (play) => {
      for (let turn = 0; turn < 4; turn++) play.receive(1, mixedBytes(1000, turn))
    })
    const dataFile = join(folder, 'captures', `${captureId}.wirebench`)
    const bytes = await readFile(dataFile)
    const parts = recording.received.get(1) ?? []
    bytes.fill(0, bytes.indexOf(parts[1] ?? bytes) - 20, bytes.indexOf(parts[1] ?? bytes))
    await writeFile(dataFile, bytes.subarray(0, -40))
    const { exitCode, stderr } = await run(captureId, ['--to', 'raw', '--out', out()])
    expect([exitCode, stderr]).toEqual([
      0,
      '1032 bytes of the capture file in 1 places could not be read: at least 0 sent and 1000 received bytes are left out.\n' +
        'The last 1024 bytes of the capture file are no whole record: they are left out.\n',
    ])
    expect(Buffer.compare(await readFile(out()), Buffer.concat([parts[0] ?? bytes, parts[2] ?? bytes]))).toBe(0)
  })
})

describe('what is refused', () => {
  it('a file that exists, without --overwrite; what is no file; the folder of the captures and their trash; a missing folder', async () => {
    const { captureId } = await record(folder, 'Talk', talk)
    await writeFile(out(), 'mine')
    await mkdir(join(folder, 'a-folder'))
    await mkdir(join(folder, 'captures', 'trash'))
    await writeFile(join(folder, 'captures', 'trash', 'x'), 'removed')
    await symlink(out(), join(folder, 'link'))
    const refusal = async (path: string, ...options: string[]) => {
      const { exitCode, stderr } = await run(captureId, ['--to', 'raw', '--out', path, ...options])
      return [exitCode, /\[([\w-]+)\]$/m.exec(stderr)?.[1]]
    }
    expect([
      await refusal(out()),
      await refusal(join(folder, 'link')),
      await refusal(join(folder, 'a-folder'), '--overwrite'),
      await refusal('/dev/null', '--overwrite'),
      await refusal(join(folder, 'captures', 'x'), '--overwrite'),
      await refusal(join(folder, 'captures', 'trash', 'x'), '--overwrite'),
      await refusal(join(folder, 'nowhere', 'x')),
    ]).toEqual([
      [2, 'file-exists'],
      [2, 'file-exists'],
      [5, 'file-unwritable'],
      [5, 'file-unwritable'],
      [5, 'file-unwritable'],
      [5, 'file-unwritable'],
      [5, 'file-unwritable'],
    ])
    expect(await readFile(out(), 'utf8')).toBe('mine')
    await textOf(captureId, 'raw', ['--direction', 'sent'])
    expect(await readFile(out(), 'utf8')).toBe('=1+1\n')
  })

  it.each([
    [['--to', 'pdf', '--out', 'x']],
    [['--to', 'raw']],
    [['--out', 'x']],
    [['--to', 'raw', '--out', 'x', '--framing', 'lf']],
    [['--to', 'raw', '--out', 'x', '--tls-secrets']],
    [['--to', 'raw', '--out', 'x', '--from', 'noon']],
    [['--to', 'raw', '--out', 'x', '--connection', 'one']],
    [['--to', 'wirebench', '--out', 'x', '--direction', 'sent']],
  ])('%j', async (options) => {
    const { captureId } = await record(folder, 'Talk', talk)
    expect((await run(captureId, options)).exitCode).toBe(2)
  })

  it('a capture that does not exist', async () => {
    const { exitCode, stderr } = await run('20261120-100217-201-none', ['--to', 'raw', '--out', out()])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[capture-not-found]')])
  })
})

it('leaves nothing behind when it is interrupted', async () => {
  const { captureId } = await record(folder, 'Large', async (play) => {
    for (let turn = 0; turn < 40; turn++) {
      play.send(1, mixedBytes(1_000_000, turn))
      await play.capture.flush()
    }
  })
  const target = join(folder, 'target')
  await mkdir(target)
  const cli = startCli([
    'capture',
    'export',
    captureId,
    '--data-dir',
    folder,
    '--to',
    'jsonl',
    '--out',
    join(target, 'out'),
  ])
  const ended: number[] = []
  void cli.exitCode.then((exitCode) => ended.push(exitCode))
  while (ended.length === 0 && (await readdir(target)).length === 0)
    await new Promise((resolve) => setImmediate(resolve))
  cli.interrupt()
  expect([await cli.exitCode, cli.stderr()]).toEqual([1, expect.stringContaining('[cancelled]')])
  expect(await readdir(target)).toEqual([])
})

it('is readable by its owner alone', async () => {
  const { captureId } = await record(folder, 'Talk', talk)
  await textOf(captureId, 'raw')
  expect((await stat(out())).mode & 0o777).toBe(0o600)
})
