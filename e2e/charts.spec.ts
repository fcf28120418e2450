import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the chart tells what a session sent and received, by keyboard and as a table, ${colorScheme}`, async ({
    page,
    peers,
  }) => {
    await page.emulateMedia({ colorScheme })
    const window = new WorkbenchPage(page)
    await window.connectTo(await peers.echo())
    await window.session.composeText('0123456789')
    await window.session.send()
    await expect(window.session.receivedRow('0123456789')).toBeVisible()

    await window.runCommand('Show or hide the rate chart')
    const chart = page.getByRole('region', { name: 'Rate chart', exact: true })
    await expect(chart.locator('canvas')).toBeVisible()
    await chart.getByRole('radio', { name: 'All', exact: true }).click()
    const cursor = chart.getByRole('slider', { name: 'Time in the chart' })
    await cursor.press('Home')
    await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d.*: sent .*, received .*/)
    await expectAccessible(page)

    await chart.getByRole('button', { name: 'Show as table' }).click()
    const table = chart.getByRole('table', { name: 'Bytes sent and received over time' })
    await expect(table.getByRole('cell', { name: '11 B', exact: true })).toHaveCount(2)
    await expectAccessible(page)

    await page.reload()
    await window.session.bar.waitFor()
    await expect(chart).toBeVisible()
    await page.getByRole('button', { name: 'Rate chart' }).click()
    await expect(chart).toBeHidden()
  })
}
