import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCli } from './testing/test-io.ts'

/** Programs that others wrote. Where one is missing its tests are skipped. */
const isInstalled = (program: string, versionOption = '--version'): boolean =>
  spawnSync(program, [versionOption], { stdio: 'ignore' }).error === undefined

const peers: ChildProcess[] = []
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-foreign-peers-'))
})

afterEach(async () => {
  for (const peer of peers.splice(0)) {
    if (peer.exitCode === null && peer.signalCode === null) {
      const exited = once(peer, 'exit')
      peer.kill('SIGKILL')
      await exited
    }
  }
  await rm(folder, { recursive: true })
})

/** A port that was free a moment ago: these programs cannot tell which one the system gave them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Resolves when something listens on the port. */
async function listening(port: number, peer: ChildProcess): Promise<void> {
  while (peer.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
  }
  throw new Error(`The peer ended with ${peer.exitCode}.`)
}

async function startPeer(program: string, programArguments: (port: number) => readonly string[]): Promise<string> {
  const port = await freePort()
  const peer = spawn(program, [...programArguments(port)], { stdio: 'ignore', cwd: folder })
  peers.push(peer)
  await listening(port, peer)
  return `127.0.0.1:${port}`
}

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
