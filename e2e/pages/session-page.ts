import { expect, type Locator, type Page } from '@playwright/test'

/** The session in front: its bar, traffic and composer. */
export class SessionPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get bar(): Locator {
    return this.page.getByRole('group', { name: 'Session', exact: true })
  }

  get traffic(): Locator {
    return this.page.getByRole('grid', { name: 'Traffic' })
  }

  get composer(): Locator {
    return this.page.getByRole('region', { name: 'Composer' })
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' })
  }

  get textEditor(): Locator {
    return this.composer.getByRole('textbox', { name: 'Message as text' })
  }

  get hexEditor(): Locator {
    return this.composer.getByRole('textbox', { name: 'Message as hex' })
  }

  /** Rows of the traffic by what a screen reader says of them: direction, size, time, content. */
  row(name: string | RegExp): Locator {
    return this.traffic.getByRole('row', { name })
  }

  sentRow(text: string): Locator {
    return this.row(new RegExp(`^Sent,.*${escapePattern(text)}`))
  }

  receivedRow(text: string): Locator {
    return this.row(new RegExp(`^Received,.*${escapePattern(text)}`))
  }

  async expectState(words: string): Promise<void> {
    await expect(this.bar.getByRole('status')).toHaveText(words)
  }

  async showView(view: 'Timeline' | 'Stream' | 'Text'): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: 'View of the traffic' })
      .getByRole('radio', { name: view, exact: true })
      .click()
  }

  /** Opens the dialog of the framing and decoding, by the button that tells them. */
  async openFraming(): Promise<Locator> {
    await this.page.getByRole('button', { name: /^Framing:/ }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Framing and decoding' })
    await expect(dialog).toBeVisible()
    return dialog
  }

  /** Re-forms the rows by a framing, named as the dialog names it. */
  async chooseFraming(kind: string): Promise<void> {
    const dialog = await this.openFraming()
    await dialog.getByRole('combobox', { name: 'Framing' }).selectOption({ label: kind })
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await expect(dialog).toBeHidden()
  }

  async composeText(text: string, lineEnding?: 'No line ending' | 'Ends with LF' | 'Ends with CRLF' | 'Ends with CR') {
    await this.chooseNotation('Text')
    if (lineEnding !== undefined) {
      await this.composer.getByRole('combobox', { name: 'Line ending' }).selectOption({ label: lineEnding })
    }
    await this.textEditor.fill(text)
  }

  async composeHex(hex: string): Promise<void> {
    await this.chooseNotation('Hex')
    await this.hexEditor.fill(hex)
  }

  async chooseNotation(notation: 'Text' | 'Hex'): Promise<void> {
    await this.composer.getByRole('radio', { name: notation, exact: true }).click()
  }

  async send(): Promise<void> {
    await this.composer.getByRole('button', { name: /^Send(?! a file)/ }).click()
  }

  async button(name: string): Promise<void> {
    await this.bar.getByRole('button', { name, exact: true }).click()
  }

  async menu(entry: string): Promise<void> {
    await this.bar.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
