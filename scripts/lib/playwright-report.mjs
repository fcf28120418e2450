/**
 * @typedef {{ type: string, description?: string }} PlaywrightAnnotation
 * @typedef {{ status: string, projectName: string, annotations: PlaywrightAnnotation[] }} PlaywrightTest
 * @typedef {{ title: string, specs?: { title: string, tests: PlaywrightTest[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ suites: PlaywrightSuite[], errors: { message?: string }[] }} PlaywrightReport
 */

/**
 * Counts what Playwright's JSON report says. A test that passed only on a second try has failed.
 * @param {PlaywrightReport} report
 * @returns {import('./test-totals.mjs').SuiteResult}
 */
export function countPlaywright(report) {
  let passed = 0
  let failed = 0
  /** @type {{ name: string, reason: string }[]} */
  const skipped = []

  /** @param {PlaywrightSuite} suite @param {readonly string[]} path */
  const visit = (suite, path) => {
    for (const spec of suite.specs ?? []) {
      for (const { status, projectName, annotations } of spec.tests) {
        if (status === 'expected') passed += 1
        else if (status !== 'skipped') failed += 1
        else {
          const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description
          const name = [`[${projectName}]`, ...path, spec.title].join(' › ')
          skipped.push({ name, reason: reason ?? 'it was not reached' })
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title])
  }
  for (const suite of report.suites) visit(suite, [suite.title])
  return { passed, failed, skipped, problems: report.errors.map(({ message }) => message ?? 'An error without text') }
}
