import { afterEach, describe, expect, it } from 'vitest'
import { isPythonInstalled, PythonPeer } from '../../local-servers/testing/python-peer.ts'
import { startCli } from './testing/test-io.ts'

let peer: PythonPeer | null = null

afterEach(async () => {
  await peer?.stop()
  peer = null
})

/** Starts a server in Python and answers where it listens. */
async function startPeer(...script: readonly [string, ...string[]]): Promise<string> {
  peer = new PythonPeer(...script)
  const line = await peer.line()
  return /127\.0\.0\.1:\d+/.exec(line)?.[0] ?? line
}

/** The frames that come back for what is sent, as hex. */
async function frames(address: string, count: number, ...options: readonly string[]): Promise<unknown[]> {
  const cli = startCli(['send', address, ...options, '--frames', String(count), '--json'])
  await cli.exitCode
  return cli.lines().flatMap(({ event, hex }) => (event === 'frame' ? [hex] : []))
}

/** What `wirebench call` prints and exits with, without the times. */
async function call(address: string, ...options: readonly string[]): Promise<unknown> {
  const cli = startCli(['call', address, ...options, '--json', '--timeout', '20000'])
  const exitCode = await cli.exitCode
  return [exitCode, ...cli.lines().map(({ elapsedMs: _, ...line }) => line)]
}

const result = (value: unknown) => ({ event: 'reply', ok: true, result: value })
const failure = (value: unknown) => ({ event: 'reply', ok: false, result: value })

describe.skipIf(!isPythonInstalled())('a tcpy server in Python', () => {
  it('answers calls of wirebench', async () => {
    const address = await startPeer('tcpy_server.py', '127.0.0.1', '0')
    const ask = (...options: readonly string[]) => call(address, '--protocol', 'tcpy', ...options)
    expect([
      await ask('add', 'x:=1', 'y:=2'),
      await ask('add', 'x:=9223372036854775808', 'y:=1'),
      await ask('add', 'x:=1'),
      await ask('add', 'x:=1', 'y:=2', 'z:=3'),
      await ask('boom'),
      await ask('foo'),
      await ask('--no-command'),
      await ask('nothing'),
      await ask('whoami', 'text=é', 'list:=[1,2.5,null]'),
      await ask('chat', '--then', 'say=a', '--then', 'say=b'),
      await ask('hang_up'),
    ]).toMatchObject([
      [0, result({ solution: 3, success: true })],
      [0, { event: 'reply', ok: true }],
      [1, failure({ message: '__init__() takes exactly 3 arguments (2 given)', error: true })],
      [1, failure({ message: "__init__() got an unexpected keyword argument 'z'", error: true })],
      [1, failure({ message: 'boom happened', error: true })],
      [1, failure({ message: 'Invalid command foo!', error: true })],
      [1, failure({ message: 'Invalid command None!', error: true })],
      [0, result(null)],
      [0, result({ text: 'é', list: [1, 2.5, null] })],
      [
        0,
        { result: { prompt: 'Say something.' } },
        { result: { echo: { say: 'a' }, n: 1 } },
        { result: { final: { say: 'b' } } },
      ],
      [0, result({ last: true })],
    ])
  })

  it('answers with the recorded bytes', async () => {
    const address = await startPeer('tcpy_server.py', '127.0.0.1', '0')
    const ask = (hex: string, count = 1) => frames(address, count, '--hex', hex, '--framing', 'length:u32be')
    // All at once: the server keeps a connection until the next one comes.
    const answers = await Promise.all([
      ask('0000000f 83a17902a17801a3636d64a3616464'),
      ask('00000009 81a3636d64a3666f6f'),
      ask('0000000a 81a3636d64a4626f6f6d'),
      ask('0000000a 81a3636d64a46e6f7065'),
      ask('0000000d 81a3636d64a76e6f7468696e67'),
      ask('00000001 c1'),
      ask('0000000d 81a3636d64a768616e675f7570'),
      ask('0000000a 81a3636d64a463686174 00000001 01 00000001 02', 3),
    ])
    expect(answers).toEqual([
      ['82a8736f6c7574696f6e03a773756363657373c3'],
      ['82a76d657373616765b4496e76616c696420636f6d6d616e6420666f6f21a56572726f72c3'],
      ['82a76d657373616765ad626f6f6d2068617070656e6564a56572726f72c3'],
      ['83a76d657373616765a46e6f7065a4636f64652aa56572726f72c3'],
      ['c0'],
      ['82a76d657373616765b4556e6b6e6f776e206865616465723a2030786331a56572726f72c3'],
      ['81a46c617374c3'],
      ['81a670726f6d7074ae53617920736f6d657468696e672e', '82a46563686f01a16e01', '82a566696e616c02a773756363657373c3'],
    ])
  })
})

describe.skipIf(!isPythonInstalled())('a JSON-RPC server in Python', () => {
  it.each([
    ['lines', 'lines'],
    ['content-length', 'content-length'],
    ['length-prefix', 'length:u32be'],
  ])('answers calls of wirebench behind %s', async (framing, spec) => {
    const address = await startPeer('jsonrpc_peer.py', 'server', '127.0.0.1', '0', framing)
    const ask = (...options: readonly string[]) => call(address, '--protocol', 'jsonrpc', '--framing', spec, ...options)
    expect([
      await ask('add', 'a:=1', 'b:=2'),
      await ask('add', '--params', '[1, 2]'),
      await ask('echo', 'text=é😀'),
      await ask('fail'),
      await ask('none'),
    ]).toMatchObject([
      [0, result(3)],
      [0, result(3)],
      [0, result({ text: 'é😀' })],
      [1, failure({ code: 7, message: 'it failed', data: { why: 'always' } })],
      [1, failure({ code: -32_601, message: 'Method not found' })],
    ])
  })

  it('answers calls, errors and batches', async () => {
    const address = await startPeer('jsonrpc_peer.py', 'server', '127.0.0.1', '0', 'lines')
    const requests = [
      '{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}',
      '{"jsonrpc":"2.0","method":"fail","id":"x"}',
      '[{"jsonrpc":"2.0","method":"echo","params":{"a":1},"id":2},{"jsonrpc":"2.0","method":"echo"}]',
    ]
    const answers = await frames(address, 3, requests.join('\n'), '--line-ending', 'lf', '--framing', 'lf')
    expect(answers.map((hex) => JSON.parse(Buffer.from(String(hex), 'hex').toString()) as unknown)).toEqual([
      { jsonrpc: '2.0', result: 3, id: 1 },
      { jsonrpc: '2.0', error: { code: 7, message: 'it failed', data: { why: 'always' } }, id: 'x' },
      [{ jsonrpc: '2.0', result: { a: 1 }, id: 2 }],
    ])
  })
})
