import type { Locator, Page } from '@playwright/test'

/** Saved messages, the sequence in front, and the environments, as a person finds them. */
export class CollectionPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get tree(): Locator {
    return this.page.getByRole('tree', { name: 'Saved messages' })
  }

  entry(name: string): Locator {
    return this.tree.getByRole('treeitem', { name })
  }

  step(number: number): Locator {
    return this.page.getByRole('listitem', { name: `Step ${number}`, exact: true })
  }

  get run(): Locator {
    return this.page.getByRole('region', { name: 'Run' }).filter({ visible: true })
  }

  /** A step of the last run, from 1. */
  result(number: number): Locator {
    return this.run
      .getByRole('list', { name: 'Steps of the run' })
      .getByRole('listitem')
      .nth(number - 1)
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  async newSequence(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New sequence' }).click()
    await this.dialog.getByLabel('Name').fill(name)
    await this.dialog.getByRole('button', { name: 'Create' }).click()
    await this.page.getByRole('heading', { name }).waitFor()
  }

  async addStep(kind: 'Send text or hex' | 'Wait for a reply' | 'Pause' | 'Send a saved message'): Promise<void> {
    await this.page.getByRole('button', { name: 'Add a step' }).click()
    await this.page.getByRole('menuitem', { name: kind }).click()
  }

  async addSending(number: number, text: string): Promise<void> {
    await this.addStep('Send text or hex')
    await this.step(number).getByRole('textbox', { name: 'Text' }).fill(text)
  }

  async addWaitingForText(number: number, text: string, timeoutMs: number): Promise<void> {
    await this.addStep('Wait for a reply')
    await this.step(number).getByRole('textbox', { name: 'Text' }).fill(text)
    await this.step(number).getByRole('textbox', { name: 'At most for' }).fill(String(timeoutMs))
  }

  async addWaitingForPattern(number: number, pattern: string, captured: string): Promise<void> {
    await this.addStep('Wait for a reply')
    const step = this.step(number)
    await step.getByRole('combobox', { name: 'Wait for' }).selectOption({ label: 'Regular expression' })
    await step.getByRole('textbox', { name: 'Regular expression' }).fill(pattern)
    await step.getByRole('button', { name: 'Capture a value' }).click()
    await step.getByRole('textbox', { name: 'Name', exact: true }).fill(captured)
  }

  async openEnvironments(): Promise<void> {
    await this.page.getByRole('button', { name: /^Environment:/ }).click()
    await this.page.getByRole('menuitem', { name: /Edit environments/ }).click()
  }

  async useEnvironment(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Environment:/ }).click()
    await this.page.getByRole('menuitem', { name, exact: true }).click()
    await this.page.getByRole('button', { name: `Environment: ${name}` }).waitFor()
  }

  async addEnvironment(name: string): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add environment' }).click()
    await this.dialog.getByLabel('Name of the environment').fill(name)
  }

  async addVariable(name: string, value: string, secret = false): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add variable' }).click()
    await this.dialog.getByRole('textbox', { name: 'Name of the new variable' }).fill(name)
    if (secret) await this.dialog.getByRole('switch', { name: `Secret of ${name}` }).check()
    await this.dialog.getByLabel(`Value of ${name}`, { exact: true }).fill(value)
  }

  async saveEnvironments(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await this.dialog.waitFor({ state: 'hidden' })
  }
}
