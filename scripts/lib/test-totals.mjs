/**
 * @typedef {object} SuiteResult
 * @property {number} passed
 * @property {number} failed
 * @property {readonly { readonly name: string, readonly reason: string }[]} skipped
 * @property {readonly string[]} problems why the suite failed beyond its failed tests; each counts as one failure
 */

/**
 * @param {number} passed
 * @param {number} failed
 * @returns {SuiteResult}
 */
export const counted = (passed, failed) => ({ passed, failed, skipped: [], problems: [] })

/**
 * A suite that could not be counted: it failed once, for the reason given.
 * @param {string} problem
 * @returns {SuiteResult}
 */
export const brokenSuite = (problem) => ({ passed: 0, failed: 0, skipped: [], problems: [problem] })

/**
 * What several parts of a suite come to together.
 * @param {readonly SuiteResult[]} results
 * @returns {SuiteResult}
 */
export const addedUp = (results) => ({
  passed: results.reduce((sum, { passed }) => sum + passed, 0),
  failed: results.reduce((sum, { failed }) => sum + failed, 0),
  skipped: results.flatMap(({ skipped }) => skipped),
  problems: results.flatMap(({ problems }) => problems),
})

/** @param {SuiteResult} result */
export const failuresOf = (result) => result.failed + result.problems.length

/**
 * The closing line over all suites.
 * @param {readonly SuiteResult[]} results
 */
export function closingLine(results) {
  const total = addedUp(results)
  const line = `${total.passed} passed, ${failuresOf(total)} failed`
  return total.skipped.length === 0 ? line : `${line}, ${total.skipped.length} skipped`
}

/**
 * Adds what the exit code knows and the report does not: a crash after the last test, or no test at all.
 * @param {SuiteResult} result
 * @param {import('./run-program.mjs').RunResult} run
 * @returns {SuiteResult}
 */
export function checkAgainstExit(result, { exitCode, problem }) {
  const problems = [...result.problems]
  if (problem !== null) problems.push(problem)
  else if (exitCode !== 0 && failuresOf(result) === 0) problems.push(`It ended with exit code ${exitCode}.`)
  if (problems.length === 0 && result.passed + result.failed === 0) problems.push('It ran no test.')
  return { ...result, problems }
}
