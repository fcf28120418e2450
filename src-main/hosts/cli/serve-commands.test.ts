import { describe, expect, it } from 'vitest'
import { planServe } from './serve/serve-plan.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

async function finish(...commandLine: readonly string[]): Promise<RunningCli & { readonly code: number }> {
  const cli = startCli(commandLine)
  return { ...cli, code: await cli.exitCode }
}

describe('wirebench serve command', () => {
  it('6.1.17 listens on 127.0.0.1:7272 unless told otherwise', () => {
    expect(planServe(['command'], {}).definition(null)).toMatchObject({
      kind: 'command',
      host: '127.0.0.1',
      port: 7272,
    })
    expect(planServe(['command', '--port', '0'], {}).definition(null)).toMatchObject({ port: 0 })
    expect(planServe(['echo'], {}).definition(null)).toMatchObject({ port: 0 })
  })

  it('6.1.17 has commands to begin with, and the banner of tcpy', async () => {
    const server = startCli(['serve', 'command', '--port', '0'])
    const [, address = ''] = await server.printed(/^Listening on (127\.0\.0\.1:\d+) \(command\)\n$/)
    const call = (hex: string) =>
      finish('send', address, '--hex', hex, '--framing', 'length:u32be', '--frames', '1', '--format', 'hex')
    const add = await call('0000000f 83a17902a17801a3636d64a3616464')
    const chat = await call('0000000a 81a3636d64a463686174')
    server.interrupt()
    expect([add.code, add.stdout().trim(), chat.code, await server.exitCode]).toEqual([
      0,
      expect.stringMatching(/82a8736f6c7574696f6e03a773756363657373c3$/),
      0,
      0,
    ])
    expect(server.stderr()).toContain(`TCPServer is listening at ${address}!\n`)
  })
})

describe('wirebench serve jsonrpc', () => {
  it('has the same commands', async () => {
    const server = startCli(['serve', 'jsonrpc'])
    const [, address = ''] = await server.printed(/^Listening on (127\.0\.0\.1:\d+) \(jsonrpc\)\n$/)
    const request = '{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}'
    const call = await finish('send', address, request, '--line-ending', 'lf', '--framing', 'lf', '--frames', '1')
    server.interrupt()
    expect([call.code, call.stdout().trim(), await server.exitCode]).toEqual([
      0,
      '{"jsonrpc":"2.0","result":{"solution":3},"id":1}',
      0,
    ])
  })
})

describe('wirebench call', () => {
  it('adds whole numbers beyond 2^53 exactly', async () => {
    const server = startCli(['serve', 'command', '--port', '0'])
    const [, address = ''] = await server.printed(/^Listening on (127\.0\.0\.1:\d+) /)
    const call = await finish(
      ...['call', address, '--protocol', 'tcpy', 'add', 'x:=18446744073709551614', 'y:=1', '--json'],
    )
    server.interrupt()
    expect([call.code, call.stdout(), await server.exitCode]).toEqual([
      0,
      expect.stringContaining('"result":{"solution":18446744073709551615,"success":true}'),
      0,
    ])
  })

  it.each([
    ['command', 'tcpy', { solution: 3, success: true }],
    ['jsonrpc', 'jsonrpc', { solution: 3 }],
  ])('is answered by serve %s', async (kind, protocol, solution) => {
    const server = startCli(['serve', kind, '--port', '0'])
    const [, address = ''] = await server.printed(/^Listening on (127\.0\.0\.1:\d+) /)
    const call = (...options: string[]) => finish('call', address, '--protocol', protocol, ...options, '--json')
    const [added, failed] = [await call('add', 'x:=1', 'y:=2'), await call('boom')]
    server.interrupt()
    await server.exitCode
    expect([added.code, added.lines(), failed.code, failed.lines()]).toMatchObject([
      0,
      [{ event: 'reply', ok: true, result: solution }],
      1,
      [{ event: 'reply', ok: false, result: { message: 'boom happened' } }],
    ])
  })

  it('talks in turns with serve command', async () => {
    const server = startCli(['serve', 'command', '--port', '0'])
    const [, address = ''] = await server.printed(/^Listening on (127\.0\.0\.1:\d+) /)
    const turns = ['--then', 'say=a', '--then', 'say=b']
    const chat = await finish('call', address, '--protocol', 'tcpy', 'chat', ...turns, '--json')
    server.interrupt()
    await server.exitCode
    expect([chat.code, chat.lines()]).toMatchObject([
      0,
      [
        { result: { prompt: 'Say something.' } },
        { result: { echo: { say: 'a' }, n: 1 } },
        { result: { final: { say: 'b' }, success: true } },
      ],
    ])
  })
})
