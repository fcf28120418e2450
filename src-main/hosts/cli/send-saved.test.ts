import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { serveScript, type ScriptServer } from './testing/script-server.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
const servers: Pick<ScriptServer, 'close'>[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-cli-test-'))
})

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

async function peer(serve: (socket: Socket) => void): Promise<string> {
  const server = await serveScript(serve)
  servers.push(server)
  return server.address
}

const echo = (socket: Socket): void => {
  socket.on('data', (bytes) => socket.write(bytes))
  socket.on('end', () => socket.end())
}

async function saved(...items: readonly object[]): Promise<string> {
  const file = join(folder, 'entries.json')
  const entries = items.map((item, number) => ({ name: `Entry ${number + 1}`, item }))
  await writeFile(file, JSON.stringify({ format: 'wirebench-collection', schemaVersion: 1, entries }))
  return file
}

async function run(...commandLine: readonly string[]) {
  const cli = startCli(commandLine)
  return { exitCode: await cli.exitCode, stdout: cli.stdout(), stderr: cli.stderr(), lines: () => cli.lines() }
}

const text = (content: string) => ({ kind: 'message', message: { content: { mode: 'text', text: content } } })
const send = (content: string) => ({ kind: 'send', message: { content: { mode: 'text', text: content } } })
const expression = (pattern: string, timeoutMs = 10_000) => ({
  kind: 'wait',
  condition: { kind: 'regular-expression', pattern },
  timeoutMs,
  captures: [{ name: 'id', from: { kind: 'group', group: 1 } }],
})

it('sends a saved message with its variables in the framing', async () => {
  const file = await saved(text('first'), text('Hello {{name}}'))
  const given = ['--message', file, '--entry', 'Entry 2', '--var', 'name=a=b', '--framing', 'lf', '--format', 'text']
  const { exitCode, stdout } = await run('send', await peer(echo), ...given, '--frames', '1')
  expect([exitCode, stdout]).toEqual([0, 'Hello a=b\n'])
})

it('goes through a sequence and tells every step', async () => {
  const file = await saved({
    kind: 'sequence',
    steps: [send('id={{$random 2}} {{who}};'), expression('id=(\\w+) me;'), send('bye {{$captured id}}')],
  })
  const { exitCode, lines } = await run('send', await peer(echo), '--message', file, '--var', 'who=me', '--json')
  const steps = lines().filter(({ event }) => event === 'step')
  expect([exitCode, lines().map(({ event }) => event), steps.map(({ step, outcome }) => [step, outcome])]).toEqual([
    0,
    ['connected', 'step', 'step', 'step', 'closed', 'summary'],
    [
      [1, 'sent'],
      [2, 'matched'],
      [3, 'sent'],
    ],
  ])
  expect(lines().at(-1)).toMatchObject({ sentBytes: 19, captureId: null })
})

it('logs what a sequence sends and receives', async () => {
  const file = await saved({ kind: 'sequence', steps: [send('ping'), expression('(ping)')] })
  const log = `${file}.log`
  const address = await peer(echo)
  const { exitCode } = await run('send', address, '--message', file, '--wire-log', log)
  const who = `('127.0.0.1', ${address.split(':')[1]})`
  expect([exitCode, await readFile(log, 'utf8')]).toEqual([0, `\nTx ${who}:\nping\n\nRx ${who}:\nping\n`])
})

it.each<[string, (socket: Socket) => void, number, string, number, string]>([
  ['in time', () => undefined, 50, 'timed-out', 4, 'wait-timeout'],
  ['before the peer closes', (socket) => socket.end(), 10_000, 'failed', 1, 'closed-early'],
])('a wait for what does not come %s', async (_, serve, timeoutMs, outcome, exitCode, code) => {
  const file = await saved({ kind: 'sequence', steps: [expression('(x)', timeoutMs)] })
  const result = await run('send', await peer(serve), '--message', file, '--json')
  expect([result.exitCode, result.lines().filter(({ event }) => event === 'step' || event === 'error')]).toMatchObject([
    exitCode,
    [{ step: 1, outcome }, { code }],
  ])
})

it('sends TEXT in another encoding, its line ending included', async () => {
  const given = ['é\\x00', '--escapes', '--encoding', 'utf-16be-bom', '--line-ending', 'lf', '--format', 'hex']
  const { exitCode, stdout } = await run('send', await peer(echo), ...given, '--until-bytes', '7')
  expect([exitCode, stdout]).toEqual([0, 'feff00e900000a\n'])
})

it.each<[string, readonly string[], number, string]>([
  ['several entries', [], 2, 'Choose one with --entry NAME: "Entry 1", "Entry 2".'],
  ['no such entry', ['--entry', 'x'], 2, 'has no entry named "x"'],
  ['a variable that is none', ['--var', 'x'], 2, '--var must be NAME=VALUE'],
  ['a missing value', ['--entry', 'Entry 2'], 2, 'There is no variable named "name"'],
  ['text beside it', ['--entry', 'Entry 1', 'TEXT'], 2, 'cannot be used together'],
])('refused: %s', async (_, more, exitCode, message) => {
  const file = await saved(text('first'), text('{{name}}'))
  const result = await run('send', '127.0.0.1:1', '--message', file, ...more)
  expect([result.exitCode, result.stderr]).toEqual([exitCode, expect.stringContaining(message) as string])
})
