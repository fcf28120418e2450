import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ForeignPeers, isInstalled } from './testing/foreign-peer.ts'
import { startCli } from './testing/test-io.ts'

const peers = new ForeignPeers()
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-foreign-peers-'))
})

afterEach(async () => {
  await peers.stopAll()
  await rm(folder, { recursive: true })
})

const startPeer = (program: string, programArguments: (port: number) => readonly string[]): Promise<string> =>
  peers.start(folder, program, programArguments)

async function run(...commandLine: readonly string[]) {
  const cli = startCli(commandLine)
  return { exitCode: await cli.exitCode, stdout: cli.stdout(), lines: () => cli.lines() }
}

describe.skipIf(!isInstalled('ncat'))('against ncat', () => {
  it('exchanges text, then ends with FIN', async () => {
    const address = await startPeer('ncat', (port) => ['-l', '-k', '--exec', '/bin/cat', '127.0.0.1', String(port)])
    // With --exec, ncat drops what its program still says once the client has sent FIN: FIN comes after the answer.
    const options = ['--line-ending', 'lf', '--until-bytes', '6', '--json']
    const { exitCode, lines } = await run('send', address, 'hello', ...options)
    expect([exitCode, lines()]).toMatchObject([
      0,
      [
        { event: 'connected', remote: address },
        { event: 'received', hex: '68656c6c6f0a' },
        { event: 'closed', by: 'local', how: 'fin' },
        { event: 'summary', sentBytes: 6, receivedBytes: 6 },
      ],
    ])
  })
})

describe.skipIf(!isInstalled('socat', '-V'))('against socat', () => {
  it('cuts what comes back into frames', async () => {
    const address = await startPeer('socat', (port) => [
      `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
      'EXEC:/bin/cat',
    ])
    const { exitCode, stdout } = await run(
      'send',
      address,
      '--hex',
      '0003616263 000100',
      '--framing',
      'length:u16be',
      '--frames',
      '2',
      '--format',
      'hex',
    )
    expect([exitCode, stdout]).toEqual([0, '616263\n00\n'])
  })
})

describe.skipIf(!isInstalled('python3'))('against python3', () => {
  it('gets a page over HTTP, byte for byte', async () => {
    const page = 'The page.\n'.repeat(100_000)
    await writeFile(join(folder, 'page.txt'), page)
    const address = await startPeer('python3', (port) => ['-m', 'http.server', '--bind', '127.0.0.1', String(port)])
    const request = 'GET /page.txt HTTP/1.0\\r\\n\\r\\n'
    const { exitCode, stdout } = await run('send', address, request, '--escapes', '--until-close')
    expect([exitCode, stdout.startsWith('HTTP/1.0 200 OK\r\n'), stdout.endsWith(`\r\n\r\n${page}`)]).toEqual([
      0,
      true,
      true,
    ])
  })

  it('tells a reset', async () => {
    const script = `
import socket, struct, sys
server = socket.create_server(('127.0.0.1', int(sys.argv[1])))
while True:
    client, _ = server.accept()
    client.recv(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    client.close()
`
    const address = await startPeer('python3', (port) => ['-c', script, String(port)])
    const { exitCode, lines } = await run('send', address, 'x', '--until-close', '--json')
    expect([exitCode, lines().at(-1)]).toMatchObject([3, { event: 'error', code: 'connection-reset' }])
  })
})
