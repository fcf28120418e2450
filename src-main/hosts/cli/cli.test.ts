import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, connect as connectSocket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../contract/connect.ts'
import { createWebSocketWire } from '../../contract/wires/websocket-wire.ts'
import { openEngine } from './open-engine.ts'
import { serveScript } from './testing/script-server.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

let folder: string
const running: RunningCli[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-cli-test-'))
})

afterEach(async () => {
  for (const cli of running.splice(0)) {
    cli.interrupt()
    await cli.exitCode
  }
  await rm(folder, { recursive: true })
})

function start(...commandLine: readonly string[]): RunningCli {
  const cli = startCli([...commandLine, '--data-dir', join(folder, 'data')], { pageFolder: join(folder, 'page') })
  running.push(cli)
  return cli
}

async function finish(...commandLine: readonly string[]) {
  const cli = start(...commandLine)
  return { exitCode: await cli.exitCode, stdout: cli.stdout(), stderr: cli.stderr(), lines: () => cli.lines() }
}

describe('wirebench', () => {
  it('tells its version and its commands', async () => {
    const plain = startCli(['--version'])
    const asJson = startCli(['--version', '--json'])
    expect([await plain.exitCode, plain.stdout(), await asJson.exitCode, asJson.lines()]).toEqual([
      0,
      '0.0.0-test\n',
      0,
      [{ version: '0.0.0-test' }],
    ])
    const helps = ['', 'web', 'send', 'serve', 'doctor', 'capture'].map((name) =>
      startCli([...(name === '' ? [] : [name]), '--help']),
    )
    for (const help of helps) {
      expect([await help.exitCode, help.stderr(), help.stdout().includes('wirebench')]).toEqual([0, '', true])
    }
    expect(helps[0]?.stdout()).toContain('Exit codes')
  })

  it.each([
    ['no-such-command'],
    ['call', '127.0.0.1:1', 'ping'],
    ['doctor'],
    ['doctor', '127.0.0.1:1', 'more'],
    ['doctor', '127.0.0.1'],
    ['doctor', '127.0.0.1:1', '--hex', '00'],
    ['serve'],
    ['serve', 'discard', '--check-sequence'],
    ['serve', 'echo', '--workers', '2'],
    ['serve', 'echo', '--server', 'Echo'],
    ['serve', 'jsonrpc', '--framing', 'slip'],
    ['serve', 'no-such-server'],
    ['serve', 'echo', '--tls-variant', 'perfect'],
    ['serve', 'echo', '--valid-days', '0'],
    ['serve', 'echo', '--tls', '--names', ','],
    ['serve', 'echo', '--cert', 'a.pem'],
    ['serve', 'echo', '--tls-variant', 'valid', '--cert', 'a.pem'],
    ['serve', 'echo', '--min-version', 'TLSv9'],
    ['capture', 'list', '--tls'],
    ['serve', 'echo', '--fault', 'slow'],
    ['serve', 'echo', '--port', '70000'],
    ['capture'],
    ['capture', 'show'],
    ['capture', 'show', 'No_Identifier'],
    ['capture', 'export', 'a'],
    ['capture', 'list', 'extra'],
    ['web', 'extra'],
    ['web', '--port', 'x'],
    ['--no-such-option'],
  ])('refuses %s %s %s with exit code 2', async (...commandLine) => {
    const { exitCode, stdout, stderr } = await finish(...commandLine)
    expect([exitCode, stdout, stderr.startsWith('wirebench: ')]).toEqual([2, '', true])
  })
})

describe('wirebench serve echo', () => {
  it('echoes, tells of its clients and ends when interrupted', async () => {
    const cli = start('serve', 'echo', '--json')
    const [, address, port] = await cli.printed(/"address":"(127\.0\.0\.1:(\d+))"/)
    const client = connectSocket(Number(port), '127.0.0.1')
    client.end('hello')
    expect(await text(client)).toBe('hello')
    await cli.printed(/client-closed/)
    cli.interrupt()
    const remote = expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string
    expect([await cli.exitCode, cli.lines(), cli.stderr()]).toEqual([
      0,
      [
        { event: 'listening', address, kind: 'echo' },
        { event: 'client-connected', client: 1, remote },
        { event: 'client-closed', client: 1, remote, how: 'fin', receivedBytes: 5, sentBytes: 5 },
      ],
      '',
    ])
  })

  it('prints one line for people, and refuses clients over the limit', async () => {
    const cli = start('serve', 'echo', '--max-clients', '1')
    const [line, port] = await cli.printed(/^Listening on 127\.0\.0\.1:(\d+) \(echo\)\n$/)
    const first = connectSocket(Number(port), '127.0.0.1')
    first.write('a')
    await once(first, 'data')
    const second = connectSocket(Number(port), '127.0.0.1')
    expect(await text(second)).toBe('')
    first.destroy()
    cli.interrupt()
    expect([await cli.exitCode, cli.stdout()]).toEqual([0, line])
    expect(cli.stderr()).toMatch(
      /^Client 1 connected from .*\nClient .* was refused: too many clients\.\nClient 1 closed/,
    )
  })

  it('says why it cannot listen, with exit code 5', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const inUse = await finish('serve', 'echo', '--port', String(port), '--json')
    taken.close()
    const elsewhere = await finish('serve', 'echo', '--host', '192.0.2.1', '--json')
    expect([inUse.exitCode, inUse.lines(), elsewhere.exitCode, elsewhere.lines()]).toMatchObject([
      5,
      [{ event: 'error', code: 'port-in-use' }],
      5,
      [{ event: 'error', code: 'local-address-unavailable' }],
    ])
  })
})

describe('wirebench send --record and --profile', () => {
  it('tells of a capture that a workbench is writing, and of no crash', async () => {
    const engine = await openEngine(join(folder, 'data'))
    try {
      const { captureId, sessionId } = await engine.link.call('session.open', {
        settings: { host: '127.0.0.1', port: 1 },
      })
      const row = await finish('capture', 'list')
      const shown = await finish('capture', 'show', captureId)
      await engine.link.call('session.close', { sessionId })
      expect(row.stdout).toMatch(new RegExp(`^${captureId}\t.*\tbeing written\t.*\n$`))
      expect(shown.stdout).toMatch(/^Closed properly +not yet$/m)
    } finally {
      await engine.close()
    }
  })

  it('says where the story of a connection is kept that could not be made', async () => {
    const server = await serveScript(() => undefined)
    await server.close()
    const sent = await finish('send', server.address, 'hello', '--record', '--json')
    const [summary, error, ...more] = sent.lines()
    expect([sent.exitCode, summary, error, more]).toMatchObject([
      3,
      { event: 'summary', sentBytes: 0, receivedBytes: 0 },
      { event: 'error', code: 'connection-refused' },
      [],
    ])
    const shown = await finish('capture', 'show', String(summary?.['captureId']))
    expect(shown.exitCode).toBe(0)
  })

  it('shows the messages of a capture, cut as asked', async () => {
    const server = await serveScript((socket) => socket.on('data', (bytes) => socket.end(bytes)))
    const sent = await finish('send', server.address, 'one\ntwo\nrest', '--until-close', '--record', '--json')
    await server.close()
    const captureId = sent.lines().at(-1)?.['captureId'] as string
    const text = await finish('capture', 'show', captureId, '--view', 'messages', '--framing', 'lf')
    const json = await finish('capture', 'show', captureId, '--view', 'messages', '--framing', 'lf', '--json')
    const raw = await finish('capture', 'show', captureId, '--view', 'messages', '--json')
    const sentRows = json.lines().filter((line) => line['direction'] === 'sent')
    expect(sentRows).toMatchObject([
      { event: 'message', number: 0, streamOffset: 0, length: 4, tailBytes: 1, hex: '6f6e65', problem: null },
      { event: 'message', number: 1, streamOffset: 4, length: 4, hex: '74776f', isWhole: true },
      { event: 'message', number: 2, streamOffset: 8, length: 4, problem: { code: 'incomplete' } },
    ])
    expect(text.stdout).toMatch(/\t#1\tsent\t0\t4 bytes\tone\n/)
    expect(text.stdout).toMatch(/\tsent\t2\t4 bytes\trest\t\[incomplete\] .*\n/)
    expect(raw.lines().filter((line) => line['direction'] === 'sent')).toMatchObject([{ length: 12 }])
  })

  it.each([
    { given: ['list', '--view', 'messages'] },
    { given: ['show', 'a', '--view', 'records'] },
    { given: ['show', 'a', '--framing', 'lf'] },
  ])('refuses capture $given', async ({ given }) => {
    expect((await finish('capture', ...given)).exitCode).toBe(2)
  })

  it('keeps an exchange, which capture list and show then tell about', async () => {
    const server = await serveScript((socket) => socket.on('data', (bytes) => socket.end(bytes)))
    const sent = await finish('send', server.address, 'hello', '--until-close', '--record', '--json')
    await server.close()
    const captureId = sent.lines().at(-1)?.['captureId'] as string
    const listed = await finish('capture', 'list', '--json')
    const row = await finish('capture', 'list')
    const shown = await finish('capture', 'show', captureId)
    const missing = await finish('capture', 'show', 'no-such-capture', '--json')
    expect([sent.exitCode, listed.exitCode, listed.lines(), shown.exitCode, missing.exitCode]).toMatchObject([
      0,
      0,
      [{ event: 'capture', captureId, live: false, sentBytes: 5, receivedBytes: 5, recovery: { unclean: false } }],
      0,
      2,
    ])
    expect(row.stdout).toMatch(new RegExp(`^${captureId}\t.*\t5 bytes received, 5 sent\tcomplete\t.*\n$`))
    expect(shown.stdout).toMatch(/^Received bytes +5$/m)
    expect(missing.lines()).toMatchObject([{ event: 'error', code: 'capture-not-found' }])
  })

  it('without --record keeps nothing', async () => {
    const server = await serveScript((socket) => socket.end('bye'))
    await finish('send', server.address, '--until-close')
    await server.close()
    expect(await readdir(folder)).toEqual([])
  })

  it('takes address and line ending from a profile, found by name, folder or identifier', async () => {
    const server = await serveScript((socket) => socket.on('data', (bytes) => socket.end(bytes)))
    const page = join(folder, 'page')
    await mkdir(page)
    await writeFile(join(page, 'index.html'), '<!doctype html>')
    const web = start('web', '--no-open')
    const [url = ''] = await web.printed(/http:\S+/)
    const { host, origin, search } = new URL(url)
    const socket = new WebSocket(`ws://${host}/wire${search}`, { origin })
    const wire = createWebSocketWire(socket)
    await once(socket, 'open')
    const link = connect(wire)
    const connection = { host: '127.0.0.1', port: server.port }
    const composer = { lineEnding: 'crlf' } as const
    const { id } = await link.call('profile.create', {
      content: { name: 'Meter', folder: 'Lab', connection, composer },
    })
    const shared = [
      { name: 'port', value: String(server.port) },
      { name: 'hidden', value: null, secret: true },
    ]
    await link.call('environment.write', { environments: { ...(await link.call('environment.list', {})), shared } })
    await link.call('profile.create', {
      content: { name: 'Placed', connection: { host: '127.0.0.1', port: '{{port}}' } },
    })
    await link.call('profile.create', { content: { name: 'Hidden', connection: { host: '{{hidden}}', port: 7 } } })
    link.close()

    const options = ['--until-close', '--format', 'hex'] as const
    const results = [
      await finish('send', '--profile', 'Meter', 'a', ...options),
      await finish('send', '--profile', 'Lab/Meter', 'b', ...options),
      await finish('send', '--profile', id, 'c', '--line-ending', 'none', ...options),
      await finish('send', '--profile', 'Placed', 'd', '--line-ending', 'none', ...options),
    ]
    const hidden = await finish('send', '--profile', 'Hidden', 'e', ...options)
    expect([hidden.exitCode === 0, hidden.stderr]).toEqual([false, expect.stringContaining('"hidden"')])
    await server.close()
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, '610d0a\n'],
      [0, '620d0a\n'],
      [0, '63\n'],
      [0, '64\n'],
    ])
  })
})

describe('wirebench web', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'page'))
    await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Wirebench</title>')
  })

  it('prints one line, opens a browser, serves the page and the engine, and ends when interrupted', async () => {
    const cli = start('web')
    const [, url = ''] = await cli.printed(/^Wirebench is ready at (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43})\n$/)
    const page = await fetch(url)
    expect([page.status, await page.text(), cli.opened]).toEqual([
      200,
      '<!doctype html><title>Wirebench</title>',
      [url],
    ])
    cli.interrupt()
    expect([await cli.exitCode, cli.stdout(), cli.stderr()]).toEqual([0, `Wirebench is ready at ${url}\n`, ''])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('is what wirebench alone does, and warns when other machines can reach it', async () => {
    const cli = start('--host', '0.0.0.0', '--no-open', '--json')
    await cli.printed(/\n/)
    cli.interrupt()
    expect([await cli.exitCode, cli.lines(), cli.opened]).toEqual([
      0,
      [{ event: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/) as string }],
      [],
    ])
    expect(cli.stderr()).toMatch(/^Warning: other machines can reach 0\.0\.0\.0 port \d+\./)
  })

  it('says why it cannot start, with exit code 5', async () => {
    await rm(join(folder, 'page', 'index.html'))
    const { exitCode, lines } = await finish('web', '--json')
    expect([exitCode, lines()]).toMatchObject([5, [{ event: 'error', code: 'file-not-found' }]])
  })
})
