import { afterEach, expect, test } from 'vitest'
import { LineClient, startM2, type StartedM2 } from './testing/started-m2.ts'

const opened: { servers: StartedM2[]; clients: LineClient[] } = { servers: [], clients: [] }

afterEach(async () => {
  for (const client of opened.clients.splice(0)) client.close()
  for (const server of opened.servers.splice(0)) await server.stop()
})

async function started(m2: Parameters<typeof startM2>[0] = {}): Promise<StartedM2> {
  const server = await startM2(m2)
  opened.servers.push(server)
  return server
}

async function clientOf(port: number): Promise<LineClient> {
  const client = await LineClient.to(port)
  opened.clients.push(client)
  return client
}

const command = (name: string, sequenceId: number, more = ''): string =>
  `{${more}"id": "cmd_${name}", "sequence_id": ${sequenceId}}\r\n`
const isEnd = (line: string): boolean => /^\{"id": "(success|fail|noack)"/.test(line)
const isPeriodic = (line: string): boolean => line === '{"id": "m2AssemblyInPosition", "inPosition": true}'
const idsOf = (lines: readonly string[]): string[] => lines.map((line) => (JSON.parse(line) as { id: string }).id)

test('6.3.21 over TCP: the welcome, a command in 1-byte segments, telemetry of both states', async () => {
  const { commandPort, telemetryPort } = await started({ telemetryHz: 50 })
  const client = await clientOf(commandPort)
  const telemetry = await clientOf(telemetryPort)
  expect((await client.take(99))[0]).toBe('{"id": "tcpIpConnected", "isConnected": true}')
  const before = await telemetry.take(6)
  expect(idsOf(before).slice(0, 3)).toEqual(['powerStatusRaw', 'powerStatus', 'displacementSensors'])
  for (const character of command('power', 1, '"powerType": 2, "status": true, ')) client.send(character)
  expect((await client.takeUntil(isEnd)).at(-1)).toBe('{"id": "success", "sequence_id": 1}')
  client.send(command('power', 2, '"powerType": 1, "status": true, '))
  expect((await client.takeUntil(isEnd)).at(-1)).toBe('{"id": "success", "sequence_id": 2}')
  await telemetry.takeUntil((line) => line.startsWith('{"id": "inclinometerAngleTma"'))
  const round = await telemetry.take(19)
  expect(idsOf(round)).toEqual([...new Set(idsOf(round))])
})

test('clients of both ports are numbered together, with their port; sending to all is for the command port', async () => {
  const { commandPort, telemetryPort, server } = await started({ telemetryHz: 50 })
  const client = await clientOf(commandPort)
  await client.take(99)
  const telemetry = await clientOf(telemetryPort)
  await telemetry.take(3)
  const clients = server.clients().map(({ connection, port }) => `${connection} ${port}`)
  expect([clients, server.send(null, Buffer.from('{"id": "hello"}\r\n'))]).toEqual([['1 main', '2 telemetry'], 1])
  expect((await client.takeUntil((line) => line.includes('hello'))).at(-1)).toBe('{"id": "hello"}')
})

test('3.7 the same port twice is refused; a second port in use closes the first and is named', async () => {
  const { commandPort, telemetryPort } = await started()
  await expect(startM2({ telemetryPort })).rejects.toMatchObject({ code: 'port-in-use', data: { port: telemetryPort } })
  await expect(startM2({ telemetryPort: commandPort })).rejects.toMatchObject({ code: 'port-in-use' })
})

test('6.3.13 many clients at once, each with its own numbers', async () => {
  const { commandPort, problems } = await started({ checksSequence: true })
  const clients = await Promise.all(Array.from({ length: 20 }, () => clientOf(commandPort)))
  for (const client of clients) await client.take(99)
  const count = 50
  const lines = Array.from({ length: count }, (_, index) => command('saveMirrorPosition', index + 1)).join('')
  for (const client of clients) client.send(lines)
  for (const client of clients) {
    const replies: string[] = []
    while (replies.length < 2 * count) {
      const [line = ''] = await client.take(1)
      if (line.includes('sequence_id')) replies.push(line)
    }
    expect(replies).toEqual(
      Array.from({ length: count }, (_, index) => [
        `{"id": "ack", "sequence_id": ${index + 1}}`,
        `{"id": "success", "sequence_id": ${index + 1}}`,
      ]).flat(),
    )
  }
  expect(problems).toEqual([])
})

test('what kills the original leaves this one alive for this client and the next', async () => {
  const { commandPort, problems } = await started()
  const client = await clientOf(commandPort)
  await client.take(99)
  client.send(
    `no JSON\r\n{"id": "cmd_power"}\r\n${command('power', 5)}${'x'.repeat(200_000)}\r\n${command('unknown', 6)}`,
  )
  const answers = (await client.takeUntil((line) => line.includes('"noack"'))).filter((line) =>
    line.includes('sequence_id'),
  )
  expect(answers).toEqual([
    '{"id": "ack", "sequence_id": 5}',
    '{"id": "fail", "sequence_id": 5}',
    '{"id": "noack", "sequence_id": 6}',
  ])
  expect(problems.map(({ code }) => code)).toEqual(new Array(4).fill('request-malformed'))
  client.close()
  const next = await clientOf(commandPort)
  expect(await next.take(99)).toHaveLength(99)
})

test('several commands under way, answered when their time has come, also after the end of the client', async () => {
  const { commandPort } = await started({ commandDurationMs: 30 })
  const client = await clientOf(commandPort)
  await client.take(99)
  client.socket.end(command('saveMirrorPosition', 1) + command('saveMirrorPosition', 2))
  const lines = (await client.takeToEnd()).filter((line) => line.includes('sequence_id'))
  expect(lines).toEqual([
    '{"id": "ack", "sequence_id": 1}',
    '{"id": "ack", "sequence_id": 2}',
    '{"id": "success", "sequence_id": 1}',
    '{"id": "success", "sequence_id": 2}',
  ])
})

test('a reboot ends both connections after the reply; the next client meets a mirror without power', async () => {
  const { commandPort, telemetryPort } = await started()
  const [client, telemetry] = [await clientOf(commandPort), await clientOf(telemetryPort)]
  await client.take(99)
  client.send(command('power', 1, '"powerType": 2, "status": true, ') + command('rebootController', 2))
  expect((await client.takeToEnd()).filter((line) => !isPeriodic(line)).at(-1)).toBe(
    '{"id": "success", "sequence_id": 2}',
  )
  await telemetry.takeToEnd()
  const next = await clientOf(commandPort)
  expect((await next.take(99))[13]).toBe('{"id": "powerSystemState", "powerType": 2, "status": false, "state": 1}')
})

test('a client that does not read loses whole rounds, and reads whole lines later on', async () => {
  const { commandPort, telemetryPort, problems } = await started({ telemetryHz: 1000 })
  const commander = await clientOf(commandPort)
  commander.send(command('power', 1, '"powerType": 2, "status": true, '))
  commander.send(command('power', 2, '"powerType": 1, "status": true, '))
  await commander.takeUntil((line) => line === '{"id": "success", "sequence_id": 2}')
  const slow = await clientOf(telemetryPort)
  await slow.takeUntil((line) => line.startsWith('{"id": "inclinometerAngleTma"'))
  slow.socket.pause()
  const other = await clientOf(telemetryPort)
  while (problems.length === 0) await other.take(19)
  slow.socket.resume()
  while (problems.length < 2) await slow.take(19)
  expect(problems.map(({ code }) => code).slice(0, 2)).toEqual(['client-too-slow', 'client-too-slow'])
  const ids = idsOf(await slow.take(19 * 20))
  expect(ids.filter((id) => id === 'axialForce')).toHaveLength(20)
})
