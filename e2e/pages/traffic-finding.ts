import { expect, type Locator, type Page } from '@playwright/test'

/** The search over the traffic and the filter of its timeline. */
export class TrafficFinding {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get search(): Locator {
    return this.page.getByRole('search', { name: 'Search the traffic' })
  }

  get field(): Locator {
    return this.search.getByRole('textbox', { name: 'Text or bytes to look for' })
  }

  get results(): Locator {
    return this.page.getByRole('listbox', { name: 'Places found' })
  }

  get filter(): Locator {
    return this.page.getByRole('region', { name: 'Filter of the timeline' })
  }

  /** Opens the search by its key and looks for something. */
  async lookFor(pattern: string, kind: 'Text' | 'Hex' | 'Regex' = 'Text'): Promise<void> {
    await this.page.keyboard.press('Control+f')
    await expect(this.field).toBeFocused()
    await this.search.getByRole('combobox', { name: 'Look for' }).selectOption({ label: kind })
    await this.field.fill(pattern)
  }

  async openFilter(): Promise<void> {
    await this.page.getByRole('button', { name: 'Filter', exact: true }).click()
    await expect(this.filter).toBeVisible()
  }

  async goTo(by: 'Row' | 'Byte' | 'Time' | 'Message', typed: string): Promise<void> {
    await this.page.keyboard.press('Control+g')
    const dialog = this.page.getByRole('dialog', { name: 'Go to' })
    await dialog.getByRole('radio', { name: by, exact: true }).click()
    await dialog.getByRole('textbox').fill(typed)
    await dialog.getByRole('button', { name: 'Go', exact: true }).click()
    await expect(dialog).toBeHidden()
  }

  /** The selected rows, as a screen reader tells them. */
  get selectedRow(): Locator {
    return this.page.getByRole('grid', { name: 'Traffic' }).getByRole('row', { selected: true })
  }
}
