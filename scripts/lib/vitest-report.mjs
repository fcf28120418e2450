/**
 * @typedef {{ status: string, fullName: string, meta?: { skipReason?: string } }} VitestAssertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: VitestAssertion[] }} VitestFile
 * @typedef {{ testResults: VitestFile[] }} VitestReport
 */

/**
 * Counts what Vitest's JSON report says. A file that could not be loaded has no tests and counts as a problem.
 * @param {VitestReport} report
 * @returns {import('./test-totals.mjs').SuiteResult}
 */
export function countVitest(report) {
  let passed = 0
  let failed = 0
  /** @type {{ name: string, reason: string }[]} */
  const skipped = []
  /** @type {string[]} */
  const problems = []
  for (const file of report.testResults) {
    const before = failed
    for (const { status, fullName, meta } of file.assertionResults) {
      if (status === 'passed') passed += 1
      else if (status === 'failed') failed += 1
      else skipped.push({ name: fullName, reason: meta?.skipReason ?? `marked ${status}` })
    }
    if (file.status === 'failed' && failed === before) problems.push(`${file.name}: ${file.message ?? 'it failed'}`)
  }
  return { passed, failed, skipped, problems }
}
