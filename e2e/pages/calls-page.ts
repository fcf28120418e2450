import type { Locator, Page } from '@playwright/test'

/** The calls of the session in front: where they are written, the ledger, and one in full. */
export class CallsPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Sessions in other tabs stay in the page, hidden. */
  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Call', exact: true }).filter({ visible: true })
  }

  get command(): Locator {
    return this.panel.getByRole('combobox', { name: 'Command', exact: true })
  }

  get ledger(): Locator {
    return this.page.getByRole('grid', { name: 'Ledger of calls' }).filter({ visible: true })
  }

  get details(): Locator {
    return this.page.getByRole('region', { name: 'Call in full' }).filter({ visible: true })
  }

  /** A row of the ledger by what it holds. */
  row(text: string): Locator {
    return this.ledger.getByRole('row').filter({ hasText: text })
  }

  /** Turns to writing a call and chooses the protocol. */
  async begin(protocol: string): Promise<void> {
    await this.page.getByRole('radio', { name: 'Call', exact: true }).filter({ visible: true }).click()
    await this.choose(protocol)
  }

  async choose(protocol: string): Promise<void> {
    await this.panel.getByRole('button', { name: protocol }).click()
  }

  async addParameter(name: string, type: string, value: string): Promise<void> {
    await this.panel.getByRole('button', { name: 'Add a parameter' }).click()
    await this.panel
      .getByRole('textbox', { name: /^Name of parameter/ })
      .last()
      .fill(name)
    await this.panel.getByRole('combobox', { name: `Type of ${name}` }).selectOption(type)
    const field = this.panel.getByLabel(`Value of ${name}`)
    if (type === 'boolean') await field.selectOption(value)
    else await field.fill(value)
  }

  async chooseKind(kind: string): Promise<void> {
    await this.panel.getByRole('combobox', { name: 'What goes out' }).selectOption(kind)
  }

  async call(): Promise<void> {
    await this.panel.getByRole('button', { name: /^(Call|Connect and call)( |$)/ }).click()
  }

  async showLedger(): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: 'View of the traffic' })
      .filter({ visible: true })
      .getByRole('radio', { name: 'Calls', exact: true })
      .click()
  }

  /** The ledger, the statistics or the catalogue. */
  async showPart(part: 'Ledger' | 'Statistics' | 'Catalogue'): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: 'Part of the calls' })
      .filter({ visible: true })
      .getByRole('radio', { name: part })
      .click()
  }

  /** Sends what is written and waits for no answer. */
  async send(): Promise<void> {
    await this.panel.getByRole('button', { name: /^Send( |$)/ }).click()
  }
}
