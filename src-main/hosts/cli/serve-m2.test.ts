import { describe, expect, it } from 'vitest'
import { planServe } from './serve/serve-plan.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

async function finish(...commandLine: readonly string[]): Promise<RunningCli & { readonly code: number }> {
  const cli = startCli(commandLine)
  return { ...cli, code: await cli.exitCode }
}

describe('wirebench serve m2', () => {
  it('3.7 listens on 50000 and 50001 unless told otherwise', () => {
    expect(planServe(['m2'], {}).definition(null)).toMatchObject({
      port: 50_000,
      m2: { telemetryPort: 50_001, telemetryHz: 20 },
    })
    expect(planServe(['m2', '--port', '0'], {}).definition(null)).toMatchObject({ port: 0, m2: { telemetryPort: 0 } })
    const all = ['--telemetry-port', '7', '--telemetry-hz', '100', '--welcome-once', '--check-sequence']
    expect(
      planServe(['m2', ...all, '--require-heartbeat', '--command-duration', '250'], {}).definition(null).m2,
    ).toEqual({
      telemetryPort: 7,
      telemetryHz: 100,
      welcomesEveryClient: false,
      checksSequence: true,
      requiresHeartbeat: true,
      commandDurationMs: 250,
    })
  })

  it('refuses its options elsewhere, and what they cannot be', async () => {
    for (const wrong of [
      ['echo', '--check-sequence'],
      ['command', '--telemetry-port', '1'],
      ['m2', '--telemetry-hz', '1001'],
      ['m2', '--command-duration', '-1'],
    ]) {
      expect([wrong, (await finish('serve', ...wrong)).code]).toEqual([wrong, 2])
    }
  })

  it('6.3.21 tells both addresses; a command is answered, telemetry comes', async () => {
    const server = startCli(['serve', 'm2', '--port', '0', '--check-sequence'])
    const [, address = '', telemetry = ''] = await server.printed(
      /^Listening on (127\.0\.0\.1:\d+) \(m2\), telemetry on (127\.0\.0\.1:\d+)\n$/,
    )
    const command = String.raw`{"id": "cmd_unknown", "sequence_id": 2}\r\n`
    const answered = await finish(
      'send',
      address,
      command,
      '--escapes',
      '--until-hex',
      Buffer.from('"noack", "sequence_id": 2}').toString('hex'),
    )
    const told = await finish('send', telemetry, '--framing', 'crlf', '--frames', '3')
    server.interrupt()
    expect([answered.code, told.code, await server.exitCode]).toEqual([0, 0, 0])
    expect(answered.stdout()).toContain('{"id": "tcpIpConnected", "isConnected": true}\r\n')
    expect(told.stdout()).toContain('"powerStatusRaw"')
  })

  it('6.3.13 answers wirebench call: success, fail after ack, noack', async () => {
    const server = startCli(['serve', 'm2', '--port', '0', '--json'])
    await server.printed(/\n/)
    const address = String(server.lines()[0]?.address)
    const codes: number[] = []
    for (const call of [
      ['power', 'powerType:=2', 'status:=true'],
      ['switchForceBalanceSystem', 'status:=true'],
      ['x'],
    ]) {
      codes.push((await finish('call', address, '--protocol', 'm2', ...call)).code)
    }
    server.interrupt()
    expect([codes, await server.exitCode]).toEqual([[0, 1, 1], 0])
  })

  it('tells what clients do against the protocol', async () => {
    const server = startCli(['serve', 'm2', '--port', '0', '--json'])
    await server.printed(/\n/)
    const address = String(server.lines()[0]?.address)
    await finish('send', address, 'nonsense', '--line-ending', 'crlf', '--until-bytes', '10')
    await server.printed(/"event":"client-problem"/)
    server.interrupt()
    await server.exitCode
    expect(server.lines().find(({ event }) => event === 'client-problem')).toEqual({
      event: 'client-problem',
      client: 1,
      code: 'request-malformed',
      message: expect.stringContaining('Client 1 sent what is no request.') as unknown,
    })
  })

  it('tells both addresses as JSON, and refuses the same port twice', async () => {
    const server = startCli(['serve', 'm2', '--port', '0', '--json'])
    await server.printed(/\n/)
    server.interrupt()
    await server.exitCode
    expect(server.lines()[0]).toEqual({
      event: 'listening',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown,
      kind: 'm2',
      telemetryAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown,
    })
    const twice = await finish('serve', 'm2', '--port', '45123', '--telemetry-port', '45123')
    expect([twice.code, twice.stderr()]).toEqual([2, expect.stringContaining('Both ports of the server are 45123.')])
  })
})
