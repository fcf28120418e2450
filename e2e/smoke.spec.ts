import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'

test('the workbench opens, in light and in dark, and axe finds nothing', async ({ page }) => {
  await expect(page).toHaveTitle(/Wirebench/)
  await expect(page.getByRole('main')).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
})
