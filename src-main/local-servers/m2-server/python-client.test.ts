/** The server against a client that was written from the published facts alone, in another language. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startM2 } from './testing/started-m2.ts'

const isPythonThere = spawnSync('python3', ['--version']).status === 0
const script = fileURLToPath(new URL('../../../e2e/peers/m2_client.py', import.meta.url))

interface PythonRun {
  readonly exitCode: number | null
  readonly errors: string
  /** What it printed, one object a line. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
}

async function runClient(args: readonly (string | number)[]): Promise<PythonRun> {
  const child = spawn('python3', [script, '127.0.0.1', ...args.map(String)])
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  return { exitCode, errors, lines }
}

test.skipIf(!isPythonThere)(
  '3.8 the transcripts as a client in Python sees them (skipped without python3)',
  async () => {
    const server = await startM2({ telemetryHz: 50, checksSequence: true })
    try {
      const commands = [
        { command: 'resetForceOffsets' },
        { command: 'unknown' },
        { command: 'switchForceBalanceSystem', status: true },
        { raw: 'no JSON' },
        { raw: 'heartbeat' },
        { raw: '{"inPosition": true, "id": "evt_mountInPosition", "compName": "MTMount"}' },
        { command: 'power', powerType: 2, status: true },
        { command: 'power', powerType: 1 },
        { command: 'power', powerType: 1, status: true },
      ]
      const { exitCode, errors, lines } = await runClient([
        server.commandPort,
        server.telemetryPort,
        ...commands.flatMap((each) => ['--command', JSON.stringify(each)]),
        '--telemetry',
        300,
      ])
      expect([exitCode, errors]).toEqual([0, ''])
      const isPeriodic = (id: string): boolean =>
        ['forceBalanceSystemStatus', 'summaryFaultsStatus', 'm2AssemblyInPosition'].includes(id)
      const replies = (lines.at(-1)?.replies ?? []) as readonly (readonly string[])[]
      // What comes by itself may come in between.
      expect(replies.map((ids) => ids.filter((id, index) => index < 2 || !isPeriodic(id)))).toEqual([
        ['resetForceOffsets', 'ack', 'success'],
        ['unknown', 'noack'],
        ['switchForceBalanceSystem', 'ack', 'openLoopMaxLimit', 'closedLoopControlMode', 'digitalOutput', 'fail'],
        [
          'power',
          'ack',
          'powerSystemState',
          'powerSystemState',
          'digitalInput',
          'digitalOutput',
          'interlock',
          'openLoopMaxLimit',
          'success',
        ],
        ['power', 'ack', 'fail'],
        [
          'power',
          'ack',
          'powerSystemState',
          'powerSystemState',
          'digitalInput',
          'digitalOutput',
          'interlock',
          'openLoopMaxLimit',
          'success',
        ],
      ])
      const messages = lines.slice(0, -1)
      expect(messages.filter(({ same }) => same !== true)).toEqual([])
      const texts = messages.filter(({ port }) => port === 'command').map(({ text }) => text)
      expect([texts[0], texts[11], texts[98]]).toEqual([
        '{"id": "tcpIpConnected", "isConnected": true}',
        '{"id": "enabledFaultsMask", "mask": 18410715311050326015}',
        '{"id": "innerLoopControlMode", "address": 83, "mode": 8}',
      ])
      const telemetry = new Set(
        messages.flatMap(({ port, text }) => (port === 'telemetry' ? [/"id": "(\w+)"/.exec(String(text))?.[1]] : [])),
      )
      expect(telemetry.size).toBe(19)
      expect(server.problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('The JSON is malformed'),
        'Client 1 sent what is no request. Command power failed. Parameter status is missing.',
      ])
    } finally {
      await server.stop()
    }
  },
)
