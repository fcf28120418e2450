import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toErrorShape } from '../contract/errors.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { filesIn } from '../storage/testing/temporary-folder.ts'
import { composeEngine } from './compose-engine.ts'
import { sampleEchoPort } from './first-run.ts'
import { EngineDriver, makeTemporaryFolder } from './testing/engine-driver.ts'

let dataFolder: string
const drivers: EngineDriver[] = []

beforeEach(async () => {
  dataFolder = await makeTemporaryFolder()
})

afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close()
  await rm(dataFolder, { recursive: true, force: true })
})

async function start(workbench = true, folder = dataFolder): Promise<EngineDriver> {
  const driver = await EngineDriver.start({ dataFolder: folder, workbench })
  drivers.push(driver)
  return driver
}

async function restart(driver: EngineDriver): Promise<EngineDriver> {
  drivers.splice(drivers.indexOf(driver), 1)
  await driver.close()
  return start()
}

describe('the first run', () => {
  test('makes a running echo server and a profile that connects to it', async () => {
    const driver = await start()
    const [server] = await driver.call('server.list', {})
    const [profile] = (await driver.call('profile.library', {})).profiles
    expect(driver.composed.firstRun).toBe(true)
    expect(server).toMatchObject({ state: 'listening', definition: { kind: 'echo', startsWithWorkbench: true } })
    expect(profile).toMatchObject({
      name: 'Echo (sample)',
      folder: '',
      connection: { host: '127.0.0.1', port: server?.address?.port },
      composer: { mode: 'text', lineEnding: 'lf' },
    })
    expect((await driver.call('collection.library', {})).entries.map(({ name, item }) => [name, item.kind])).toEqual([
      ['Hello', 'message'],
      ['Reading as JSON', 'message'],
      ['Ask, wait, answer', 'sequence'],
    ])
    expect((await driver.call('structure.library', {})).entries).toMatchObject([{ name: 'Sample packet' }])
    const { sessionId } = await driver.connect(Number(profile?.connection.port))
    await driver.send(sessionId, 'hello\n')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 6)
  })

  test('is over with the next start: the server runs on its port, the samples are not made again', async () => {
    const driver = await start()
    const [before] = await driver.call('server.list', {})
    const [sample] = (await driver.call('profile.library', {})).profiles
    await driver.call('profile.remove', { profileId: sample?.id ?? '' })
    const again = await restart(driver)
    const servers = await again.call('server.list', {})
    expect([again.composed.firstRun, servers.map(({ state, definition }) => [state, definition.port])]).toEqual([
      false,
      [['listening', before?.address?.port]],
    ])
    expect((await again.call('profile.library', {})).profiles).toEqual([])
  })

  test('takes another port where the usual one is in use, and keeps it', async () => {
    const other = createServer()
    const taken = await new Promise<boolean>((resolve) => {
      other.once('listening', () => resolve(true)).once('error', () => resolve(false))
      other.listen(sampleEchoPort, '127.0.0.1')
    })
    const driver = await start()
    const [server] = await driver.call('server.list', {})
    if (taken) {
      other.close()
      await once(other, 'close')
    }
    expect(server?.definition.port).not.toBe(sampleEchoPort)
    expect(server).toMatchObject({ state: 'listening', address: { port: server?.definition.port } })
  })

  test('belongs to one of two workbenches that start at once', async () => {
    const both = await Promise.all([start(), start()])
    expect(both.map(({ composed }) => composed.firstRun).sort()).toEqual([false, true])
  })
})

describe('an engine for one command', () => {
  test('makes no samples and starts nothing', async () => {
    const driver = await start(false)
    expect([
      driver.composed.firstRun,
      await driver.call('server.list', {}),
      (await driver.call('profile.library', {})).profiles,
    ]).toEqual([false, [], []])
    drivers.pop()
    await driver.close()
    expect((await start()).composed.firstRun).toBe(true)
  })
})

describe('variables', () => {
  test('stand in addresses and messages; the value of a secret goes to the peer and nowhere else', async () => {
    const driver = await start()
    const [server] = await driver.call('server.list', {})
    const told: unknown[] = []
    const { events } = driver.composed.engine
    events.subscribe('environment.changed', null, (environments) => told.push(environments))
    events.subscribe('session.changed', null, (session) => told.push(session))
    const notes = ''
    const written = await driver.call('environment.write', {
      environments: {
        ...(await driver.call('environment.list', {})),
        environments: [{ id: 'bench', name: 'Bench', variables: [{ name: 'pin', value: null, secret: true, notes }] }],
        shared: [{ name: 'echo-port', value: String(server?.address?.port), secret: false, notes }],
      },
    })
    told.push(written, await driver.call('environment.choose', { environmentId: 'bench' }))
    const secret = { environmentId: 'bench', name: 'pin', value: 'swordfish 7519' }
    told.push(await driver.call('environment.set-secret', secret))
    const settings = { host: '127.0.0.1', port: '{{echo-port}}' }
    const { sessionId } = await driver.call('session.open', { settings })
    await driver.call('session.connect', { sessionId })
    await driver.until(sessionId, ({ state }) => state === 'open')
    const unknown = { content: { mode: 'text', text: '{{pin}} {{no}}' } } as const
    told.push(await driver.call('session.preview-message', { sessionId, message: unknown }).catch(toErrorShape))
    const message = { content: { mode: 'text', text: 'PIN {{pin}}' } } as const
    told.push(await driver.call('history.add', { message, sentAtUnixMs: 1 }))
    expect(JSON.stringify([told, await filesIn(dataFolder)])).not.toContain('swordfish')
    await driver.call('session.send-message', { sessionId, message })
    const echoed = await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 18)
    expect(echoed.settings.port).toBe('{{echo-port}}')
  })

  test('of a profile come with the way its sessions read', async () => {
    const driver = await start(false)
    const interpretation = { received: { framing: { kind: 'slip' } } } as const
    const content = { name: 'a', connection: { host: '127.0.0.1', port: 9 }, interpretation }
    const { id, connection } = await driver.call('profile.create', { content })
    const { captureId } = await driver.call('session.open', { profileId: id, settings: connection })
    const captures = await driver.call('capture.list', {})
    expect(captures.find((capture) => capture.captureId === captureId)?.interpretation).toMatchObject(interpretation)
  })
})

describe('what goes wrong on this machine', () => {
  test('a server whose port is taken says so and stops nothing else', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const driver = await start(false)
    const definition = { kind: 'echo', name: 'Blocked', port, startsWithWorkbench: true } as const
    await driver.call('server.create', { definition })
    await writeFile(join(dataFolder, 'workbench.json'), '{"schemaVersion":1,"samplesMade":true}')
    const again = await restart(driver)
    expect(await again.call('server.list', {})).toMatchObject([{ state: 'stopped', error: { code: 'port-in-use' } }])
    blocker.close()
    await once(blocker, 'close')
  })

  test('a data folder that cannot be made: the workbench runs, and says what is wrong', async () => {
    const file = join(dataFolder, 'a-file')
    await writeFile(file, '')
    const driver = await start(true, join(file, 'data'))
    const description = await driver.call('host.describe', {})
    expect(description).toMatchObject({
      dataFolder: join(file, 'data'),
      dataFolderProblem: { code: 'data-folder-unwritable', data: { folder: join(file, 'data') } },
    })
    const [server] = await driver.call('server.list', {})
    const session = await driver.connect(server?.address?.port ?? 0)
    await driver.send(session.sessionId, 'kept for now')
    await driver.until(session.sessionId, ({ counters }) => counters.receivedBytes === 12)
  })

  test.skipIf(process.getuid?.() === 0)(
    'a read-only data folder (skipped for root, who may write anywhere)',
    async () => {
      await mkdir(join(dataFolder, 'readonly'))
      await chmod(join(dataFolder, 'readonly'), 0o500)
      const driver = await start(true, join(dataFolder, 'readonly'))
      expect((await driver.call('host.describe', {})).dataFolderProblem?.code).toBe('data-folder-unwritable')
    },
  )

  test('a broken list of servers is told to the first window', async () => {
    await writeFile(join(dataFolder, 'servers.json'), '{ broken')
    await writeFile(join(dataFolder, 'workbench.json'), '{"schemaVersion":1,"samplesMade":true}')
    const driver = await start()
    const notice = await new Promise<string>((resolve) => {
      driver.composed.engine.events.subscribe('host.notice', null, ({ error }) => resolve(error?.code ?? ''))
    })
    expect([notice, await readFile(join(dataFolder, 'servers.json'), 'utf8')]).toEqual(['file-unreadable', '{ broken'])
  })
})

describe('the host', () => {
  test('describes itself and its vitals', async () => {
    const driver = await start(false)
    expect(await driver.call('host.describe', {})).toEqual({
      version: '0.0.0-test',
      nodeVersion: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      dataFolder,
      capabilities: { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' },
      dataFolderProblem: null,
    })
    const vitals = await driver.call('host.vitals', {})
    expect(vitals.engineMemoryBytes).toBeGreaterThan(1_000_000)
    expect(vitals.diskFreeBytes).toBeGreaterThan(0)
  })

  test('keeps the history and the captures in the data folder', async () => {
    const driver = await start(false)
    await driver.call('history.add', {
      message: { content: { mode: 'text', text: 'once', lineEnding: 'lf' } },
      sentAtUnixMs: 1,
    })
    await driver.openSession(9)
    drivers.pop()
    await driver.close()
    expect((await readdir(dataFolder)).sort()).toEqual(expect.arrayContaining(['captures', 'history.json']))
    const again = await start(false)
    expect(await again.call('history.list', {})).toMatchObject([{ message: { content: { text: 'once' } } }])
    await again.call('history.clear', {})
    expect(await again.call('history.list', {})).toEqual([])
  })

  test('keeps the settings in the data folder and tells every window of a change', async () => {
    const driver = await start(false)
    const told: string[] = []
    driver.composed.engine.events.subscribe('settings.changed', null, ({ theme }) => told.push(theme))
    await driver.call('settings.write', { patch: { theme: 'dark' } })
    drivers.pop()
    await driver.close()
    const again = await start(false)
    expect([told, await again.call('settings.read', {})]).toMatchObject([
      ['dark'],
      { theme: 'dark', sidebarWidthPx: 252 },
    ])
  })
})

test('a workbench empties the trash of what was removed more than 30 days ago', async () => {
  const captures = join(dataFolder, 'captures', 'trash')
  const profiles = join(dataFolder, 'trash', 'profiles')
  for (const folder of [captures, profiles]) await mkdir(folder, { recursive: true })
  await writeFile(join(captures, 'old.wirebench'), '')
  await writeFile(join(profiles, 'old.json'), '{}')
  const monthsLater = new SystemClock()
  monthsLater.unixMicroseconds = () => (Date.now() + 60 * 24 * 3600 * 1000) * 1000
  const options = {
    dataFolder,
    capabilities: { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' },
  } as const
  const composed = await composeEngine({ ...options, version: '1', clock: monthsLater })
  await composed.close()
  expect([await readdir(captures), await readdir(profiles)]).toEqual([[], []])
})
