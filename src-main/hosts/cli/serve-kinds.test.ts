import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ServerDefinition } from '../../contract/schemas/server.ts'
import { openEngine } from './open-engine.ts'
import { planServe } from './serve/serve-plan.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

async function finish(...commandLine: readonly string[]): Promise<RunningCli & { readonly code: number }> {
  const cli = startCli(commandLine)
  return { ...cli, code: await cli.exitCode }
}

describe('wirebench serve', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirebench-serve-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  const definitionOf = (...options: readonly string[]): ServerDefinition => planServe(options, {}).definition(null)

  it('takes the options of each kind', () => {
    expect([
      definitionOf('chargen', '--rate', '500').chargen,
      definitionOf('command', '--workers', '2', '--one-at-a-time', '--any-requests', '--close-after-reply').command,
      definitionOf('jsonrpc', '--framing', 'length:u16le', '--workers', '1').jsonRpc,
      definitionOf('m2', '--port', '0').m2.telemetryPort,
      definitionOf('m2', '--port', '6000', '--telemetry-hz', '5', '--check-sequence', '--welcome-once').m2,
      definitionOf('echo', '--fault', 'drop:0.5', '--fault', 'seed:7').faults,
    ]).toMatchObject([
      { bytesPerSecond: 500 },
      { workers: 2, serving: 'one-at-a-time', requestsPerConnection: 'any', afterReply: 'close' },
      { framing: 'length-prefix', lengthField: 'u16le', workers: 1 },
      0,
      { telemetryPort: 50_001, telemetryHz: 5, checksSequence: true, welcomesEveryClient: false },
      { seed: 7, faults: [{ kind: 'drop', probability: 0.5 }] },
    ])
    expect([definitionOf('m2').port, definitionOf('m2').m2.telemetryPort]).toEqual([50_000, 50_001])
  })

  it('keeps the traffic as a capture where that is wanted', async () => {
    const cli = startCli(['serve', 'echo', '--record', '--data-dir', folder, '--json'])
    const [, port, captureId = ''] = await cli.printed(/127\.0\.0\.1:(\d+)".*"captureId":"([^"]+)"/)
    const client = connect(Number(port), '127.0.0.1')
    client.end('hello')
    await once(client.resume(), 'close')
    await cli.printed(/client-closed/)
    cli.interrupt()
    const code = await cli.exitCode
    const shown = await finish('capture', 'show', captureId, '--data-dir', folder, '--json')
    expect([code, cli.stderr(), shown.code]).toEqual([0, `Recorded as capture ${captureId}.\n`, 0])
    expect(JSON.parse(shown.stdout())).toMatchObject({ receivedBytes: 5, sentBytes: 5, recordCount: 5 })
  })

  it('runs a saved server, changed for this run', async () => {
    const engine = await openEngine(folder)
    await engine.link.call('server.create', { definition: { kind: 'discard', name: 'Nowhere', maxClients: 3 } })
    await engine.close()
    const cli = startCli(['serve', '--server', 'Nowhere', '--host', '127.0.0.1', '--data-dir', folder])
    await cli.printed(/^Listening on 127\.0\.0\.1:\d+ \(discard\)\n/)
    cli.interrupt()
    const unknown = await finish('serve', '--server', 'Somewhere', '--data-dir', folder)
    expect([await cli.exitCode, unknown.code, unknown.stderr()]).toEqual([
      0,
      2,
      expect.stringContaining('there are "Nowhere"'),
    ])
  })

  it('reads a command table, and says what is wrong with a file', async () => {
    const file = join(folder, 'commands.json')
    await writeFile(file, JSON.stringify([{ name: 'ping', action: { kind: 'reply', template: '{"pong": true}' } }]))
    const cli = startCli(['serve', 'command', '--port', '0', '--commands', file])
    const [, address = ''] = await cli.printed(/^Listening on (127\.0\.0\.1:\d+) \(command\)\n/)
    const ping = await finish('call', address, '--protocol', 'tcpy', 'ping')
    cli.interrupt()
    await cli.exitCode
    await writeFile(file, '[{"name": 1}]')
    const wrong = await finish('serve', 'command', '--port', '0', '--commands', file)
    const missing = await finish('serve', 'echo', '--rules', join(folder, 'none.json'))
    expect([ping.code, ping.stdout(), wrong.code, missing.code]).toEqual([0, expect.stringContaining('"pong"'), 5, 5])
    expect([wrong.stderr(), missing.stderr()]).toEqual([
      expect.stringContaining('commands.0.name'),
      expect.stringContaining('none.json'),
    ])
  })

  it('of m2 tells both ports', async () => {
    const cli = startCli(['serve', 'm2', '--port', '0', '--json'])
    const [line] = await cli.printed(/^.*\n/)
    cli.interrupt()
    expect([JSON.parse(line), await cli.exitCode]).toMatchObject([
      { event: 'listening', kind: 'm2', telemetryAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown },
      0,
    ])
  })
})
