import { expect, test } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { completeServerDefinition, type ServerDefinitionInput } from '../../contract/schemas/server.ts'
import type { ClientService, ServerBehaviour } from '../server-behaviour.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { m2Behaviours, type M2Behaviours } from './m2-behaviours.ts'

/** A client that is served already, and lines of it. */
class ServedM2Client extends PlayedClient {
  readonly service: ClientService

  constructor(connection: number, behaviour: ServerBehaviour) {
    super(connection)
    this.service = behaviour.serve(this)
  }

  override write(bytes: Uint8Array): boolean {
    if (!this.hasRoom) this.unsentBytes += bytes.length
    return super.write(bytes)
  }

  override close(how: 'fin' | 'rst'): void {
    super.close(how)
    this.service.closed()
  }

  /** Takes everything that waits for it. */
  readAll(): void {
    this.hasRoom = true
    this.unsentBytes = 0
    this.service.drained?.()
  }

  /** What was written since the last call, without terminators. */
  taken(): string[] {
    return this.writes.splice(0).map((bytes) => Buffer.from(bytes).toString('latin1').trimEnd())
  }

  sends(line: string): string[] {
    this.service.received(Buffer.from(`${line}\r\n`))
    return this.taken()
  }
}

interface Played extends M2Behaviours {
  readonly clock: ManualClock
  readonly problems: string[]
}

function played(m2: ServerDefinitionInput['m2'] = {}): Played {
  const clock = new ManualClock()
  const problems: string[] = []
  const definition = completeServerDefinition({ kind: 'm2', name: 'M2', m2 })
  const onProblem = (connection: number, error: ErrorShape): void =>
    void problems.push(`${connection}: ${error.message}`)
  return { ...m2Behaviours(definition, { clock, onProblem }), clock, problems }
}

const command = (name: string, sequenceId: number, more = ''): string =>
  `{${more}"id": "cmd_${name}", "sequence_id": ${sequenceId}}`
const inPosition = '{"id": "m2AssemblyInPosition", "inPosition": true}'

test('3.8 after the welcome of 99 come the status, and ten times a second that it is in position', () => {
  const { main, clock } = played()
  const client = new ServedM2Client(1, main)
  expect(client.taken()).toHaveLength(99)
  clock.advance(100)
  expect(client.taken()).toEqual([
    '{"id": "forceBalanceSystemStatus", "status": false}',
    '{"id": "summaryFaultsStatus", "status": 144115188075855872}',
    inPosition,
  ])
  for (let tick = 0; tick < 10; tick++) clock.advance(100)
  expect(client.taken()).toEqual(new Array(10).fill(inPosition))
  client.sends(command('resetForceOffsets', 1))
  for (let tick = 0; tick < 6; tick++) clock.advance(100)
  expect(client.taken()).toEqual([inPosition, inPosition])
})

test('welcomed once in the life of the server, later clients are told events alone', () => {
  const { main, clock } = played({ welcomesEveryClient: false })
  new ServedM2Client(1, main).close('fin')
  const second = new ServedM2Client(2, main)
  clock.advance(100)
  expect(second.taken()).toEqual([inPosition])
})

test('events go to every client of the command port, replies to their own', () => {
  const { main, telemetry } = played()
  const [one, other, watcher] = [
    new ServedM2Client(1, main),
    new ServedM2Client(2, main),
    new ServedM2Client(3, telemetry),
  ]
  one.taken()
  other.taken()
  expect(one.sends(command('clearErrors', 1))).toHaveLength(6)
  expect(other.taken()).toEqual([
    '{"id": "summaryFaultsStatus", "status": 0}',
    '{"id": "digitalInput", "value": 2667642879}',
    '{"id": "digitalOutput", "value": 28}',
    '{"id": "interlock", "state": true}',
  ])
  expect(watcher.taken()).toEqual([])
})

test('telemetry at its rate, the same to all, more once the motors are on', () => {
  const { main, telemetry, clock } = played({ telemetryHz: 20 })
  const [one, other] = [new ServedM2Client(1, telemetry), new ServedM2Client(2, telemetry)]
  for (let round = 0; round < 20; round++) clock.advance(50)
  const lines = one.taken()
  expect([lines.length, other.taken()]).toEqual([60, lines])
  const commander = new ServedM2Client(3, main)
  commander.sends(command('power', 1, '"powerType": 2, "status": true, '))
  commander.sends(command('power', 2, '"powerType": 1, "status": true, '))
  clock.advance(50)
  expect([one.taken().length, other.taken().length]).toEqual([19, 19])
})

test('a rate of 0 sends none', () => {
  const { telemetry, clock } = played({ telemetryHz: 0 })
  const client = new ServedM2Client(1, telemetry)
  for (let round = 0; round < 20; round++) clock.advance(50)
  expect(client.taken()).toEqual([])
})

test('a round a day is no round a millisecond', () => {
  const { telemetry, clock } = played({ telemetryHz: 1 / 86_400 })
  const client = new ServedM2Client(1, telemetry)
  for (let minute = 1; minute < 1440; minute++) clock.advance(60_000)
  expect(client.taken()).toEqual([])
  clock.advance(60_001)
  expect(client.taken()).toHaveLength(3)
})

test('a rate above that of the timers is kept', () => {
  const { telemetry, clock } = played({ telemetryHz: 1000 })
  const client = new ServedM2Client(1, telemetry)
  for (const delayMs of [1.4, 1.4, 1.4, 5.8]) clock.advance(delayMs)
  expect(client.taken()).toHaveLength(10 * 3)
})

test('after a pause of the process rounds that were missed are left out', () => {
  const { telemetry, clock } = played({ telemetryHz: 10 })
  const client = new ServedM2Client(1, telemetry)
  clock.advance(5000)
  clock.advance(100)
  expect(client.taken()).toHaveLength(6)
})

test('for a client that does not read rounds are left out, counted and told', () => {
  const { telemetry, clock, problems } = played({ telemetryHz: 10 })
  const [slow, other] = [new ServedM2Client(1, telemetry), new ServedM2Client(2, telemetry)]
  slow.hasRoom = false
  for (let round = 0; round < 8; round++) clock.advance(100)
  expect([slow.taken().length, other.taken().length]).toEqual([3, 24])
  slow.readAll()
  clock.advance(100)
  expect([slow.taken().length, problems]).toEqual([
    3,
    [
      '1: Client 1 reads too slowly for the rounds of telemetry it is sent. They are left out until it reads again.',
      '1: Client 1 reads too slowly for the rounds of telemetry it is sent. Left out: 7.',
    ],
  ])
})

test('a client that does not read its events does not fill the memory; its own commands wait', () => {
  const { main, clock, problems } = played()
  const [slow, other] = [new ServedM2Client(1, main), new ServedM2Client(2, main)]
  slow.hasRoom = false
  slow.sends(command('saveMirrorPosition', 1))
  expect(slow.readingIsHeld).toBe(true)
  for (let round = 0; round < 3000; round++) other.sends(command('loadConfiguration', 1))
  expect(slow.unsentBytes).toBeLessThan(1024 * 1024 + 1000)
  expect(problems).toHaveLength(1)
  slow.readAll()
  expect([slow.readingIsHeld, problems.length]).toEqual([false, 2])
  slow.taken()
  clock.advance(100)
  expect(slow.taken().at(-1)).toBe(inPosition)
})

test('commands last as long as they shall; a client that goes takes its timers along', () => {
  const { main, clock } = played({ commandDurationMs: 250 })
  const client = new ServedM2Client(1, main)
  client.taken()
  expect(client.sends(command('saveMirrorPosition', 1))).toEqual(['{"id": "ack", "sequence_id": 1}'])
  clock.advance(249)
  expect(client.taken()).not.toContain('{"id": "success", "sequence_id": 1}')
  clock.advance(1)
  expect(client.taken()).toContain('{"id": "success", "sequence_id": 1}')
  client.sends(command('saveMirrorPosition', 2))
  client.close('fin')
  expect([clock.waitingCount, client.taken()]).toEqual([0, []])
})

test('6.3.19 a client without heartbeats is dropped after 10 s, one with them is not', () => {
  const { main, clock, problems } = played({ requiresHeartbeat: true })
  const [silent, alive] = [new ServedM2Client(1, main), new ServedM2Client(2, main)]
  for (let second = 0; second < 11; second++) {
    clock.advance(1000)
    alive.sends('heartbeat')
  }
  expect([silent.endings, alive.endings, problems]).toEqual([
    ['fin'],
    [],
    ['1: Client 1 sent no heartbeat for 10 s and was disconnected.'],
  ])
})

test('a reboot ends all clients of both ports and begins anew', () => {
  const { main, telemetry } = played({ welcomesEveryClient: false })
  const clients = [new ServedM2Client(1, main), new ServedM2Client(2, main), new ServedM2Client(3, telemetry)]
  const [first] = clients
  first?.sends(command('power', 1, '"powerType": 2, "status": true, '))
  expect(first?.sends(command('rebootController', 2)).at(-1)).toBe('{"id": "success", "sequence_id": 2}')
  expect(clients.map(({ endings }) => endings)).toEqual([['end'], ['end'], ['end']])
  expect(first?.sends(command('saveMirrorPosition', 3))).toEqual([])
  const next = new ServedM2Client(4, main).taken()
  expect([next.length, next[13]]).toEqual([
    99,
    '{"id": "powerSystemState", "powerType": 2, "status": false, "state": 1}',
  ])
})

test('problems name their client, on both ports', () => {
  const { main, telemetry, problems } = played()
  new ServedM2Client(1, main).sends('nonsense')
  new ServedM2Client(2, telemetry).sends(command('power', 1))
  new ServedM2Client(3, telemetry).sends('{"id": "tel_elevation", "actualPosition": 1.5}')
  expect(problems.map((problem) => problem.slice(0, 60))).toEqual([
    '1: Client 1 sent what is no request. The JSON is malformed a',
    '2: Client 2 sent what is no request. Command power came to t',
  ])
})

test('the end of a client is answered with an end; nothing waits when all are gone', () => {
  const { main, telemetry, clock } = played()
  const clients = [new ServedM2Client(1, main), new ServedM2Client(2, telemetry)]
  for (const client of clients) client.service.peerEnded()
  expect(clients.map(({ endings }) => endings)).toEqual([['end'], ['end']])
  expect(clock.waitingCount).toBe(2)
  for (const client of clients) client.service.closed()
  expect(clock.waitingCount).toBe(0)
})

test('stopping the server stops its timers', () => {
  const { main, telemetry, clock } = played()
  new ServedM2Client(1, main)
  new ServedM2Client(2, telemetry)
  main.close?.()
  telemetry.close?.()
  expect(clock.waitingCount).toBe(0)
})
