import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const executableNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
]

/** Where the usual installers put it when it is not on the path. */
const usualPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/**
 * The Chromium or Chrome to test with: the one named by WIREBENCH_CHROMIUM or CHROMIUM_PATH, else an installed one.
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | null} null when none is installed
 */
export function findChromium(environment = process.env) {
  for (const named of [environment.WIREBENCH_CHROMIUM, environment.CHROMIUM_PATH]) {
    if (named !== undefined && named !== '') {
      if (!isExecutable(named)) throw new Error(`The Chromium named in the environment cannot be run: ${named}`)
      return named
    }
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = executableNames.flatMap((name) => folders.map((folder) => join(folder, name + suffix)))
  const usual = process.platform === 'darwin' || process.platform === 'win32' ? usualPlaces[process.platform] : []
  return [...onPath, ...usual].find(isExecutable) ?? null
}

/**
 * What a headless Chromium needs here: no sandbox for root, and no traffic of its own in the background.
 * @returns {string[]}
 */
export function chromiumArguments() {
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
