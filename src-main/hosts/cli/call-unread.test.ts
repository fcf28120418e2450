import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveScript, type ScriptServer } from './testing/script-server.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

let folder: string
const servers: ScriptServer[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-call-unread-'))
  vi.stubEnv('TMPDIR', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

/** The exit code, and the objects of `--json`. */
async function call(...commandLine: readonly string[]): Promise<readonly [number, unknown[]]> {
  const cli = startCli(['call', ...commandLine])
  return [await cli.exitCode, cli.lines()]
}

describe('a notification that the peer does not read', () => {
  const unread = async (act: (socket: Socket) => void): Promise<string> => {
    const server = await serveScript((socket) => act(socket.pause()))
    servers.push(server)
    return server.address
  }
  /** More than loopback holds for a peer that does not read. */
  const more = async (): Promise<string> => {
    const file = join(folder, 'more.json')
    await writeFile(file, `{"a":"${'€'.repeat(4_000_000)}"}`)
    return `@${file}`
  }
  const notify = async (address: string): Promise<readonly string[]> =>
    [address, '--protocol', 'tcpy', 'log', '--notification', '--json', '--params', await more()] as const

  it('runs out of time', async () => {
    const outcome = await call(...(await notify(await unread(() => undefined))), '--timeout', '2000')
    expect(outcome).toMatchObject([4, [{ event: 'error', code: 'wait-timeout' }]])
  })

  it('is told when the connection breaks', async () => {
    const address = await unread((socket) => socket.once('readable', () => socket.resetAndDestroy()))
    const outcome = await call(...(await notify(address)))
    expect(outcome).toMatchObject([3, [{ event: 'error', code: 'connection-reset' }]])
  })

  it('is given up on an interrupt', async () => {
    let cli: RunningCli | null = null
    const address = await unread((socket) => socket.once('readable', () => cli?.interrupt()))
    cli = startCli(['call', ...(await notify(address))])
    expect([await cli.exitCode, cli.lines()]).toMatchObject([1, [{ event: 'error', code: 'cancelled' }]])
  })
})
