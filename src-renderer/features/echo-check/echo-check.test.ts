import { page, userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import { afterEach, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import { chooseInMenu, showSession } from '../session/session-tools.test-support.ts'

afterEach(() => cleanup())

const dialog = () => page.getByRole('dialog', { name: 'Echo check' })
const field = (name: string) => dialog().getByRole('textbox', { name, exact: true })
const strip = () => page.getByRole('group', { name: 'Echo check' })

it('sends the message of the blog post and counts what comes back, piece by piece', async () => {
  const { engine } = await showSession()
  await chooseInMenu('Echo check')
  await expect.element(field('Text')).toHaveFocus()
  await expect.element(field('Text')).toHaveAccessibleDescription(/^42 bytes/)
  await userEvent.keyboard('{Enter}')
  await expect.element(strip()).toHaveTextContent(/Checking.*received 0 of 42.*no piece yet/)
  expect(engine.runs.plans).toMatchObject([{ kind: 'echo-check', readSizeBytes: 16, timeoutMs: 10_000 }])
  engine.runs.change({ echo: { receivedBytes: 32, pieces: [16, 16] } })
  await expect.element(strip()).toHaveTextContent(/received 32 of 42.*16, 16/)
  engine.runs.change({ state: 'done', elapsedMs: 3, echo: { receivedBytes: 42, pieces: [16, 16, 10] } })
  await expect
    .element(strip())
    .toHaveTextContent(/Complete.*received 42 of 42.*All 42 bytes came back unchanged.*16, 16, 10.*in 3 ms/)
  await strip().getByRole('button', { name: 'Check again' }).click()
  await expect.element(strip()).toHaveTextContent('received 0 of 42')
  expect(engine.runs.plans[1]).toEqual(engine.runs.plans[0])
})

it('tells an early close, other bytes and a late peer in words', async () => {
  const { engine } = await showSession()
  await chooseInMenu('Echo check')
  await userEvent.keyboard('{Enter}')
  await expect.element(strip()).toBeVisible()
  const early = { receivedBytes: 24, pieces: [16, 8], peerClosed: true }
  engine.runs.change({ state: 'failed', echo: early, error: describeError('closed-early') })
  await expect.element(strip().getByRole('status')).toHaveTextContent('24 of 42, peer closed.')
  await strip().getByRole('button', { name: 'Check again' }).click()
  await expect.element(strip()).toHaveTextContent('received 0 of 42')
  engine.runs.change({ state: 'done', echo: { receivedBytes: 42, differsAt: 3, pieces: [42] } })
  await expect.element(strip()).toHaveTextContent(/Not the same.*has offset 3, counted from 0/)
  await strip().getByRole('button', { name: 'Check again' }).click()
  await expect.element(strip()).toHaveTextContent('Checking')
  await strip().getByRole('button', { name: 'Stop' }).click()
  await expect.element(strip()).toHaveTextContent(/Stopped.*0 of 42 came back/)
  await strip().getByRole('button', { name: 'Take it away' }).click()
  await expect.element(strip()).not.toBeInTheDocument()
})

it('takes what is in the composer, the read size and the timeout', async () => {
  const { engine } = await showSession()
  await page.getByRole('textbox', { name: 'Message as text' }).click()
  await userEvent.keyboard('*IDN?')
  await chooseInMenu('Echo check')
  await dialog().getByRole('radio', { name: 'What is in the composer' }).click()
  await expect.element(dialog().getByText('*IDN?')).toBeVisible()
  await dialog().getByRole('radio', { name: '256' }).click()
  await expect.element(field('Read size')).toHaveValue('256')
  await field('Timeout').fill('soon')
  await dialog().getByRole('button', { name: 'Check', exact: true }).click()
  await expect.element(field('Timeout')).toHaveAccessibleDescription(/^Enter a time from 1 ms/)
  await expect.element(field('Timeout')).toHaveFocus()
  await field('Timeout').fill('')
  await dialog().getByRole('button', { name: 'Check', exact: true }).click()
  await expect.element(strip()).toBeVisible()
  expect(engine.runs.plans).toMatchObject([
    { message: { content: { mode: 'text', text: '*IDN?' } }, readSizeBytes: 256, timeoutMs: null },
  ])
})
