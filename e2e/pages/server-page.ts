import { expect, type Locator, type Page } from '@playwright/test'
import type { WorkbenchPage } from './workbench-page.ts'

export type ServerView = 'Clients' | 'Commands' | 'Rules' | 'Faults' | 'Traffic'

/** The tab of a local server as a person finds it. */
export class ServerPage {
  readonly page: Page
  readonly name: string

  constructor(page: Page, name: string) {
    this.page = page
    this.name = name
  }

  /** Makes a server in the form, starts it, and waits until it listens in its tab. */
  static async make(
    window: WorkbenchPage,
    name: string,
    kind: string,
    fill: (dialog: Locator) => Promise<void> = () => Promise.resolve(),
  ): Promise<ServerPage> {
    const { page, dialog } = window
    await page.getByRole('button', { name: 'New local server' }).first().click()
    await dialog.getByLabel('Kind').selectOption({ label: kind })
    await dialog.getByLabel('Name', { exact: true }).fill(name)
    await dialog.getByLabel(/^(Port|Command port)$/).fill('0')
    await fill(dialog)
    await dialog.getByRole('button', { name: 'Create and start' }).click()
    await expect(dialog).toBeHidden()
    const server = new ServerPage(page, name)
    await expect(server.bar.getByText('Listening', { exact: true })).toBeVisible()
    return server
  }

  get region(): Locator {
    return this.page.getByRole('region', { name: `Server ${this.name}`, exact: true })
  }

  get bar(): Locator {
    return this.region.getByRole('group', { name: 'Server', exact: true })
  }

  get clients(): Locator {
    return this.region.getByRole('grid', { name: 'Clients' })
  }

  /** The clients, without the head of the list. */
  get clientRows(): Locator {
    return this.clients.getByRole('row').filter({ has: this.page.getByRole('gridcell') })
  }

  /** Brings the tab of the server in front, at one of its views. */
  async show(view: ServerView): Promise<void> {
    await this.page
      .getByRole('tree', { name: 'Local servers' })
      .getByRole('treeitem', { name: new RegExp(`\\b${this.name}\\b`) })
      .click()
    await this.region.getByRole('tab', { name: new RegExp(`^${view}`) }).click()
  }

  /** Writes a template or a script in place of what is there, as a person does. */
  async writeCode(label: string, text: string): Promise<void> {
    const editor = this.region.getByRole('textbox', { name: label, exact: true })
    await editor.click()
    await editor.press('Control+A')
    await this.page.keyboard.insertText(text)
  }

  async apply(): Promise<void> {
    await this.region.getByRole('button', { name: 'Apply', exact: true }).click()
    await expect(this.region.getByRole('button', { name: 'Apply', exact: true })).toBeHidden()
  }

  /** Where it listens. */
  async port(): Promise<number> {
    const text = await this.bar.innerText()
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1]
    if (port === undefined) throw new Error(`No address in: ${text}`)
    return Number(port)
  }
}
