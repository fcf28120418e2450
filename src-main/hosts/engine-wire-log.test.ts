import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

/** A session with a peer that sends everything back, and ends when this side does. */
async function echoed() {
  const driver = await EngineDriver.start()
  const peer = await TestPeer.listen((socket) => socket.pipe(socket))
  onTestFinished(async () => {
    await peer.close()
    await driver.close()
  })
  const { dataFolder } = await driver.call('host.describe', {})
  return { driver, peer, folder: join(dataFolder, 'wire-logs') }
}

/** The bytes of all records of one direction. */
function dataOf(log: Buffer, dx: 'Rx' | 'Tx', port: number): string {
  const separator = `\n${dx} ('127.0.0.1', ${port}):\n`
  const [before, ...records] = log.toString('latin1').split(separator)
  expect(before).toBe('')
  return records.map((record) => record.slice(0, -1)).join('')
}

test('8 MiB both ways are in the log in hio’s format when the session is closed, directions apart', async () => {
  const { driver, peer, folder } = await echoed()
  const { sessionId, captureId } = await driver.openSession(peer.port)
  const begun = await driver.call('session.set-wire-log', { sessionId, settings: { samed: false, name: 'echo' } })
  await driver.call('session.connect', { sessionId })
  await driver.until(sessionId, ({ state }) => state === 'open')
  const content = Uint8Array.from({ length: 8 * 1024 * 1024 }, (_, index) => 0x41 + (index % 23))
  await driver.call('session.send', { sessionId, bytes: content })
  await driver.until(sessionId, ({ counters }) => counters.receivedBytes === content.length)
  await driver.call('session.close', { sessionId })

  const names = (await readdir(folder)).sort()
  expect(names.map((name) => name.replace(/\d/g, '0'))).toEqual([
    'echo.0000-00-00_00-00-00_000000.rx.log',
    'echo.0000-00-00_00-00-00_000000.tx.log',
  ])
  expect(begun.wireLog?.paths).toEqual(names.map((name) => join(folder, name)))
  const [rx = Buffer.alloc(0), tx = Buffer.alloc(0)] = await Promise.all(
    names.map((name) => readFile(join(folder, name))),
  )
  const text = new TextDecoder('latin1').decode(content)
  expect([dataOf(rx, 'Rx', peer.port) === text, dataOf(tx, 'Tx', peer.port) === text]).toEqual([true, true])
  // One record for each that the capture has, as both are what one read or write moved.
  const records = (await driver.records(captureId)).filter((row) => row.kind === 'data')
  const headers = [
    ...`${rx.toString('latin1')}${tx.toString('latin1')}`.matchAll(/\n[RT]x \('127\.0\.0\.1', \d+\):\n/g),
  ]
  expect(headers.length).toBe(records.length)
})

test('a log in the temporary folder goes with it; one in memory is read through the contract', async () => {
  const { driver, peer } = await echoed()
  const { sessionId } = await driver.connect(peer.port)
  const temporary = await driver.call('session.set-wire-log', { sessionId, settings: { temporary: true } })
  const [path = ''] = temporary.wireLog?.paths ?? []
  await expect(readFile(path, 'utf8')).resolves.toBe('')
  await driver.call('session.set-wire-log', { sessionId, settings: { filed: false } })
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  await driver.send(sessionId, 'ping')
  await driver.until(sessionId, ({ wireLog }) => wireLog?.recordCount === 2)
  const { both } = await driver.call('session.wire-log', { sessionId })
  const who = `('127.0.0.1', ${peer.port})`
  expect(new TextDecoder().decode(both)).toBe(`\nTx ${who}:\nping\n\nRx ${who}:\nping\n`)
  const ended = await driver.call('session.set-wire-log', { sessionId, settings: null })
  expect(ended.wireLog).toBeNull()
  await expect(driver.call('session.wire-log', { sessionId })).rejects.toMatchObject({ code: 'wire-log-off' })
})
