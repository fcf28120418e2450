import type { Page } from '@playwright/test'
import { dismissMessages, look, picture } from './fixtures/picture.ts'
import { expect, test, type Peers } from './fixtures/workbench.ts'
import { TrafficFinding } from './pages/traffic-finding.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** A press line: cycles of readings, some with an alarm, answered now and then. */
async function recordPress(page: Page, peers: Peers, name: string, cycles: number): Promise<WorkbenchPage> {
  const window = new WorkbenchPage(page)
  const peer = await peers.silent()
  await window.newConnection({ host: peer.host, port: peer.port, name })
  await window.session.expectState('Open')
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const alarm = cycle % 9 === 4 ? ' ALARM overpressure' : ''
    peer.send(`cycle ${cycle} force ${(41 + (cycle % 7) * 1.25).toFixed(2)} kN${alarm}\n`.repeat(1 + (cycle % 5)))
    if (cycle % 6 === 0) {
      await window.session.composeText(`ACK ${cycle}`, 'Ends with LF')
      await window.session.send()
    }
    await expect(window.session.receivedRow(`cycle ${cycle} `).first()).toBeVisible()
  }
  return window
}

async function keep(window: WorkbenchPage): Promise<void> {
  await window.session.button('Disconnect')
  await expect(window.session.bar.getByRole('status')).toHaveText(/Closed/)
  await window.page.getByRole('tab', { selected: true }).press('Delete')
}

test('pictures of captures', async ({ page, peers }) => {
  test.setTimeout(180_000)
  await keep(await recordPress(page, peers, 'Press 4, before the repair', 14))
  await keep(await recordPress(page, peers, 'Press 4, after the repair', 12))
  const window = await recordPress(page, peers, 'Press 4', 40)
  const finding = new TrafficFinding(page)

  await window.session.chooseFraming('Lines, LF')
  await window.runCommand('Show or hide the rate chart')
  await finding.lookFor('ALARM')
  await expect(finding.search).toContainText(/found/)
  await page.keyboard.press('Enter')
  await dismissMessages(page)
  await picture(page, 'finding')
  await page.keyboard.press('Escape')
  await keep(window)

  await window.runCommand('All captures')
  const view = page.getByRole('region', { name: 'All captures' })
  await view.getByRole('row', { name: /after the repair/ }).click()
  const details = view.getByRole('complementary', { name: 'Details of the capture' })
  await details.getByRole('textbox', { name: 'Notes' }).fill('Valve 12 replaced. No alarm in this run.')
  await details.getByRole('textbox', { name: 'Tags' }).fill('press 4, repair')
  await details.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(details).toContainText('all of it is whole')
  await dismissMessages(page)
  await expect(view.getByRole('row', { name: /press 4, repair/ })).toBeVisible()
  await picture(page, 'captures')
})

for (const size of [
  { width: 1280, height: 800 },
  { width: 630, height: 760 },
]) {
  const named = (name: string): string => `${name}-${size.width}`

  test(`looks at captures, ${size.width} px wide`, async ({ page, peers, workbench }) => {
    test.setTimeout(300_000)
    const see = async (name: string): Promise<void> => {
      await page.setViewportSize(size)
      await look(page, named(name))
    }
    const widen = (): Promise<void> => page.setViewportSize({ width: 1280, height: 800 })
    await keep(await recordPress(page, peers, 'Press 4, before the repair', 14))
    const window = await recordPress(page, peers, 'Press 4', 24)
    const finding = new TrafficFinding(page)

    await see('session')
    await finding.openFilter()
    await see('filter')
    await finding.filter.getByRole('textbox', { name: 'Text or bytes' }).fill('ALARM')
    await finding.filter.getByRole('checkbox', { name: 'Show events' }).uncheck()
    await finding.filter.getByRole('combobox', { name: 'Direction' }).selectOption('Received')
    await finding.filter.getByRole('button', { name: /^More conditions/ }).click()
    await finding.filter.getByRole('textbox', { name: 'Size from' }).fill('100')
    await finding.filter.getByRole('textbox', { name: 'Size to' }).fill('5')
    await see('filter-more')
    await finding.filter.getByRole('textbox', { name: 'Size to' }).fill('')
    await finding.filter.getByRole('combobox', { name: 'Look for' }).selectOption('Regex')
    await finding.filter.getByRole('textbox', { name: 'Text or bytes' }).fill('A(LA')
    await expect(finding.filter.getByText('pattern-malformed')).toBeVisible()
    await see('filter-wrong')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await finding.filter.getByRole('button', { name: 'Close the filter' }).click()

    await finding.lookFor('ALARM')
    await expect(finding.search).toContainText(/found/)
    await page.keyboard.press('Enter')
    await see('search')
    await finding.search.getByRole('button', { name: /^Where to look/ }).click()
    await see('search-scope')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Rate chart' }).click()
    await see('chart')
    const start = page.getByRole('slider', { name: 'Beginning of the chosen time' })
    for (let step = 0; step < 5; step += 1) await start.press('Shift+ArrowRight')
    await expect(page.getByRole('button', { name: 'Clear the chosen time' })).toBeVisible()
    await see('chart-chosen')
    await page.getByRole('button', { name: 'Show as table' }).click()
    await see('chart-table')
    await start.press('Escape').catch(() => undefined)
    await page.getByRole('button', { name: 'Show as table' }).click()
    await page.getByRole('button', { name: 'Clear the chosen time' }).click()
    await page.getByRole('button', { name: 'Rate chart' }).click()

    await window.session.receivedRow('cycle').last().dblclick()
    await see('inspector')
    await page.keyboard.press('Control+c')
    await see('message')
    if (size.width < 1000) await page.getByRole('button', { name: 'Hide the inspector' }).click()
    await widen()

    await window.session.menu('Export…')
    await see('export')
    await page.keyboard.press('Escape')
    await widen()
    await page.getByRole('region', { name: 'Captures' }).getByRole('button', { name: 'Import…' }).click()
    await see('import')
    await page.keyboard.press('Escape')
    await widen()

    await keep(window)
    await window.runCommand('Compare two captures')
    const setup = page.getByRole('form', { name: 'What is compared' })
    await setup.getByRole('combobox', { name: 'Messages' }).selectOption({ label: 'cut both like this' })
    await setup.getByRole('textbox', { name: 'Framing' }).fill('lf')
    await see('comparison-setup')
    await setup.getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByText(/only right$/)).toBeVisible()
    await page.getByRole('checkbox', { name: 'Differences only' }).check()
    await page
      .getByRole('grid', { name: 'Pairs of messages' })
      .getByRole('row', { name: /changed|only/ })
      .first()
      .click()
    await see('comparison')
    await widen()

    await window.runCommand('All captures')
    const view = page.getByRole('region', { name: 'All captures' })
    await view.getByRole('row', { name: /before the repair/ }).click()
    await view.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(view).toContainText('all of it is whole')
    await see('captures')
    await view.getByRole('row', { name: /before the repair/ }).click()
    await page.keyboard.press('Delete')
    await view.getByRole('radio', { name: 'Trash' }).click()
    await see('trash')
    await page.getByRole('button', { name: 'Undo' }).click()
    await view.getByRole('radio', { name: 'Captures' }).click()

    await widen()
    const kept = new WorkbenchPage(await workbench.restart())
    await kept.page
      .getByRole('tree', { name: 'Captures' })
      .getByRole('treeitem', { name: /before the repair/ })
      .dblclick()
    await see('kept')
  })
}
