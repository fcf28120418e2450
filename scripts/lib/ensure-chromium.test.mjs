import { expect, test } from 'vitest'
import { ensureChromium } from './ensure-chromium.mjs'

/**
 * Surroundings in which only what a test names works.
 * @param {Parameters<typeof ensureChromium>[0]} changes
 */
function surroundingsWith(changes) {
  /** @type {string[]} */
  const events = []
  return {
    events,
    findInstalled: () => null,
    findPlaywrightBrowser: async () => null,
    mayUseApt: () => false,
    runApt: async () => ({ exitCode: 100, problem: null, output: 'Get:1 …\nE: Unable to locate package chromium\n' }),
    runPlaywrightInstall: async () => ({ exitCode: 1, problem: null, output: 'Error: server returned code 404\n' }),
    note: (/** @type {string} */ line) => void events.push(line),
    ...changes,
  }
}

test('an installed one is taken, else the one that Playwright has already', async () => {
  const installed = surroundingsWith({ findInstalled: () => '/chromium' })
  const fetched = surroundingsWith({ findPlaywrightBrowser: async () => '/fetched' })
  expect([await ensureChromium(installed), await ensureChromium(fetched), installed.events, fetched.events]).toEqual([
    '/chromium',
    '/fetched',
    [],
    [],
  ])
})

test('the system’s package is installed where that is allowed', async () => {
  let installed = false
  const around = surroundingsWith({
    findInstalled: () => (installed ? '/chromium' : null),
    mayUseApt: () => true,
    runApt: async () => {
      installed = true
      return { exitCode: 0, problem: null, output: '' }
    },
  })
  expect([await ensureChromium(around), around.events]).toEqual([
    '/chromium',
    ['Installing Chromium from the system’s packages…'],
  ])
})

test('Playwright’s download comes last', async () => {
  let fetched = false
  const around = surroundingsWith({
    mayUseApt: () => true,
    findPlaywrightBrowser: async () => (fetched ? '/fetched' : null),
    runPlaywrightInstall: async () => {
      fetched = true
      return { exitCode: 0, problem: null, output: '' }
    },
  })
  expect(await ensureChromium(around)).toBe('/fetched')
})

test('when none can be had it says what was tried and what to do', async () => {
  await expect(ensureChromium(surroundingsWith({ mayUseApt: () => true }))).rejects.toThrow(
    [
      'No Chromium could be had for the tests in a browser. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
      '  apt-get: E: Unable to locate package chromium',
      '  playwright install: Error: server returned code 404',
    ].join('\n'),
  )
})
