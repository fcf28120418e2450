import { brokenSuite, closingLine, failuresOf } from './test-totals.mjs'

/** @typedef {import('./test-totals.mjs').SuiteResult} SuiteResult */
/** @typedef {import('./test-steps.mjs').TestStep} TestStep */

/**
 * Runs all steps in order, tells the result of each, and closes with the total.
 * @param {readonly TestStep[]} steps
 * @param {() => Promise<string>} findBrowser
 * @param {(text: string) => void} [print]
 * @returns {Promise<number>} the exit code
 */
export async function runSteps(steps, findBrowser, print = (text) => void process.stdout.write(text)) {
  /** @type {Promise<string> | null} */
  let browser = null
  const chromium = () => (browser ??= findBrowser())
  /** @type {{ title: string, result: SuiteResult }[]} */
  const done = []
  for (const step of steps) {
    print(`\n── ${step.title}\n`)
    const startedAtMs = performance.now()
    const result = await runStep(step, { print, chromium })
    done.push({ title: step.title, result })
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
    for (const problem of result.problems) print(`${problem}\n`)
    print(`${failuresOf(result) === 0 ? 'ok' : 'FAILED'}: ${closingLine([result])} (${seconds} s)\n`)
  }
  print(summaryOf(done))
  const results = done.map(({ result }) => result)
  const nothingRan = results.every((result) => result.passed + failuresOf(result) === 0)
  return nothingRan || results.some((result) => failuresOf(result) > 0) ? 1 : 0
}

/**
 * @param {TestStep} step
 * @param {import('./test-steps.mjs').StepContext} context
 */
async function runStep(step, context) {
  try {
    return await step.run(context)
  } catch (error) {
    return brokenSuite(error instanceof Error ? error.message : String(error))
  }
}

/** @param {readonly { title: string, result: SuiteResult }[]} done */
function summaryOf(done) {
  const lines = ['', '── Summary', '']
  for (const { title, result } of done) {
    lines.push(`${failuresOf(result) === 0 ? '  ok    ' : '  FAILED'}  ${title}: ${closingLine([result])}`)
  }
  const skipped = done.flatMap(({ result }) => result.skipped)
  if (skipped.length > 0) lines.push('', 'Skipped:', ...skippedLines(skipped))
  return `${lines.join('\n')}\n\n${closingLine(done.map(({ result }) => result))}\n`
}

/**
 * Names grouped by their reason, which is most often one for many.
 * @param {readonly { name: string, reason: string }[]} skipped
 */
function skippedLines(skipped) {
  /** @type {Map<string, string[]>} */
  const byReason = new Map()
  for (const { name, reason } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), name])
  return [...byReason].flatMap(([reason, names]) => [`  ${reason}`, ...names.map((name) => `    ${name}`)])
}
