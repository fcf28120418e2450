import { page, userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import { afterEach, describe, expect, it } from 'vitest'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import { chooseInMenu, showSession } from '../session/session-tools.test-support.ts'

afterEach(() => cleanup())

const path = '/lab/boot.bin'
const dialog = () => page.getByRole('dialog', { name: 'Send a file' })
const field = (name: string) => dialog().getByRole('textbox', { name, exact: true })
const meaning = () => dialog().getByRole('status', { name: 'What it means' })
const strip = () => page.getByRole('group', { name: 'File being sent' })
const button = (name: string) => strip().getByRole('button', { name, exact: true })

async function showForm() {
  const shown = await showSession()
  shown.engine.runs.fileSizes.set(path, 50_000)
  await chooseInMenu('Send a file')
  return shown
}

async function showRunning() {
  const shown = await showForm()
  await field('Path of the file').fill(path)
  await dialog().getByRole('button', { name: 'Start sending' }).click()
  await expect.element(strip()).toBeVisible()
  return shown
}

function drop(...files: readonly File[]): void {
  const dataTransfer = new DataTransfer()
  for (const file of files) dataTransfer.items.add(file)
  const form = dialog().element().querySelector('form')
  for (const type of ['dragover', 'drop']) {
    form?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }
}

describe('the form', () => {
  it('says what the file and the numbers come to, and starts that', async () => {
    const { engine } = await showForm()
    await expect.element(field('Path of the file')).toHaveFocus()
    await expect.element(meaning()).toHaveTextContent('Chunks of 100 B, one every 1 ms, 100 kB/s')
    await field('Path of the file').fill(path)
    await expect.element(dialog().getByText('50 kB (50,000 bytes)')).toBeVisible()
    await expect.element(meaning()).toHaveTextContent('500 chunks of 100 B, one every 1 ms, 500 ms in all')
    await field('Rate').fill('20000')
    await dialog().getByRole('radio', { name: 'By size' }).click()
    await expect.element(meaning()).toHaveTextContent('50 chunks of 1 kB, one every 50 ms, 2.50 s in all')
    await dialog().getByRole('checkbox', { name: 'Disconnect when everything was sent' }).click()
    await userEvent.keyboard('{Enter}')
    await expect.element(strip()).toBeVisible()
    await expect.element(dialog()).not.toBeInTheDocument()
    expect(engine.runs.plans).toEqual([
      { kind: 'file', path, unit: 'bytes', rate: 20_000, chunkSize: 1000, chunkRate: null, closesWhenFinished: true },
    ])
  })

  it('tells what is wrong at its field, and then starts nothing', async () => {
    const { engine } = await showForm()
    await dialog().getByRole('button', { name: 'Start sending' }).click()
    await expect.element(field('Path of the file')).toHaveAccessibleDescription(/^Enter the path of a file/)
    await expect.element(field('Path of the file')).toHaveFocus()
    await field('Path of the file').fill('/lab/gone.bin')
    await expect.element(field('Path of the file')).toHaveAccessibleDescription(/\/lab\/gone.bin does not exist/)
    await dialog().getByRole('radio', { name: 'By rate' }).click()
    await field('Chunk rate').fill('200000')
    await dialog().getByRole('button', { name: 'Start sending' }).click()
    await expect.element(field('Chunk rate')).toHaveAccessibleDescription(/it needs at least 1/)
    await expect.element(field('Chunk rate')).toHaveAttribute('aria-invalid', 'true')
    await dialog().getByRole('radio', { name: 'As fast as possible' }).click()
    await expect.element(field('Chunk rate')).not.toBeInTheDocument()
    await expect.element(meaning()).toHaveTextContent('Everything, as fast as the peer takes it')
    expect(engine.runs.plans).toEqual([])
  })

  it('starts nothing that was changed while its file was looked at', async () => {
    const { engine } = await showForm()
    await field('Path of the file').fill('/lab/late.bin')
    await expect.element(field('Path of the file')).toHaveAccessibleDescription(/does not exist/)
    engine.runs.fileSizes.set('/lab/late.bin', 50_000)
    let found = (): void => undefined
    engine.answers = {
      'message.measure-file': () =>
        new Promise((resolve) => {
          found = () => resolve({ sizeBytes: 50_000 })
        }),
    }
    await dialog().getByRole('button', { name: 'Start sending' }).click()
    await field('Rate').fill('20000')
    found()
    await expect.element(dialog().getByText('50 kB (50,000 bytes)')).toBeVisible()
    expect(engine.runs.plans).toEqual([])
    await dialog().getByRole('button', { name: 'Start sending' }).click()
    await expect.element(strip()).toBeVisible()
    expect(engine.runs.plans).toMatchObject([{ path: '/lab/late.bin', rate: 20_000 }])
  })

  it('shows what the engine refuses in the form', async () => {
    const { engine } = await showForm()
    engine.answers = {
      'run.start': () => {
        throw new WirebenchError('run-active')
      },
    }
    await field('Path of the file').fill(path)
    await userEvent.keyboard('{Enter}')
    await expect.element(dialog().getByRole('alert')).toHaveTextContent(/A run is at work.*run-active/)
    expect(engine.runs.plans).toEqual([])
  })

  it('hands a chosen file over and knows its lines', async () => {
    const { engine } = await showForm()
    engine.runs.fileSizes.set('/data/files/commands.txt', 23 * 4)
    const input = dialog()
      .getByLabelText('Choose file…')
      .elements()
      .find((element) => element.matches('input'))
    await userEvent.upload(input as HTMLElement, new File(['cmd\n'.repeat(23)], 'commands.txt'))
    await expect.element(field('Path of the file')).toHaveValue('/data/files/commands.txt')
    await dialog().getByRole('radio', { name: 'Lines', exact: true }).click()
    await field('Rate').fill('10')
    await dialog().getByRole('radio', { name: 'By size' }).click()
    await field('Chunk size').fill('5')
    await expect.element(meaning()).toHaveTextContent('5 chunks of 5 lines, one every 500 ms, 2.30 s in all')
  })

  it('takes a dropped file, and says at the path that one is too large', async () => {
    const { engine } = await showForm()
    engine.runs.fileSizes.set('/data/files/a.bin', 3)
    drop(new File(['abc'], 'a.bin'), new File(['d'], 'b.bin'))
    await expect.element(field('Path of the file')).toHaveValue('/data/files/a.bin')
    await expect.element(meaning()).toHaveTextContent('1 chunk of 100 B at most, at once')
    await expect.element(page.getByText('One file is sent at a time: a.bin was taken.')).toBeVisible()
    drop(new File([new Uint8Array(16 * 1024 * 1024 + 1)], 'huge'))
    await expect.element(field('Path of the file')).toHaveAccessibleDescription(/16777217 bytes; at most 16777216/)
  })
})

describe('the file on its way', () => {
  it('shows how far it is, halts, goes on, and tells the exact totals', async () => {
    const { engine } = await showRunning()
    engine.runs.change({ file: { sentBytes: 12_500, sentChunks: 125, bytesPerSecond: 100_000, timeLeftMs: 375 } })
    await expect
      .element(strip())
      .toHaveTextContent(/Sending.*12.5 kB of 50 kB, 25 %.*100 kB\/s.*375 ms left.*125 chunks/)
    await expect.element(strip().getByRole('progressbar')).toHaveAttribute('value', '0.25')
    await button('Pause').click()
    await expect.element(strip().getByRole('status')).toHaveTextContent('Paused')
    await expect.element(strip()).not.toHaveTextContent('left')
    await button('Resume').click()
    await expect.element(button('Pause')).toBeVisible()
    engine.runs.change({
      state: 'done',
      elapsedMs: 502,
      file: { sentBytes: 50_000, sentChunks: 500, bytesPerSecond: null, timeLeftMs: 0 },
    })
    await expect.element(strip()).toHaveTextContent(/Sent.*50,000 bytes.*500 chunks.*in 502 ms/)
    await button('Send again').click()
    await expect.element(strip().getByRole('status')).toHaveTextContent('Sending')
    expect(engine.runs.plans).toHaveLength(2)
    expect(engine.runs.plans[1]).toEqual(engine.runs.plans[0])
  })

  it('is stopped with its part told, and taken away', async () => {
    const { engine } = await showRunning()
    engine.runs.change({ file: { sentBytes: 30_100, sentChunks: 301, sentLines: 12 } })
    await button('Stop').click()
    await expect.element(strip()).toHaveTextContent(/Stopped.*30,100 of 50,000 bytes.*12 lines.*301 chunks/)
    await button('Take it away').click()
    await expect.element(strip()).not.toBeInTheDocument()
  })

  it('says why it failed, and why it holds back', async () => {
    const { engine } = await showRunning()
    engine.runs.change({ error: describeError('peer-not-reading', { unsentBytes: 4_194_305 }) })
    await expect.element(strip()).toHaveTextContent(/4194305 bytes wait/)
    const error = describeError('file-changed', { file: path, sentBytes: 20_000, sizeBytes: 50_000 })
    engine.runs.change({ state: 'failed', file: { sentBytes: 20_000, sentChunks: 200 }, error })
    await expect.element(strip().getByRole('alert')).toHaveTextContent(/changed while it was being sent.*file-changed/)
    await expect.element(strip()).toHaveTextContent(/Failed.*20,000 of 50,000 bytes/)
  })

  it('is seen again when the tab comes back, and nothing else starts beside it', async () => {
    const { workbench } = await showRunning()
    await workbench.connectWithoutSaving({ host: '127.0.0.1', port: 4002 }, 'Other')
    await expect.element(strip()).not.toBeInTheDocument()
    await page.getByRole('tab', { name: /Bench/ }).click()
    await expect.element(strip()).toBeVisible()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await expect.element(page.getByRole('menuitem', { name: 'Send a file' })).toHaveAttribute('aria-disabled', 'true')
  })
})

it('is found in the palette, and takes the path of the composer', async () => {
  await showSession()
  await userEvent.keyboard('{Control>}k{/Control}')
  await userEvent.keyboard('send a file')
  await userEvent.keyboard('{Enter}')
  await expect.element(dialog()).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await page.getByRole('combobox', { name: 'Other ways to write it' }).selectOptions('File')
  await page.getByRole('textbox', { name: 'Path of the file' }).fill('/lab/\\{{a}}.bin')
  await page.getByRole('button', { name: 'Send a file...' }).click()
  await expect.element(field('Path of the file')).toHaveValue('/lab/{{a}}.bin')
})
