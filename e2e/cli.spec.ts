import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from './fixtures/workbench.ts'

/** What a run of the command line program left. */
interface Finished {
  readonly code: number | null
  readonly output: string
  readonly problems: string
}

function startCli(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['dist/hosts/cli.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function runCli(...args: string[]): Promise<Finished> {
  const child = startCli(args)
  let output = ''
  let problems = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (problems += text))
  await once(child, 'close')
  return { code: child.exitCode, output, problems }
}

const eventsOf = (output: string): unknown[] =>
  output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))

// Nothing here opens a window, so the specs run once.
test.beforeEach(({ hostKind }) => {
  test.skip(hostKind !== 'web', 'The command line program is the same in every host.')
})

test('serve echo and send: bytes go there and come back, in the stable JSON lines', async ({ dataFolder }) => {
  const server = startCli(['serve', 'echo', '--port', '0', '--json'])
  try {
    const [line] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string]
    const listening = JSON.parse(line) as { event: string; address: string; kind: string }
    expect(listening).toEqual({
      event: 'listening',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      kind: 'echo',
    })

    const sent = await runCli('send', listening.address, '--hex', '00ff10', '--until-bytes', '3', '--json', '--record', '--data-dir', dataFolder) // prettier-ignore
    expect([sent.code, sent.problems]).toEqual([0, ''])
    expect(eventsOf(sent.output)).toEqual([
      { event: 'connected', local: expect.any(String), remote: listening.address, tls: null },
      { event: 'received', hex: '00ff10', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/) },
      { event: 'closed', by: 'local', how: 'fin' },
      {
        event: 'summary',
        sentBytes: 3,
        receivedBytes: 3,
        elapsedMs: expect.any(Number),
        captureId: expect.any(String),
      },
    ])

    const listed = await runCli('capture', 'list', '--json', '--data-dir', dataFolder)
    expect([listed.code, eventsOf(listed.output).length]).toEqual([0, 1])
  } finally {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  }
})

test('exit codes are true', async ({ dataFolder, peers }) => {
  const echo = await peers.echo()
  const silent = await peers.silent()
  const closing = await peers.closing('short', 'on-connection')
  const resetting = await peers.resetting('on-first-bytes')
  const refusing = await peers.refusingPort()
  const code = async (...args: string[]): Promise<number | null> =>
    (await runCli(...args, '--data-dir', dataFolder, '--json')).code
  expect({
    asExpected: await code('send', `127.0.0.1:${echo.port}`, 'hi', '--until-bytes', '2'),
    closedBeforeItCame: await code('send', `127.0.0.1:${closing.port}`, '--until-bytes', '99'),
    usage: await code('send', `127.0.0.1:${echo.port}`, '--hex', '0g'),
    refused: await code('send', `127.0.0.1:${refusing}`, 'hi'),
    reset: await code('send', `127.0.0.1:${resetting.port}`, 'hi', '--until-bytes', '1'),
    timeout: await code('send', `127.0.0.1:${silent.port}`, 'hi', '--until-bytes', '1', '--timeout', '500'),
    portInUse: await code('serve', 'echo', '--port', String(echo.port)),
  }).toEqual({ asExpected: 0, closedBeforeItCame: 1, usage: 2, refused: 3, reset: 3, timeout: 4, portInUse: 5 })
})

test('the web host answers 403 without its token, to a foreign Origin and to a rebound Host', async ({ workbench }) => {
  const { url } = workbench
  test.skip(url === null, 'There is no web host.')
  const address = new URL(url ?? '')
  const token = address.searchParams.get('token') ?? ''
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    const { request } = await import('node:http')
    return new Promise((resolve, reject) => {
      request({ host: address.hostname, port: address.port, path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  }
  const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' } // prettier-ignore
  expect({
    withToken: await status(`/?token=${token}`),
    withoutToken: await status('/'),
    wrongToken: await status(`/?token=${'0'.repeat(token.length)}`),
    reboundHost: await status(`/?token=${token}`, { Host: `evil.example:${address.port}` }),
    foreignOrigin: await status(`/wire?token=${token}`, { ...upgrade, Origin: 'http://evil.example' }),
    wireWithoutToken: await status('/wire', { ...upgrade, Origin: address.origin }),
  }).toEqual({
    withToken: 200,
    withoutToken: 403,
    wrongToken: 403,
    reboundHost: 403,
    foreignOrigin: 403,
    wireWithoutToken: 403,
  })
})
