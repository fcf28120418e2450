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

describe.skipIf(!isPythonInstalled())('a tcpy server in Python', () => {
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
