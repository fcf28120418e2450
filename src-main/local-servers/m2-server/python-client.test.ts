/** The server against a client that was written from the published facts alone, in another language. */
import { expect, test } from 'vitest'
import { isPythonInstalled, PythonPeer } from '../testing/python-peer.ts'
import { startM2 } from './testing/started-m2.ts'

type Printed = Readonly<Record<string, unknown>>

/** Everything the client prints, one object a line; the last one holds the replies, or why there are none. */
async function runClient(args: readonly (string | number)[]): Promise<readonly Printed[]> {
  const client = new PythonPeer('m2_client.py', '127.0.0.1', ...args.map(String))
  const lines: Printed[] = []
  try {
    while (lines.at(-1)?.replies === undefined) lines.push(JSON.parse(await client.line()) as Printed)
    return lines
  } finally {
    await client.stop()
  }
}

test.skipIf(!isPythonInstalled())(
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
      const lines = await runClient([
        server.commandPort,
        server.telemetryPort,
        ...commands.flatMap((each) => ['--command', JSON.stringify(each)]),
        '--telemetry',
        300,
      ])
      expect(lines.at(-1)?.error).toBeUndefined()
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
