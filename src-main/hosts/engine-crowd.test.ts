import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const clients: Socket[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await driver.close()
})

const clientCount = 1000

/** Connects, and collects what comes. */
async function dial(port: number): Promise<{ client: Socket; text: string }> {
  const client = connect({ host: '127.0.0.1', port })
  const dialled = { client, text: '' }
  client.on('error', () => undefined)
  client.on('data', (chunk) => (dialled.text += String(chunk)))
  clients.push(client)
  await once(client, 'connect')
  return dialled
}

test('a thousand clients at once are served, listed, sent to and recorded, each for itself', async () => {
  const definition = { kind: 'echo', name: 'Crowd' } as const
  const { serverId } = await driver.call('server.create', { definition })
  const { address, captureId } = await driver.call('server.start', { serverId })
  const crowd = await Promise.all(Array.from({ length: clientCount }, () => dial(address?.port ?? 0)))
  const echoOf = (index: number): string => `client ${index} says hello`
  crowd.forEach(({ client }, index) => client.write(echoOf(index)))
  const allHave = async (fits: (text: string, index: number) => boolean): Promise<void> => {
    while (!crowd.every(({ text }, index) => fits(text, index))) await new Promise((resolve) => setImmediate(resolve))
  }
  await allHave((text, index) => text === echoOf(index))
  const listed = await driver.call('server.clients', { serverId })
  const message = { content: { mode: 'text', text: ', all' } } as const
  const sent = await driver.call('server.send', { serverId, message })
  await allHave((text, index) => text === `${echoOf(index)}, all`)

  const { totalClients, clientCount: stillThere } = await driver.call('server.stop', { serverId })
  const records = await driver.records(captureId ?? '')
  const perClient = new Map<number, string>()
  for (const row of records) {
    if (row.kind !== 'data') continue
    const text = `${perClient.get(row.connection) ?? ''}${row.direction}: ${new TextDecoder().decode(row.preview)}. `
    perClient.set(row.connection, text)
  }
  const expected = crowd.map((_, index) => `received: ${echoOf(index)}. sent: ${echoOf(index)}. sent: , all. `)
  const count = (kind: string): number =>
    records.filter((row) => row.kind === 'event' && row.event.kind === kind).length
  expect({
    listed: new Set(listed.map(({ connection }) => connection)).size,
    sent,
    totalClients,
    stillThere,
    accepted: count('accepted'),
    ended: count('ended'),
  }).toEqual({
    listed: clientCount,
    sent: { clientCount, byteCount: 5 },
    totalClients: clientCount,
    stillThere: 0,
    accepted: clientCount,
    ended: clientCount,
  })
  expect([...perClient.values()].sort()).toEqual(expected.sort())
})
