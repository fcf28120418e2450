import { expect, type Locator, type Page } from '@playwright/test'
import { SessionPage } from './session-page.ts'

/** Where to connect to. */
export interface Target {
  readonly host: string
  readonly port: number | string
}

/** The window as a person finds it: by roles and names. */
export class WorkbenchPage {
  readonly page: Page
  readonly session: SessionPage

  constructor(page: Page) {
    this.page = page
    this.session = new SessionPage(page)
  }

  get tree(): Locator {
    return this.page.getByRole('tree', { name: 'Connections' })
  }

  /** A connection in the sidebar. */
  connection(name: string): Locator {
    return this.tree.getByRole('treeitem', { name })
  }

  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: title })
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  async openNewConnection(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'New connection' }).first().click()
    await expect(this.dialog).toBeVisible()
    return this.dialog
  }

  async fillConnection({ host, port, name }: Target & { readonly name?: string }): Promise<void> {
    await this.dialog.getByLabel('Host').fill(host)
    await this.dialog.getByLabel('Port', { exact: true }).fill(String(port))
    if (name !== undefined) await this.dialog.getByLabel('Name', { exact: true }).fill(name)
  }

  /** Fills the form of a new connection, presses one of its buttons and waits until the form is gone. */
  async newConnection(
    target: Target & { readonly name?: string },
    button: 'Save' | 'Save and connect' | 'Connect without saving' = 'Save and connect',
  ): Promise<void> {
    await this.openNewConnection()
    await this.fillConnection(target)
    await this.dialog.getByRole('button', { name: button, exact: true }).click()
    await expect(this.dialog).toBeHidden()
  }

  /** Connects and waits until the connection is open. */
  async connectTo(target: Target): Promise<void> {
    await this.newConnection(target, 'Connect without saving')
    await this.session.expectState('Open')
  }

  /** The message that tells about something, with its action when it has one. */
  toast(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text })
  }

  async runCommand(title: string): Promise<void> {
    // A page that is still loading knows no commands, and a form that is just closing would keep the keys for itself.
    await expect(this.page.getByRole('button', { name: /^Search or run a command/ })).toBeVisible()
    await expect(this.dialog).toBeHidden()
    await this.page.keyboard.press('Control+k')
    await this.dialog.getByRole('combobox').fill(title)
    await this.page.keyboard.press('Enter')
  }
}
