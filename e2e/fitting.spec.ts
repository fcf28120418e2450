import type { Locator } from '@playwright/test'
import { expectAccessible } from './fixtures/accessibility.ts'
import { controlsUnder, expectInOneLine } from './fixtures/layout.ts'
import { expect, test } from './fixtures/workbench.ts'
import { TrafficFinding } from './pages/traffic-finding.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const sizes = [
  { width: 1280, height: 800 },
  { width: 630, height: 800 },
] as const

for (const size of sizes) {
  test(`bars keep to one line, and nothing in them is cut off or overlaps, ${size.width} px wide`, async ({
    page,
    peers,
    workbench,
  }) => {
    const window = new WorkbenchPage(page)
    const { session } = window
    const peer = await peers.echo()
    await window.connectTo(peer)
    await session.composeText('ASK 1', 'Ends with LF')
    await session.send()
    await expect(session.receivedRow('ASK 1')).toBeVisible()
    await page.setViewportSize(size)

    const top = page.getByRole('banner')
    await expectInOneLine([top.getByRole('heading', { name: 'Wirebench' }), ...(await top.getByRole('button').all())])

    const bar = (name: string): Locator => page.getByRole('button', { name, exact: true })
    const views = page.getByRole('radiogroup', { name: 'View of the traffic' })
    await expectInOneLine([
      ...(await views.getByRole('radio').all()),
      page.getByRole('button', { name: /^Framing:/ }),
      ...['Search', 'Filter', 'Copy', 'Following', 'Rate chart'].map((name) => bar(name).first()),
    ])

    const finding = new TrafficFinding(page)
    await finding.openFilter()
    const { filter } = finding
    await expectInOneLine([
      ...(await filter.getByRole('combobox').all()),
      filter.getByRole('textbox', { name: 'Text or bytes' }),
      filter.getByRole('checkbox', { name: 'Show events' }),
      filter.getByRole('button', { name: 'More conditions' }),
      filter.getByRole('button', { name: 'Close the filter' }),
    ])
    await filter.getByRole('button', { name: 'More conditions' }).click()
    await filter.getByRole('textbox', { name: 'Size from' }).fill('many')
    await expect(filter.getByText('Write a size, such as 1500, 0x5dc or 4 kB.')).toBeVisible()
    await filter.getByRole('textbox', { name: 'Size from' }).fill('')
    await expectAccessible(page)

    await page.setViewportSize(sizes[0])
    await session.button('Disconnect')
    const kept = new WorkbenchPage(await workbench.restart())
    await kept.page.getByRole('tree', { name: 'Captures' }).getByRole('treeitem', { name: /127/ }).dblclick()
    await kept.page.setViewportSize(size)
    const name = kept.page.getByRole('heading', { level: 1, name: /127\.0\.0\.1/ })
    await expectInOneLine([
      kept.page.getByText('Kept capture'),
      name,
      kept.page.getByRole('button', { name: 'Export', exact: true }),
    ])
    expect(await name.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true)
    await expectAccessible(kept.page)
  })

  test(`messages once lay over Send and over the buttons of the trash, ${size.width} px wide`, async ({
    page,
    peers,
  }) => {
    const window = new WorkbenchPage(page)
    const messages = page.getByRole('region', { name: 'Notifications' })
    const covered = (): Promise<readonly string[]> => controlsUnder(page, messages)
    await window.connectTo(await peers.echo())
    await window.session.composeText('one', 'Ends with LF')
    await window.session.send()
    await page.setViewportSize(size)
    await window.session.receivedRow('one').click()
    await page.keyboard.press('Control+c')
    await expect(messages.getByText(/^Copied/)).toBeVisible()
    await expect.poll(covered).toEqual([])

    await page.setViewportSize(sizes[0])
    await window.session.button('Disconnect')
    await expect(window.session.bar.getByRole('status')).toHaveText(/Closed/)
    await page.getByRole('tab', { selected: true }).press('Delete')
    await window.runCommand('All captures')
    await page.setViewportSize(size)
    const view = page.getByRole('region', { name: 'All captures' })
    await view
      .getByRole('row', { name: /127\.0\.0\.1/ })
      .first()
      .click()
    await page.keyboard.press('Delete')
    await expect(messages.getByRole('button', { name: 'Undo' })).toBeVisible()
    await expect.poll(covered).toEqual([])
    await view.getByRole('radio', { name: 'Trash' }).click()
    await expect(view.getByRole('button', { name: 'Empty the trash' })).toBeVisible()
    await expect.poll(covered).toEqual([])
    await view.getByRole('button', { name: 'Empty the trash' }).click()
    await expect(window.dialog.getByRole('button', { name: 'Delete for good' })).toBeVisible()
    await expect(messages.getByRole('button', { name: 'Undo' })).toBeVisible()
    await expect.poll(covered).toEqual([])
  })
}
