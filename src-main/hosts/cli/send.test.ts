import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startHangingPeer } from '../../../e2e/peers/hanging-peer.ts'
import { serveScript, type ScriptServer } from './testing/script-server.ts'
import { startCli, type TestIoOptions } from './testing/test-io.ts'

let folder: string
const servers: Pick<ScriptServer, 'close'>[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-cli-test-'))
  // Commands of other tests have temporary folders as well.
  vi.stubEnv('TMPDIR', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

async function peer(serve: (socket: Socket) => void, host?: string): Promise<string> {
  const server = await serveScript(serve, host)
  servers.push(server)
  return server.address
}

const echo = (socket: Socket): void => {
  socket.on('data', (bytes) => socket.write(bytes))
  socket.on('end', () => socket.end())
}

/** Answers every client with these bytes once it has said something. */
const answer =
  (content: string, then: (socket: Socket) => void = () => undefined) =>
  (socket: Socket): void => {
    socket.on('end', () => socket.end())
    socket.once('data', () => socket.write(content, () => then(socket)))
  }

/** Resets every client once it has said something. */
const reset = (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy())

async function run(commandLine: readonly string[], options?: TestIoOptions) {
  const cli = startCli(commandLine, options)
  const exitCode = await cli.exitCode
  return { exitCode, stdout: cli.stdout(), stderr: cli.stderr(), bytes: cli.stdoutBytes(), lines: () => cli.lines() }
}

const temporaryFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('wirebench-command-'))

describe('wirebench send', () => {
  it('tells an exchange in JSON lines and leaves nothing behind', async () => {
    const address = await peer(echo)
    const { exitCode, lines, stderr } = await run(['send', address, 'häl', '--until-bytes', '4', '--json'])
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/) as string
    expect({ exitCode, lines: lines(), stderr }).toEqual({
      exitCode: 0,
      lines: [
        {
          event: 'connected',
          local: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
          remote: address,
          tls: null,
        },
        { event: 'received', hex: '68c3a46c', at: time },
        { event: 'closed', by: 'local', how: 'fin' },
        { event: 'summary', sentBytes: 4, receivedBytes: 4, elapsedMs: expect.any(Number) as number, captureId: null },
      ],
      stderr: '',
    })
    expect(await temporaryFolders()).toEqual([])
  })

  it('prints the bytes as they came and tells the rest on stderr', async () => {
    const address = await peer(echo)
    const { exitCode, bytes, stderr } = await run(['send', address, '--hex', '00 ff 0x80,0a', '--until-bytes', '4'])
    expect([exitCode, bytes]).toEqual([0, Uint8Array.of(0x00, 0xff, 0x80, 0x0a)])
    expect(stderr).toMatch(
      /^Connected to .*\nClosed by this side \(FIN\)\.\nSent 4 bytes, received 4 bytes in .* ms\.\n$/,
    )
  })

  it.each<[string, readonly string[], string]>([
    ['TEXT as it is', ['a\\n', '--until-bytes', '3'], 'a\\n'],
    ['TEXT with escapes', ['a\\n\\x00', '--escapes', '--until-bytes', '3', '--format', 'hex'], '610a00\n'],
    ['a line ending', ['a', '--line-ending', 'crlf', '--until-hex', '0d0a', '--format', 'hex'], '610d0a\n'],
    ['TEXT that begins with a dash', ['--until-bytes', '2', '--', '-a'], '-a'],
    [
      'text with what is no text',
      ['--hex', 'c3 a4 ff 0d 0a 1b', '--until-bytes', '6', '--format', 'text'],
      'ä\\xff\r\n\\x1b',
    ],
    ['frames as text', ['a\\nb\\nc', '--escapes', '--framing', 'lf', '--frames', '2', '--format', 'text'], 'a\nb\n'],
    [
      'frames as hex',
      ['--hex', '02 61 62 01 63', '--framing', 'length:u8', '--frames', '2', '--format', 'hex'],
      '6162\n63\n',
    ],
    ['frames as they came', ['--hex', '02 61 62 01 63', '--framing', 'length:u8', '--frames', '1'], '\u0002ab'],
  ])('sends and prints %s', async (_title, options, expected) => {
    const address = await peer(echo)
    const { exitCode, stdout } = await run(['send', address, ...options])
    expect([exitCode, stdout]).toEqual([0, expected])
  })

  it('prints what the peer said before it went away in the middle of a long message', async () => {
    const address = await peer((socket) => {
      socket.once('data', () => socket.pause().write('too long', () => socket.destroy()))
    })
    const file = join(folder, 'long.bin')
    await writeFile(file, new Uint8Array(20_000_000))
    const { exitCode, stdout } = await run(['send', address, '--file', file, '--until-close'])
    expect([exitCode, stdout]).toEqual([3, 'too long'])
  })

  it('tells frames in JSON, with text where they are text', async () => {
    const address = await peer(echo)
    const options = ['--hex', '61 0a ff 0a', '--framing', 'lf', '--frames', '2', '--format', 'json']
    const { exitCode, lines } = await run(['send', address, ...options])
    expect(exitCode).toBe(0)
    expect(lines().filter(({ event }) => event === 'frame')).toMatchObject([
      { hex: '61', text: 'a' },
      { hex: 'ff', text: null },
    ])
  })

  it('sends standard input and a file, whole and in order, and ends its side', async () => {
    const address = await peer(echo)
    const content = randomBytes(3_000_000)
    const file = join(folder, 'content.bin')
    await writeFile(file, content)
    const wanted = createHash('sha256').update(content).digest('hex')
    const options = ['--half-close', '--until-close']
    const results = [
      await run(['send', address, ...options], {
        stdin: Readable.from([content.subarray(0, 1000), content.subarray(1000)]),
      }),
      await run(['send', address, '--file', '-', ...options], { stdin: Readable.from([content]) }),
      await run(['send', address, '--file', file, ...options]),
      await run(['send', address, '--file', file, '--chunk', '100000', ...options]),
    ]
    expect(results.map(({ exitCode, bytes }) => [exitCode, createHash('sha256').update(bytes).digest('hex')])).toEqual(
      results.map(() => [0, wanted]),
    )
  })

  it('sends at the wanted rate in pieces of the wanted size', async () => {
    const sizes: number[] = []
    const address = await peer((socket) => {
      socket.on('data', (bytes) => sizes.push(bytes.length))
      socket.on('end', () => socket.end())
    })
    const { exitCode, lines } = await run([
      'send',
      address,
      'abcdefghij',
      '--rate',
      '100',
      '--chunk',
      '3',
      '--half-close',
      '--until-close',
      '--json',
    ])
    const elapsedMs = lines().at(-1)?.['elapsedMs'] as number
    // The last piece begins at byte 9 and must not go out before 90 ms have passed.
    expect([exitCode, sizes.reduce((sum, size) => sum + size, 0), elapsedMs >= 90]).toEqual([0, 10, true])
  })

  it('sends lines at a rate, each chunk of lines in one write', async () => {
    const file = join(folder, 'lines.txt')
    await writeFile(file, Array.from({ length: 23 }, (_, number) => `line ${number + 10}\n`).join(''))
    const address = await peer((socket) => {
      socket.resume()
      socket.on('end', () => socket.end())
    })
    const log = join(folder, 'wire.log')
    const options = ['--file', file, '--rate', '1000', '--chunk', '5', '--lines', '--half-close', '--until-close']
    const { exitCode } = await run(['send', address, ...options, '--wire-log', log])
    const [host, port] = address.split(':')
    const records = (await readFile(log, 'utf8')).split(`\nTx ('${host}', ${port}):\n`).slice(1)
    expect([exitCode, records.map((record) => record.length - 1)]).toEqual([0, [40, 40, 40, 40, 24]])
  })

  it('logs what is sent and received as hio does, in place of the file that was there', async () => {
    const address = await peer(echo)
    const log = join(folder, 'wire.log')
    await writeFile(log, 'old')
    const { exitCode } = await run(['send', address, 'ping', '--until-bytes', '4', '--wire-log', log])
    const who = `('127.0.0.1', ${address.split(':')[1]})`
    expect([exitCode, await readFile(log, 'utf8'), (await readdir(folder)).sort()]).toEqual([
      0,
      `\nTx ${who}:\nping\n\nRx ${who}:\nping\n`,
      ['wire.log'],
    ])
  })

  it('says when the wire log cannot be written', async () => {
    const address = await peer(echo)
    const file = join(folder, 'file')
    await writeFile(file, 'no folder')
    const { exitCode, stderr } = await run(['send', address, 'x', '--wire-log', join(file, 'wire.log')])
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('There is a file of that name already.')])
  })

  it.each<[string, readonly string[], string]>([
    ['lines of nothing', ['--lines'], '--lines says what --rate and --chunk count'],
    ['a chunk every twelve days', ['--rate', '1', '--chunk', '1000000'], 'more than a day between two chunks'],
    ['no rate at all', ['--rate', '0'], '--rate must be a whole number'],
  ])('refuses %s', async (_what, options, sentence) => {
    const { exitCode, stderr } = await run(['send', '127.0.0.1:1', 'x', ...options])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(sentence)])
  })

  it('a file that grows while it is sent is an error, with its numbers', async () => {
    const file = join(folder, 'growing.bin')
    await writeFile(file, 'x'.repeat(30))
    const address = await peer((socket) => {
      socket.once('data', () => void appendFile(file, 'more'))
      socket.on('end', () => socket.end())
    })
    const options = ['--file', file, '--rate', '100', '--chunk', '10', '--half-close', '--until-close']
    const { exitCode, stderr } = await run(['send', address, ...options])
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('30 of 30 bytes went out')])
    expect(stderr).toContain('It has 34 bytes now and had 30.')
  })

  it('without anything to wait for reads until the peer is silent or closes', async () => {
    const silent = await peer(answer('banner'))
    const closing = await peer(answer('bye', (socket) => socket.end()))
    const results = [
      await run(['send', silent, 'x', '--idle', '50']),
      await run(['send', closing, 'x', '--idle', '600000']),
    ]
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, 'banner'],
      [0, 'bye'],
    ])
  })

  it('does not wait for standard input once it has what it waited for', async () => {
    const address = await peer((socket) => void socket.end('hello'))
    const stdin = new PassThrough()
    const { exitCode, stdout } = await run(['send', address, '--until-bytes', '5'], { stdin })
    expect([exitCode, stdout, stdin.destroyed]).toEqual([0, 'hello', true])
  })

  it('reaches IPv6 addresses and names', async () => {
    const overIPv6 = await peer(echo, '::1')
    const port = (await peer(echo)).split(':')[1] ?? ''
    const results = [
      await run(['send', overIPv6, 'a', '--until-bytes', '1']),
      await run(['send', `localhost:${port}`, 'b', '--until-bytes', '1']),
    ]
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, 'a'],
      [0, 'b'],
    ])
  })
})

describe('the exit code', () => {
  const lastLine = (lines: Record<string, unknown>[]): unknown => [lines.at(-1)?.['event'], lines.at(-1)?.['code']]

  it.each<[number, string, (socket: Socket) => void, readonly string[]]>([
    [1, 'closed-early', answer('ab', (socket) => socket.end()), ['--until-bytes', '3']],
    [1, 'closed-early', answer('ab', (socket) => socket.end()), ['--until-hex', '62 61']],
    [1, 'closed-early', answer('a\n', (socket) => socket.end()), ['--framing', 'lf', '--frames', '2']],
    [3, 'closed-mid-message', answer('a\nb', (socket) => socket.end()), ['--framing', 'length:u16be', '--frames', '2']],
    [
      3,
      'closed-mid-message',
      answer('\u0005ab', (socket) => socket.end()),
      ['--framing', 'length:u8', '--until-close'],
    ],
    [3, 'connection-reset', reset, ['--until-bytes', '3']],
    [3, 'connection-reset', reset, ['--until-close']],
    [3, 'connection-reset', reset, ['--idle', '600000']],
    [4, 'wait-timeout', answer('ab'), ['--until-bytes', '3', '--timeout', '300']],
    [4, 'wait-timeout', answer('ab'), ['--until-close', '--timeout', '300']],
  ])('is %i with %s', async (code, error, serve, options) => {
    const address = await peer(serve)
    const { exitCode, lines } = await run(['send', address, 'x', '--json', ...options])
    expect([exitCode, lastLine(lines()), lines().at(-2)?.['event']]).toEqual([code, ['error', error], 'summary'])
  })

  it.each<[number, string, readonly string[]]>([
    [2, 'usage', ['send']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', 'b']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--hex', '00']],
    [2, 'usage', ['send', '127.0.0.1:1', '--no-such-option']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--until-bytes', '0']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--until-bytes', '1', '--until-close']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--frames', '1']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--format', 'morse']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--retry', 'often']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--pin', 'abc']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--min-version', 'SSLv3']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--insecure', '--verify', 'off']],
    [2, 'usage', ['send', '127.0.0.1:1', 'a', '--passphrase-env', 'WIREBENCH_TEST_NOT_SET']],
    [2, 'tls-settings-impossible', ['send', '127.0.0.1:1', 'a', '--verify', 'off']],
    [2, 'tls-settings-impossible', ['send', '127.0.0.1:1', 'a', '--key', 'only.key']],
    [5, 'file-not-found', ['send', '127.0.0.1:1', 'a', '--ca', 'no-such-file.pem']],
    [2, 'host-malformed', ['send', 'localhost']],
    [2, 'host-malformed', ['send', '::1:80', 'a']],
    [2, 'host-required', ['send', ':80', 'a']],
    [2, 'port-malformed', ['send', 'localhost:99999', 'a']],
    [2, 'port-malformed', ['send', 'localhost:http', 'a']],
    [2, 'hex-malformed', ['send', '127.0.0.1:1', '--hex', '0g']],
    [2, 'escape-malformed', ['send', '127.0.0.1:1', '\\q', '--escapes']],
    [2, 'framing-malformed', ['send', '127.0.0.1:1', 'a', '--framing', 'morse']],
    [2, 'profile-not-found', ['send', '--profile', 'none', 'a']],
    [3, 'connection-refused', ['send', '127.0.0.1:1', 'a']],
    [3, 'name-not-found', ['send', 'no-such-name.invalid:1', 'a']],
    [5, 'file-not-found', ['send', 'ECHO', '--file', '/nowhere/content.bin']],
    [5, 'data-folder-unwritable', ['send', 'ECHO', 'a', '--record', '--data-dir', '/dev/null/data']],
  ])('is %i with %s: wirebench %s', async (code, error, commandLine) => {
    const address = await peer(echo)
    const words = commandLine.map((word) => (word === 'ECHO' ? address : word))
    const folderOption = words.includes('--data-dir') ? [] : ['--data-dir', folder]
    const asJson = await run([...words, '--json', ...folderOption])
    const asText = await run([...words, ...folderOption])
    expect([asJson.exitCode, lastLine(asJson.lines()), asText.exitCode, asText.stdout]).toEqual([
      code,
      ['error', error],
      code,
      '',
    ])
    expect(asText.stderr).toMatch(new RegExp(`wirebench: .* \\[${error}\\]\n$`))
  })

  it('is 5 when nobody reads the output', async () => {
    const address = await peer(echo)
    const { exitCode } = await run(['send', address, 'a', '--until-bytes', '1'], { stdoutWrites: 0 })
    expect([exitCode, await temporaryFolders()]).toEqual([5, []])
  })

  it('is 1 when the user gives up, and the connection ends in order', async () => {
    let tellEnded: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (tellEnded = resolve))
    const address = await peer((socket) => {
      socket.resume()
      socket.write('hello')
      socket.on('end', () => {
        socket.end()
        tellEnded()
      })
    })
    const cli = startCli(['send', address, 'x', '--until-close'])
    await cli.printed(/hello/)
    cli.interrupt()
    await ended
    expect([await cli.exitCode, cli.stderr()]).toEqual([1, expect.stringContaining('[cancelled]')])
  })

  it('is 4 when connecting takes too long', async () => {
    const hanging = await startHangingPeer()
    servers.push(hanging)
    const address = `127.0.0.1:${hanging.port}`
    const { exitCode, lines } = await run(['send', address, 'x', '--timeout', '200', '--json'])
    expect([exitCode, lines()]).toMatchObject([4, [{ event: 'error', code: 'connect-timeout' }]])
  })
})
