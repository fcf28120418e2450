import { expect, test } from 'vitest'
import { countPlaywright } from './playwright-report.mjs'
import { runSteps } from './run-steps.mjs'
import { brokenSuite, checkAgainstExit, counted } from './test-totals.mjs'
import { countVitest } from './vitest-report.mjs'

/** @param {() => Promise<import('./test-totals.mjs').SuiteResult>} run */
const step = (run) => ({ name: 'unit', title: 'Unit tests', run })

/** @param {readonly ReturnType<typeof step>[]} steps */
async function run(steps) {
  let printed = ''
  const exitCode = await runSteps(
    steps,
    async () => '/chromium',
    (text) => void (printed += text),
  )
  return { exitCode, lastLine: printed.trimEnd().split('\n').at(-1), printed }
}

test('the last line is the total, and every suite runs also after one failed', async () => {
  const { exitCode, lastLine } = await run([
    step(async () => counted(3, 1)),
    step(async () => {
      throw new Error('no browser')
    }),
    step(async () => ({ ...counted(2, 0), skipped: [{ name: 'window', reason: 'no Electron' }] })),
  ])
  expect([exitCode, lastLine]).toEqual([1, '5 passed, 2 failed, 1 skipped'])
})

test('what is skipped is listed under its reason', async () => {
  const skipped = ['opens', 'closes'].map((name) => ({ name, reason: 'no Electron' }))
  const { exitCode, printed } = await run([step(async () => ({ ...counted(1, 0), skipped }))])
  expect(exitCode).toBe(0)
  expect(printed).toContain('Skipped:\n  no Electron\n    opens\n    closes\n')
})

test('nothing that ran is no success', async () => {
  expect(await run([])).toMatchObject({ exitCode: 1, lastLine: '0 passed, 0 failed' })
})

test.each([
  ['all passed', counted(2, 0), { exitCode: 0, problem: null }, []],
  ['tests failed', counted(2, 1), { exitCode: 1, problem: null }, []],
  ['a crash after the last test', counted(2, 0), { exitCode: 1, problem: null }, ['It ended with exit code 1.']],
  ['no test at all', counted(0, 0), { exitCode: 0, problem: null }, ['It ran no test.']],
  ['a hang', counted(2, 0), { exitCode: null, problem: 'It did not end.' }, ['It did not end.']],
  ['no report', brokenSuite('no report'), { exitCode: 1, problem: null }, ['no report']],
])('%s is judged by report and exit code', (_what, result, end, problems) => {
  expect(checkAgainstExit(result, { ...end, output: '' }).problems).toEqual(problems)
})

test('a report of Vitest is counted, a file that did not load as a failure', () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'a' },
          { status: 'failed', fullName: 'b' },
          { status: 'skipped', fullName: 'c' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  }
  expect(countVitest(report)).toEqual({
    passed: 1,
    failed: 1,
    skipped: [{ name: 'c', reason: 'marked skipped' }],
    problems: ['b.test.ts: SyntaxError'],
  })
})

test('a report of Playwright is counted, a lucky second try as a failure', () => {
  /** @param {string} status @param {{ type: string, description?: string }[]} [annotations] */
  const tests = (status, annotations = []) => [{ status, projectName: 'web', annotations }]
  const report = {
    errors: [{ message: 'no tests found in x.spec.ts' }],
    suites: [
      {
        title: 'a.spec.ts',
        specs: [
          { title: 'passes', tests: tests('expected') },
          { title: 'fails', tests: tests('unexpected') },
        ],
        suites: [
          {
            title: 'group',
            specs: [
              { title: 'wavers', tests: tests('flaky') },
              { title: 'waits', tests: tests('skipped', [{ type: 'skip', description: 'no Electron' }]) },
            ],
          },
        ],
      },
    ],
  }
  expect(countPlaywright(report)).toEqual({
    passed: 1,
    failed: 2,
    skipped: [{ name: '[web] › a.spec.ts › group › waits', reason: 'no Electron' }],
    problems: ['no tests found in x.spec.ts'],
  })
})
