import { page, userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import type { WireLogState } from '../../../src-main/contract/schemas/wire-log.ts'
import type { FakeEngine } from '../../testing/fake-link.ts'
import { chooseInMenu, showSession } from '../session/session-tools.test-support.ts'

afterEach(() => {
  vi.restoreAllMocks()
  cleanup()
})

const dialog = () => page.getByRole('dialog', { name: 'Begin a wire log' })
const field = (name: string) => dialog().getByRole('textbox', { name, exact: true })
const bar = () => page.getByRole('region', { name: 'Wire log', exact: true })
const tail = () => bar().getByRole('region', { name: 'Newest text of the wire log' })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Tells a change of the log of the only session. */
function changeLog(engine: FakeEngine, change: Partial<WireLogState>): void {
  const [session] = engine.sessions
  if (session?.wireLog == null) throw new Error('There is no log.')
  engine.changeSession(session.sessionId, { wireLog: { ...session.wireLog, ...change } })
}

async function begin(): Promise<void> {
  await dialog().getByRole('button', { name: 'Begin' }).click()
  await expect.element(bar()).toBeVisible()
}

describe('beginning', () => {
  it('shows a record as it will be, and begins with what was chosen', async () => {
    const { engine } = await showSession()
    await chooseInMenu('Wire log')
    const preview = dialog().getByRole('group', { name: 'Preview of one record' })
    await expect.element(preview).toHaveTextContent(/Rx \('127.0.0.1', \d+\):\s*This is the message\.\s*CR/)
    await dialog().getByRole('checkbox', { name: 'Sent (Tx)' }).click()
    await dialog().getByRole('radio', { name: 'One for each direction' }).click()
    await field('Name').fill('bench')
    await expect.element(field('Name')).toHaveAccessibleDescription(/bench\.2026-.*\.rx\.log/)
    await field('Folder').fill('/var/log/wires')
    await dialog().getByRole('button', { name: 'Only the bytes' }).click()
    await expect.element(preview).toHaveTextContent(/^This is the message\./)
    await begin()
    expect(engine.sessions[0]?.wireLog?.settings).toEqual({
      rx: true,
      tx: false,
      samed: false,
      filed: true,
      template: '%(data)b',
      name: 'bench',
      folder: '/var/log/wires',
      temporary: false,
    })
  })

  it('tells what is wrong at its field', async () => {
    const { engine } = await showSession()
    await chooseInMenu('Wire log')
    await field('Template of a record').fill('%(when)b')
    await expect.element(field('Template of a record')).toHaveAccessibleDescription(/at character 1: "%\(when\)b"/)
    await field('Name').fill('../x')
    await expect.element(field('Name')).toHaveAttribute('aria-invalid', 'true')
    await dialog().getByRole('button', { name: 'Begin' }).click()
    await expect.element(field('Name')).toHaveFocus()
    await field('Name').fill('main')
    await dialog().getByRole('button', { name: 'Use the usual template' }).click()
    engine.answers = {
      'session.set-wire-log': () => {
        throw new WirebenchError('file-unwritable', { file: '/nowhere/main.log', reason: 'No such folder.' })
      },
    }
    await field('Folder').fill('/nowhere')
    await dialog().getByRole('button', { name: 'Begin' }).click()
    await expect.element(field('Folder')).toHaveAccessibleDescription(/could not be written. No such folder/)
    await dialog().getByRole('checkbox', { name: 'Received (Rx)' }).click()
    await dialog().getByRole('checkbox', { name: 'Sent (Tx)' }).click()
    await expect.element(dialog().getByText('Choose at least one direction.')).toBeVisible()
    await expect.element(bar()).not.toBeInTheDocument()
  })
})

describe('while it is on', () => {
  it('is marked, with its files to be copied, its counts and its newest text, and ends', async () => {
    const copied: string[] = []
    vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((text) => {
      copied.push(text)
      return Promise.resolve()
    })
    const { engine } = await showSession()
    engine.wireLogText = { rx: bytes(''), tx: bytes(''), both: bytes('\nTx bob:\n<b>PING</b>\r\n\n') }
    await chooseInMenu('Wire log')
    await begin()
    await expect.element(bar().getByRole('status')).toHaveTextContent('Wire log on')
    changeLog(engine, { recordCount: 2, byteCount: 1234 })
    await expect.element(bar()).toHaveTextContent(/2 records, 1.23 kB/)
    await bar().getByRole('button', { name: 'Copy the path /data/wirelogs/main.log' }).click()
    await expect.poll(() => copied).toEqual(['/data/wirelogs/main.log'])
    await expect.element(tail()).toHaveTextContent(/Tx bob:.*<b>PING<\/b>.*CR/)
    expect(tail().element().querySelector('.line b')).toBeNull()
    engine.wireLogText = { ...engine.wireLogText, both: bytes('\nRx bob:\n\u0000\u00ff\n') }
    await expect.element(tail()).toHaveTextContent(/Rx bob:\s*NUL/)
    await bar().getByRole('button', { name: 'Text', exact: true }).click()
    await expect.element(tail()).not.toBeInTheDocument()
    await bar().getByRole('button', { name: 'End', exact: true }).click()
    await expect.element(bar()).not.toBeInTheDocument()
    await expect.element(page.getByText('The wire log has ended with 2 records: /data/wirelogs/main.log')).toBeVisible()
  })

  it('shows each direction of a split log, and says when it failed', async () => {
    const { engine } = await showSession()
    engine.wireLogText = { rx: bytes('received'), tx: bytes('sent'), both: bytes('') }
    await chooseInMenu('Wire log')
    await dialog().getByRole('radio', { name: 'One for each direction' }).click()
    await begin()
    await expect.element(tail()).toHaveTextContent('received')
    await bar().getByRole('radio', { name: 'Sent' }).click()
    await expect.element(tail()).toHaveTextContent('sent')
    changeLog(engine, { error: describeError('disk-full', { file: '/data/wirelogs/main.rx.log' }) })
    await expect.element(bar().getByRole('alert')).toHaveTextContent(/The disk is full.*disk-full/)
    await expect.element(bar().getByRole('status')).toHaveTextContent('Wire log failed')
  })

  it('of a log in memory: saves it, and asks before it is forgotten', async () => {
    const saved: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download)
    })
    const { engine } = await showSession()
    await chooseInMenu('Wire log')
    await dialog().getByRole('radio', { name: 'In memory' }).click()
    await expect.element(field('Name')).not.toBeInTheDocument()
    await begin()
    await expect.element(bar().getByRole('button', { name: 'Save...' })).toBeDisabled()
    changeLog(engine, { recordCount: 3, byteCount: 30, forgottenBytes: 5_000 })
    await expect.element(bar()).toHaveTextContent(/in memory.*the oldest 5 kB are forgotten/)
    await bar().getByRole('button', { name: 'Save...' }).click()
    await expect.element(page.getByText('Saved the newest 1 MiB as main.log.')).toBeVisible()
    expect(saved).toEqual(['main.log'])
    await bar().getByRole('button', { name: 'End', exact: true }).click()
    await page.getByRole('button', { name: 'Keep it on' }).click()
    await expect.element(bar()).toBeVisible()
    await bar().getByRole('button', { name: 'End', exact: true }).click()
    await page.getByRole('button', { name: 'End and forget' }).click()
    await expect.element(bar()).not.toBeInTheDocument()
    expect(engine.sessions[0]?.wireLog).toBeNull()
  })

  it('the menu and the palette lead to its text', async () => {
    await showSession()
    await chooseInMenu('Wire log')
    await begin()
    await bar().getByRole('button', { name: 'Text', exact: true }).click()
    await expect.element(tail()).not.toBeInTheDocument()
    await userEvent.keyboard('{Control>}k{/Control}')
    await userEvent.keyboard('wire log{Enter}')
    await expect.element(tail()).toBeVisible()
  })
})
