import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveScript, type ScriptServer } from './testing/script-server.ts'
import { startCli, type TestIoOptions } from './testing/test-io.ts'

let folder: string
const servers: Pick<ScriptServer, 'close'>[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-cli-test-'))
  vi.stubEnv('TMPDIR', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

const hexBytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** What was sent to a peer, as hex or lines. */
interface Peer {
  readonly address: string
  readonly received: Buffer[]
}

/** A peer that does with every chunk of a client what the test says. */
async function peer(onChunk: (socket: Socket, chunk: Buffer, turn: number) => void): Promise<Peer> {
  const received: Buffer[] = []
  const server = await serveScript((socket) => {
    let turn = 0
    socket.on('end', () => socket.end())
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk)
      onChunk(socket, chunk, turn++)
    })
  })
  servers.push(server)
  return { address: server.address, received }
}

async function run(commandLine: readonly string[], options?: TestIoOptions) {
  const cli = startCli(['call', ...commandLine], options)
  const exitCode = await cli.exitCode
  return { exitCode, stdout: cli.stdout(), stderr: cli.stderr() }
}

/** Times are whatever they are. */
const timeless = (lines: string): string => lines.replaceAll(/"elapsedMs":[\d.]+/g, '"elapsedMs":0')

const addReply = hexBytes('00000014 82 a8736f6c7574696f6e 03 a773756363657373 c3')
const unknownReply = hexBytes('00000025 82 a76d657373616765 b4496e76616c696420636f6d6d616e6420666f6f21 a56572726f72 c3')

describe('wirebench call --protocol tcpy', () => {
  const tcpy = ['--protocol', 'tcpy']

  it('6.1.1 prints the answer to add of 1 and 2, and exits with 0', async () => {
    const { address, received } = await peer((socket) => socket.write(addReply))
    const { exitCode, stdout, stderr } = await run([address, ...tcpy, 'add', 'x:=1', 'y:=2'])
    expect([exitCode, stdout, stderr]).toEqual([0, '{\n  "solution": 3,\n  "success": true\n}\n', ''])
    expect(received.map((chunk) => chunk.toString('hex'))).toEqual(['0000000f83a17801a17902a3636d64a3616464'])
  })

  it('prints one JSON line, with integers of 64 bits exact', async () => {
    const { address } = await peer((socket) => socket.write(hexBytes('0000000c 81 a16e cf ff800007ffffffff')))
    const { exitCode, stdout, stderr } = await run([address, ...tcpy, 'mask', '--json'])
    expect([exitCode, timeless(stdout), stderr]).toEqual([
      0,
      '{"event":"reply","ok":true,"result":{"n":18410715311050326015},"elapsedMs":0}\n',
      '',
    ])
  })

  it('6.1.8 an error reply is printed, and exits with 1', async () => {
    const { address } = await peer((socket) => socket.write(unknownReply))
    const plain = await run([address, ...tcpy, 'foo'])
    expect(plain).toEqual({
      exitCode: 1,
      stdout: '{\n  "message": "Invalid command foo!",\n  "error": true\n}\n',
      stderr: 'Error: Invalid command foo!\n',
    })
    const { exitCode, stdout } = await run([address, ...tcpy, 'foo', '--json'])
    expect([exitCode, timeless(stdout)]).toEqual([
      1,
      '{"event":"reply","ok":false,"result":{"message":"Invalid command foo!","error":true},"elapsedMs":0}\n',
    ])
  })

  it('6.1.12 goes through several turns of a conversation, a line each', async () => {
    const replies = ['00000009 81 a670726f6d7074 c3', '00000007 81 a46563686f 01', '00000001 c0']
    const { address, received } = await peer((socket, _chunk, turn) => socket.write(hexBytes(replies[turn] ?? '')))
    const turns = ['--then', 'n:=1', '--then', 'bye=yes']
    const { exitCode, stdout } = await run([address, ...tcpy, 'chat', ...turns, '--json'])
    expect([exitCode, timeless(stdout).split('\n')]).toEqual([
      0,
      [
        '{"event":"reply","ok":true,"result":{"prompt":true},"elapsedMs":0}',
        '{"event":"reply","ok":true,"result":{"echo":1},"elapsedMs":0}',
        '{"event":"reply","ok":true,"result":null,"elapsedMs":0}',
        '',
      ],
    ])
    expect(received.map((chunk) => chunk.toString('hex'))).toEqual([
      '0000000a81a3636d64a463686174',
      '0000000481a16e01',
      '0000000981a3627965a3796573',
    ])
  })

  it('takes parameters from a file and from standard input, and no command', async () => {
    const { address, received } = await peer((socket) => socket.write(hexBytes('00000001 c0')))
    const file = join(folder, 'parameters.json')
    await writeFile(file, '{"a": 1}')
    const outcomes = [
      await run([address, ...tcpy, 'c', '--params', `@${file}`]),
      await run([address, ...tcpy, '--no-command', '--params', '-'], { stdin: Readable.from(['{"b": [true]}']) }),
      await run([address, ...tcpy, 'c', '--params', '@/nowhere/at-all.json']),
    ]
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 5])
    expect(received.map((chunk) => chunk.toString('hex'))).toEqual([
      '0000000a82a16101a3636d64a163',
      '0000000581a16291c3',
    ])
  })

  it('parameters that are no UTF-8 are refused: no replacement is sent for what was written', async () => {
    const { address, received } = await peer((socket) => socket.write(hexBytes('00000001 c0')))
    const bytes = Buffer.concat([Buffer.from('{"a":"'), hexBytes('ff fe'), Buffer.from('"}')])
    const file = join(folder, 'latin.json')
    await writeFile(file, bytes)
    const outcomes = [
      await run([address, ...tcpy, 'c', '--params', `@${file}`]),
      await run([address, ...tcpy, 'c', '--params', '-'], { stdin: Readable.from([bytes]) }),
    ]
    expect(outcomes).toMatchObject(
      Array(2).fill({ exitCode: 2, stderr: expect.stringContaining('no UTF-8') as string }),
    )
    expect(received).toEqual([])
  })

  it.each<[string, string, (socket: Socket) => void, number]>([
    ['6.1.14 no reply in time', 'call-timeout', () => undefined, 4],
    ['a close without a reply', 'closed-before-reply', (socket) => socket.end(), 1],
    ['6.1.15 the end in mid-frame', 'reply-incomplete', (socket) => socket.end(addReply.subarray(0, 9)), 3],
    ['6.1.16 a length above the maximum', 'reply-too-large', (socket) => socket.write('HTTP/1.1 200 OK'), 1],
    ['what is no MessagePack', 'reply-malformed', (socket) => socket.write(hexBytes('00000001 c1')), 1],
    ['a reset', 'connection-reset', (socket) => socket.resetAndDestroy(), 3],
  ])('%s is %s', async (_title, code, act, expected) => {
    const { address } = await peer(act)
    const { exitCode, stdout } = await run([
      address,
      ...tcpy,
      'add',
      '--json',
      '--timeout',
      code === 'call-timeout' ? '1000' : '30000',
    ])
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
    expect([exitCode, last.event, last.code]).toEqual([expected, 'error', code])
  })

  it('6.1.15 refused is exit code 3 and names the connect', async () => {
    const server = await serveScript(() => undefined)
    await server.close()
    const { exitCode, stderr } = await run([server.address, ...tcpy, 'add'])
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('refused the connection')])
  })

  it('keeps the exchange with --record', async () => {
    const { address } = await peer((socket) => socket.write(addReply))
    const options = ['--record', '--data-dir', folder]
    const { exitCode, stdout, stderr } = await run([address, ...tcpy, 'add', ...options, '--json'])
    const captureId = /^Kept as capture (\S+)\.\n$/.exec(stderr)?.[1] ?? ''
    expect([exitCode, stdout.split('\n').length]).toEqual([0, 2])
    const shown = startCli(['capture', 'show', captureId, '--data-dir', folder, '--json'])
    expect(await shown.exitCode).toBe(0)
    expect(shown.lines()[0]).toMatchObject({ sentBytes: 13, receivedBytes: 24 })
  })

  it.each<[string, readonly string[]]>([
    ['no protocol', ['h:1', 'add']],
    ['no address', ['--protocol', 'tcpy']],
    ['no command', ['h:1', ...tcpy]],
    ['an unknown protocol', ['h:1', '--protocol', 'soap', 'add']],
    ['a word that is no pair', ['h:1', ...tcpy, 'add', 'x']],
    ['JSON that is none', ['h:1', ...tcpy, 'add', 'x:=nope']],
    ['pairs beside --params', ['h:1', ...tcpy, 'add', 'x=1', '--params', '{}']],
    ['--framing for tcpy', ['h:1', ...tcpy, 'add', '--framing', 'lines']],
    ['--then for m2', ['h:1', '--protocol', 'm2', 'add', '--then', 'x=1']],
    ['a timeout of more than a day', ['h:1', ...tcpy, 'add', '--timeout', '86400001']],
    ['telemetry for tcpy', ['h:1', ...tcpy, 'add', '--kind', 'telemetry']],
  ])('%s is not understood: exit code 2, nothing is dialled', async (_title, commandLine) => {
    expect((await run(commandLine)).exitCode).toBe(2)
  })
})

/** Answers every line of a client. */
const lines =
  (answer: (line: string) => readonly string[], ending: string) =>
  (socket: Socket, chunk: Buffer): void => {
    for (const line of chunk.toString('utf8').trim().split('\n')) {
      for (const reply of answer(line.trim())) socket.write(`${reply}${ending}`)
    }
  }

describe('wirebench call --protocol m2', () => {
  const m2 = ['--protocol', 'm2']
  const mirror = lines((line) => {
    const sequenceId = /"sequence_id": (\d+)/.exec(line)?.[1] ?? ''
    const reply = (id: string): string => `{"id": "${id}", "sequence_id": ${sequenceId}}`
    if (line.includes('cmd_unknown')) return [reply('noack')]
    if (line.includes('cmd_fail')) return [reply('ack'), '{"id": "digitalOutput", "value": NaN}', reply('fail')]
    return sequenceId === '' ? [] : [reply('ack'), '{"id": "mask", "value": 18410715311050326015}', reply('success')]
  }, '\r\n')

  it('6.3.12 tells the ack and what comes before the end, a line each, then success', async () => {
    const { address, received } = await peer(mirror)
    const { exitCode, stdout } = await run([address, ...m2, 'power', 'powerType:=2', 'status:=true', '--json'])
    expect([exitCode, timeless(stdout).split('\n')]).toEqual([
      0,
      [
        '{"event":"ack","result":{"id":"ack","sequence_id":1},"elapsedMs":0}',
        '{"event":"message","result":{"id":"mask","value":18410715311050326015},"elapsedMs":0}',
        '{"event":"reply","ok":true,"result":{"id":"success","sequence_id":1},"elapsedMs":0}',
        '',
      ],
    ])
    expect(received.map(String)).toEqual(['{"powerType": 2, "status": true, "id": "cmd_power", "sequence_id": 1}\r\n'])
  })

  it('6.3.13 noack, and fail after the ack, exit with 1', async () => {
    const { address } = await peer(mirror)
    const unknown = await run([address, ...m2, 'unknown', '--json'])
    const failed = await run([address, ...m2, 'fail', '--json'])
    expect([unknown.exitCode, timeless(unknown.stdout).split('\n')]).toEqual([
      1,
      [
        '{"event":"noack","result":{"id":"noack","sequence_id":1},"elapsedMs":0}',
        '{"event":"reply","ok":false,"result":{"id":"noack","sequence_id":1},"elapsedMs":0}',
        '',
      ],
    ])
    const events = failed.stdout.trim().split('\n')
    expect([failed.exitCode, events.map((line) => JSON.parse(line) as unknown)]).toMatchObject([
      1,
      [{ event: 'ack' }, { event: 'message', result: { value: 'NaN' } }, { event: 'reply', ok: false }],
    ])
  })

  it('6.3.9 sends events and telemetry, which have no answer', async () => {
    const { address, received } = await peer(mirror)
    const event = await run([address, ...m2, 'mountInPosition', 'inPosition:=true', '--kind', 'event', '--json'])
    const telemetry = [
      address,
      ...m2,
      'elevation',
      '--kind',
      'telemetry',
      '--component',
      'MTMount',
      '--params',
      '{"a": 1.5}',
    ]
    expect([event.exitCode, event.stdout]).toEqual([0, '{"event":"sent","byteCount":51}\n'])
    expect(await run(telemetry)).toEqual({
      ...{ exitCode: 0, stdout: '', stderr: 'Sent, 58 bytes. No reply belongs to it.\n' },
    })
    expect(received.map(String)).toEqual([
      '{"inPosition": true, "id": "evt_mountInPosition"}\r\n',
      '{"a": 1.5, "id": "tel_elevation", "compName": "MTMount"}\r\n',
    ])
  })

  it('prints the answer for people, and the rest on stderr', async () => {
    const { address } = await peer(mirror)
    const { stdout, stderr } = await run([address, ...m2, 'resetForceOffsets'])
    expect([stdout, stderr.replaceAll(/[\d.]+ ms/g, 'N ms').split('\n')]).toEqual([
      '{\n  "id": "success",\n  "sequence_id": 1\n}\n',
      [
        'ack after N ms: {"id":"ack","sequence_id":1}',
        'message after N ms: {"id":"mask","value":18410715311050326015}',
        '',
      ],
    ])
  })
})

describe('wirebench call --protocol jsonrpc', () => {
  const jsonRpc = ['--protocol', 'jsonrpc']
  const server = lines((line) => {
    const { id, method, params } = JSON.parse(line) as { id?: number; method: string; params?: unknown }
    if (id === undefined) return []
    if (method === 'boom') return [JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'boom' } })]
    return [JSON.stringify({ jsonrpc: '2.0', id, result: { method, params } })]
  }, '\n')

  it('calls with named and with positional parameters', async () => {
    const { address } = await peer(server)
    const named = await run([address, ...jsonRpc, 'add', 'x:=1', 'text=a b', '--json'])
    const positional = await run([address, ...jsonRpc, 'add', '--params', '[1, 2.0]', '--json'])
    expect([named, positional].map(({ exitCode, stdout }) => [exitCode, timeless(stdout)])).toEqual([
      [0, '{"event":"reply","ok":true,"result":{"method":"add","params":{"x":1,"text":"a b"}},"elapsedMs":0}\n'],
      [0, '{"event":"reply","ok":true,"result":{"method":"add","params":[1,2]},"elapsedMs":0}\n'],
    ])
  })

  it('an error object exits with 1', async () => {
    const { address } = await peer(server)
    const { exitCode, stdout, stderr } = await run([address, ...jsonRpc, 'boom'])
    expect([exitCode, stdout, stderr]).toEqual([1, '{\n  "code": -32000,\n  "message": "boom"\n}\n', 'Error: boom\n'])
  })

  it('sends notifications', async () => {
    const { address, received } = await peer(server)
    const { exitCode } = await run([address, ...jsonRpc, 'log', 'x=1', '--notification'])
    expect([exitCode, received.map(String)]).toEqual([0, ['{"jsonrpc":"2.0","method":"log","params":{"x":"1"}}\n']])
  })

  it('frames messages by Content-Length or a length', async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":0}'
    const { address: headers } = await peer((socket) => socket.write(`Content-Length: 35\r\n\r\n${answer}`))
    const { address: lengths } = await peer((socket) => socket.write(`\x23\x00${answer}`))
    const outcomes = [
      await run([headers, ...jsonRpc, 'a', '--framing', 'content-length']),
      await run([lengths, ...jsonRpc, 'a', '--framing', 'length:u16le']),
      await run([lengths, ...jsonRpc, 'a', '--framing', 'length:u3']),
    ]
    expect(outcomes.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, '0\n'],
      [0, '0\n'],
      [2, ''],
    ])
  })

  it('tells on stderr what is no message, and goes on waiting', async () => {
    const { address } = await peer((socket) => {
      socket.write('HTTP/1.1 400 Bad Request\n')
      socket.write('{"jsonrpc":"2.0","id":1,"result":7}\n')
    })
    const answered = await run([address, ...jsonRpc, 'a', '--json'])
    expect([answered.exitCode, timeless(answered.stdout)]).toEqual([
      0,
      '{"event":"reply","ok":true,"result":7,"elapsedMs":0}\n',
    ])
    expect(answered.stderr).toMatch(/^What came back is no reply of this protocol\..* \[reply-malformed\]\n$/)
    const { address: garbage } = await peer((socket) => socket.end('HTTP/1.1 400 Bad Request\n'))
    const closed = await run([garbage, ...jsonRpc, 'a', '--json'])
    expect([closed.exitCode, closed.stdout]).toEqual([
      1,
      expect.stringMatching(/^{"event":"error","code":"closed-before/),
    ])
    expect(closed.stderr).toContain('[reply-malformed]')
  })

  it('takes an answer that is longer than the ledger keeps, whole', async () => {
    const long = 'x'.repeat(200_000)
    const { address } = await peer((socket) =>
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: long })}\n`),
    )
    const { stdout } = await run([address, ...jsonRpc, 'long', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ result: long })
  })
})
