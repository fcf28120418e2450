import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MessageMode } from '../../../src-main/contract/schemas/message.ts'
import { header, showComposer } from './composer-setting.test-support.ts'

const modes: readonly MessageMode[] = ['text', 'hex', 'base64', 'file', 'json', 'structure', 'm2', 'msgpack']
const labels = ['Text', 'Hex', 'Base64', 'File', 'JSON', 'Structure', 'M2', 'MessagePack']

describe('switching how the message is written', () => {
  beforeEach(() => sessionStorage.clear())
  afterEach(() => vi.restoreAllMocks())

  it.each([
    ['wide', 1200],
    ['middle', 1000],
    ['narrow', 520],
  ])('warns of nothing in a %s window', async (_room, width) => {
    const warned = vi.spyOn(console, 'warn')
    await page.viewport(width, 700)
    const { composer } = await showComposer({ structures: [header] })
    composer.write('structure', { structureId: 'structure-1' })
    for (const label of [...labels, ...labels.toReversed()]) {
      const radio = page.getByRole('radio', { name: label, exact: true })
      const list = page.getByRole('combobox', { name: 'Other ways to write it' })
      if (radio.query() === null) await list.selectOptions(label)
      else await radio.click()
      await vi.waitFor(() => expect(composer.draft.mode).toBe(modes[labels.indexOf(label)]))
      const editor = page.getByRole('textbox', { name: /^(Message|Details) as/ })
      if (editor.query() === null) continue
      // Completions are worked out a moment after a key, when the next way to write has been chosen.
      await editor.click()
      await userEvent.keyboard('1')
    }
    expect(warned.mock.calls).toEqual([])
  })
})
