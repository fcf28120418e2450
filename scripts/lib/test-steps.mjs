import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './ensure-built.mjs'
import { countPlaywright } from './playwright-report.mjs'
import { cacheFolder, packageProgram } from './project.mjs'
import { runNode } from './run-program.mjs'
import { addedUp, brokenSuite, checkAgainstExit, counted } from './test-totals.mjs'
import { countVitest } from './vitest-report.mjs'

const minute = 60_000
/** Colours for a person at a terminal, none in a file. */
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }
const reportFolder = join(cacheFolder, 'reports')

/** @typedef {import('./test-totals.mjs').SuiteResult} SuiteResult */

/**
 * @typedef {object} StepContext
 * @property {(text: string) => void} print
 * @property {() => Promise<string>} chromium path of the browser to test in
 */

/**
 * @typedef {object} TestStep
 * @property {string} name for --only; steps may share one
 * @property {string} title
 * @property {(context: StepContext) => Promise<SuiteResult>} run
 */

/**
 * A program whose exit code is its verdict: one check.
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} script
 * @param {number} [limitMinutes] that a slow machine may take
 * @returns {TestStep}
 */
function check(name, title, script, limitMinutes = 10) {
  return {
    name,
    title,
    async run({ print }) {
      const { exitCode, problem, output } = await runNode(script, {
        environment: colours,
        timeLimitMs: limitMinutes * minute,
      })
      if (exitCode === 0) return counted(1, 0)
      print(output)
      return problem === null ? counted(0, 1) : brokenSuite(problem)
    },
  }
}

/**
 * Sources and components apart and side by side. A component reaches the linter as text that differs from the file, so
 * each makes the types of its whole program anew: among them, every other file would be checked as slowly.
 * @type {TestStep}
 */
const lintStep = {
  name: 'lint',
  title: 'Lint',
  async run(context) {
    const linter = [packageProgram('eslint/bin/eslint.js'), '.', '--max-warnings', '0', '--no-warn-ignored']
    const parts = [
      check('lint', 'Sources', [...linter, '--ignore-pattern', '**/*.svelte'], 30),
      check('lint', 'Components', [...linter, '--ignore-pattern', '**/*.{ts,mjs,js}'], 30),
    ]
    return addedUp(await Promise.all(parts.map((part) => part.run(context))))
  },
}

/** @param {string} program */
const typeCheck = (program) =>
  check('types', `Types of ${program}`, [packageProgram('typescript/bin/tsc'), '--project', program])

/** @param {string} program */
const svelteCheck = (program) =>
  check('types', `Types of ${program}`, [
    packageProgram('svelte-check/bin/svelte-check'),
    '--tsconfig',
    program,
    '--fail-on-warnings',
    '--output',
    'human',
  ])

/**
 * A suite that writes its counts as JSON.
 * @template Report
 * @param {string} name
 * @param {string} title
 * @param {boolean} inBrowser
 * @param {(reportFile: string) => { script: readonly string[], environment?: Record<string, string> }} command
 * @param {(report: Report) => SuiteResult} count
 * @returns {TestStep}
 */
function suite(name, title, inBrowser, command, count) {
  return {
    name,
    title,
    async run({ print, chromium }) {
      const reportFile = join(reportFolder, `${name}.json`)
      mkdirSync(reportFolder, { recursive: true })
      rmSync(reportFile, { force: true })
      const { script, environment = {} } = command(reportFile)
      const run = await runNode(script, {
        environment: { ...colours, ...environment, ...(inBrowser ? { WIREBENCH_CHROMIUM: await chromium() } : {}) },
        timeLimitMs: 40 * minute,
        onOutput: print,
      })
      return checkAgainstExit(readReport(reportFile, count), run)
    },
  }
}

/**
 * @template Report
 * @param {string} reportFile
 * @param {(report: Report) => SuiteResult} count
 */
function readReport(reportFile, count) {
  try {
    return count(JSON.parse(readFileSync(reportFile, 'utf8')))
  } catch (error) {
    return brokenSuite(`It left no report that can be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** @param {'unit' | 'component'} project */
const vitest = (project) => (/** @type {string} */ reportFile) => ({
  script: [
    packageProgram('vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ],
})

/** @type {TestStep} */
const buildStep = {
  name: 'build',
  title: 'Build',
  async run({ print }) {
    try {
      await build()
      return counted(1, 0)
    } catch (error) {
      print(`${error instanceof Error ? error.message : String(error)}\n`)
      return counted(0, 1)
    }
  },
}

/** Everything `npm test` runs, in order. */
export const testSteps = [
  check('format', 'Format', [packageProgram('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
  check('house', 'House rules: file sizes', ['scripts/check-file-sizes.mjs']),
  check('house', 'House rules: nothing about one machine', ['scripts/check-machine-traces.mjs']),
  lintStep,
  typeCheck('tsconfig.contract.json'),
  typeCheck('tsconfig.main.json'),
  typeCheck('tsconfig.electron.json'),
  typeCheck('tsconfig.preload.json'),
  typeCheck('tsconfig.scripts.json'),
  typeCheck('tsconfig.bench.json'),
  typeCheck('tsconfig.e2e.json'),
  svelteCheck('tsconfig.renderer.json'),
  svelteCheck('tsconfig.renderer-tests.json'),
  check('layers', 'Layers', [
    packageProgram('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.mjs',
    'src-main',
    'src-renderer',
    'scripts',
    'bench',
    'e2e',
  ]),
  check('dead-code', 'Dead code', [packageProgram('knip/bin/knip.js')]),
  buildStep,
  suite('unit', 'Unit tests', false, vitest('unit'), countVitest),
  suite('component', 'Component tests in a browser', true, vitest('component'), countVitest),
  suite(
    'e2e',
    'End-to-end and accessibility tests',
    true,
    (reportFile) => ({
      script: [packageProgram('@playwright/test/cli.js'), 'test', '--reporter=list,json'],
      environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile },
    }),
    countPlaywright,
  ),
]
