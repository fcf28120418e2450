import { page, userEvent } from 'vitest/browser'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandInput } from '../../../src-main/contract/commands.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { showComposer } from './composer-setting.test-support.ts'

type Kept = CommandInput<'message.keep-file'>

/** A composer whose engine keeps files, and what it was given. */
async function showWithFiles() {
  const shown = await showComposer()
  const kept: Kept[] = []
  shown.link.answers.set('message.keep-file', (request: Kept) => {
    kept.push(request)
    return { path: `/data/files/${request.name}` }
  })
  const bytes = Uint8Array.of(1, 2, 255)
  shown.link.answers.set('session.preview-message', () => ({
    bytes,
    contentStart: 0,
    contentEnd: 3,
    masked: [],
    computed: [],
    remarks: [{ place: { part: 'message' }, message: 'Read it with care.' }],
  }))
  return { ...shown, kept }
}

const path = () => page.getByRole('textbox', { name: 'Path of the file' })
const picker = () =>
  page
    .getByLabelText('Choose file…')
    .elements()
    .find((element) => element.matches('input'))

function drop(target: Element, ...files: readonly File[]): DragEvent {
  const dataTransfer = new DataTransfer()
  for (const file of files) dataTransfer.items.add(file)
  const options = { dataTransfer, bubbles: true, cancelable: true }
  const over = new DragEvent('dragover', options)
  target.dispatchEvent(over)
  target.dispatchEvent(new DragEvent('drop', options))
  return over
}

describe('files as messages', () => {
  beforeEach(() => sessionStorage.clear())

  it('takes a chosen file, byte for byte, and shows what goes out', async () => {
    const { kept } = await showWithFiles()
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    const file = new File([Uint8Array.of(1, 2, 255)], 'boot.bin')
    await userEvent.upload(picker() as HTMLElement, file)
    await expect.element(path()).toHaveValue('/data/files/boot.bin')
    expect(kept).toEqual([{ name: 'boot.bin', bytes: Uint8Array.of(1, 2, 255) }])
    await expect.element(page.getByRole('group', { name: /^The same bytes/ })).toHaveTextContent('01 02 FF')
    await expect.element(page.getByText('Read it with care.')).toBeVisible()
  })

  it.each([
    ['Text', 'Take it back'],
    ['JSON', 'JSON'],
  ])('takes a file dropped onto the editor of %s, whose text can be had again', async (mode, back) => {
    const { composer } = await showWithFiles()
    await page.getByRole('radio', { name: mode, exact: true }).click()
    const editor = page.getByRole('textbox', { name: /^Message as/ })
    await editor.click()
    await userEvent.keyboard('12')
    const over = drop(editor.element(), new File(['abc'], '{{a}}.txt'), new File(['def'], 'other'))
    expect(over.defaultPrevented).toBe(true)
    await expect.element(path()).toHaveValue('/data/files/\\{{a}}.txt')
    await page.getByRole(back === mode ? 'radio' : 'button', { name: back, exact: true }).click()
    await vi.waitFor(() => expect(composer.content).toMatchObject({ mode: mode.toLowerCase(), text: '12' }))
  })

  it('says that a file is too large before reading it', async () => {
    const { kept } = await showWithFiles()
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    const file = new File([new Uint8Array(16 * 1024 * 1024 + 1)], 'huge')
    const read = vi.spyOn(file, 'arrayBuffer')
    drop(path().element(), file)
    await expect.element(path()).toHaveAttribute('aria-invalid', 'true')
    await expect.element(page.getByText('message-too-large').first()).toBeVisible()
    expect([kept, read.mock.calls]).toEqual([[], []])
  })

  it('says at the field why the engine could not keep it, until a path is written', async () => {
    const { link } = await showWithFiles()
    link.answers.set('message.keep-file', () => {
      throw new WirebenchError('disk-full', { file: 'a' })
    })
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    drop(path().element(), new File(['a'], 'a'))
    await expect.element(path()).toHaveAttribute('aria-invalid', 'true')
    await expect.element(page.getByText('disk-full').first()).toBeVisible()
    await path().fill('/b')
    await expect.element(path()).not.toHaveAttribute('aria-invalid')
  })

  it('lets what is dragged and no file alone', async () => {
    await showWithFiles()
    const dataTransfer = new DataTransfer()
    dataTransfer.setData('text/plain', 'words')
    const over = new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true })
    page
      .getByRole('textbox', { name: /^Message as/ })
      .element()
      .dispatchEvent(over)
    expect(over.defaultPrevented).toBe(false)
  })
})
