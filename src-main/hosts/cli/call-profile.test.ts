import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProfileContentInput } from '../../contract/schemas/profile.ts'
import { openEngine } from './open-engine.ts'
import { serveScript, type ScriptServer } from './testing/script-server.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
let server: ScriptServer
let received: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-call-profile-'))
  received = []
  server = await serveScript((socket) => {
    socket.on('end', () => socket.end())
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk.toString('utf8'))
      const id = /"id":"?(\d+)/.exec(chunk.toString('utf8'))?.[1]
      const answer = `{"jsonrpc":"2.0","id":"${id ?? ''}","result":"${id ?? ''}"}`
      if (!chunk.includes('silent')) socket.write(`Content-Length: ${answer.length}\r\n\r\n${answer}`)
    })
  })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function makeProfile(content: Omit<ProfileContentInput, 'connection'>): Promise<void> {
  const engine = await openEngine(folder)
  const connection = {
    host: '127.0.0.1',
    port: server.port,
    retry: { schedule: { kind: 'fixed' as const, delayMs: 10 } },
  }
  await engine.link.call('profile.create', { content: { ...content, connection } })
  await engine.close()
}

async function call(...commandLine: readonly string[]) {
  const cli = startCli(['call', ...commandLine, '--data-dir', folder])
  return { exitCode: await cli.exitCode, stdout: cli.stdout(), stderr: cli.stderr() }
}

const settings = { protocol: 'jsonrpc', framing: 'content-length', identifiers: 'texts' } as const

it('calls as the profile says', async () => {
  await makeProfile({ name: 'Server', calls: { settings } })
  expect(await call('--profile', 'Server', 'add', 'x:=1')).toEqual({ exitCode: 0, stdout: '"1"\n', stderr: '' })
  expect(received).toEqual(['Content-Length: 58\r\n\r\n{"jsonrpc":"2.0","method":"add","params":{"x":1},"id":"1"}'])
  await makeProfile({ name: 'Impatient', calls: { settings: { ...settings, timeoutMs: 60 } } })
  expect(await call('--profile', 'Impatient', 'silent')).toMatchObject({
    ...{ exitCode: 4, stderr: expect.stringContaining('No reply within 60 ms.') as string },
  })
})

it('options go before the profile', async () => {
  await makeProfile({ name: 'Server', calls: { settings } })
  const options = ['--protocol', 'm2', '--kind', 'event']
  expect(await call('--profile', 'Server', 'moved', ...options)).toMatchObject({ exitCode: 0 })
  expect(received).toEqual(['{"id": "evt_moved"}\r\n'])
})

it('a profile that says nothing of calls needs --protocol', async () => {
  await makeProfile({ name: 'Plain' })
  expect(await call('--profile', 'Plain', 'add')).toMatchObject({
    ...{ exitCode: 2, stderr: expect.stringContaining('--protocol') as string },
  })
})

it('ends when it is interrupted, with exit code 1', async () => {
  const cli = startCli(['call', server.address, '--protocol', 'jsonrpc', 'silent'])
  while (received.length === 0) await new Promise((resolve) => setImmediate(resolve))
  cli.interrupt()
  expect([await cli.exitCode, cli.stdout()]).toEqual([1, ''])
})
