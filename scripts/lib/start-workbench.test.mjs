import { afterEach, expect, test } from 'vitest'
import { start } from './start-workbench.mjs'

const exitCodeBefore = process.exitCode
afterEach(() => {
  process.exitCode = exitCodeBefore
})

/**
 * Starts in made surroundings and tells what happened.
 * @param {Parameters<typeof start>[1]} changes
 */
async function startIn(changes) {
  /** @type {string[]} */
  const events = []
  await start(['--data-dir', 'bench'], {
    missingDisplayReason: () => null,
    findElectron: () => '/electron',
    downloadElectron: async () => {
      events.push('download')
      return null
    },
    runElectron: async (program, hostArguments) => {
      events.push(`electron ${program} ${hostArguments.join(' ')}`)
      return { exitCode: 0, signal: null, ranMs: 60_000 }
    },
    runWebHost: async (webArguments) => void events.push(`web ${webArguments.join(' ')}`),
    note: (line) => void events.push(line),
    ...changes,
  })
  return { events, exitCode: process.exitCode }
}

const web = 'web --data-dir bench'
const electron = 'electron /electron --data-dir bench'

test('opens Electron where it is', async () => {
  expect(await startIn({})).toEqual({ events: [electron], exitCode: exitCodeBefore })
})

test('without a display the browser gets it, and nothing is downloaded', async () => {
  const { events } = await startIn({ missingDisplayReason: () => 'there is no display', findElectron: () => null })
  expect(events).toEqual([
    'Electron cannot be used here: there is no display. Serving the workbench to a browser instead.',
    web,
  ])
})

test('a missing Electron is fetched once and then used', async () => {
  let present = false
  const { events } = await startIn({
    findElectron: () => (present ? '/electron' : null),
    downloadElectron: async () => {
      present = true
      return null
    },
  })
  expect(events).toEqual([electron])
})

test('when it cannot be fetched the browser gets it', async () => {
  const { events } = await startIn({
    findElectron: () => null,
    downloadElectron: async () => 'its download failed (offline)',
  })
  expect(events).toEqual([
    'Electron cannot be used here: its download failed (offline). Serving the workbench to a browser instead.',
    web,
  ])
})

test('an Electron that does not start gives way to the browser', async () => {
  const { events } = await startIn({ runElectron: async () => ({ exitCode: 127, signal: null, ranMs: 40 }) })
  expect(events).toEqual([
    'Electron cannot be used here: it could not be started (exit code 127). Serving the workbench to a browser instead.',
    web,
  ])
})

test('an Electron that fails later ends with its own exit code', async () => {
  const { events, exitCode } = await startIn({
    runElectron: async () => ({ exitCode: 7, signal: null, ranMs: 60_000 }),
  })
  expect([events, exitCode]).toEqual([[], 7])
})

test('an Electron that was told to end does not come back as a web host', async () => {
  const { events } = await startIn({ runElectron: async () => ({ exitCode: null, signal: 'SIGTERM', ranMs: 40 }) })
  expect(events).toEqual([])
})
