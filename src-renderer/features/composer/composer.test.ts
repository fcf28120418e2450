import { page, userEvent } from 'vitest/browser'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { HistoryEntry } from '../../../src-main/contract/schemas/history.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { SessionState } from '../../state/session-state.svelte.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import '../../theme/base.css'
import { FakeCapture } from '../traffic/fake-capture.test-support.ts'
import Composer from './Composer.svelte'
import { ComposerState } from './composer-state.svelte.ts'

const snapshot = (state: SessionSnapshot['state']): SessionSnapshot => ({
  sessionId: 'session-1',
  title: 'Power supply',
  profileId: null,
  captureId: 'capture-1',
  settings: {
    host: '127.0.0.1',
    port: 5025,
    addressFamily: 'any',
    connectTimeoutMs: 10_000,
    noDelay: true,
    keepAliveDelayMs: null,
  },
  state,
  connectionNumber: 1,
  resolvedAddresses: [],
  local: null,
  remote: null,
  resolveMs: null,
  connectMs: null,
  openedAtUnixUs: null,
  counters: { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 },
  ending: null,
  receivePaused: false,
})

function show(state: SessionSnapshot['state'], history: HistoryEntry[] = []) {
  const link = new FakeCapture()
  link.answers.set('history.list', () => history)
  link.answers.set('history.add', () => ({}))
  link.answers.set('session.connect', () => snapshot('resolving'))
  link.answers.set('session.send', () => ({ queuedBytes: 0, unsentBytes: 0 }))
  const workbench = new Workbench(link)
  const session = new SessionState(link, workbench.captures, snapshot(state))
  const composer = new ComposerState(link, 'session-1', { mode: 'text', lineEnding: 'lf' })
  void render(Composer, { composer, session, workbench })
  return { link, session, composer }
}

const editor = () => page.getByRole('textbox')
const commands = (link: FakeCapture): string[] =>
  link.calls.flatMap(({ name, request }) => {
    if (name === 'session.send') return [`send ${hexOf((request as { bytes: Uint8Array }).bytes)}`]
    return name === 'session.connect' ? ['connect'] : []
  })

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

describe('composer', () => {
  beforeEach(() => sessionStorage.clear())

  it('mirrors text as hex with the exact count, and sends by Ctrl+Enter', async () => {
    const { link } = show('open')
    await editor().fill('*IDN?')
    await expect.element(page.getByText('6 bytes')).toBeVisible()
    await expect.element(page.getByText('2A 49 44 4E 3F 0A')).toBeVisible()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitFor(() => expect(commands(link)).toEqual(['send 2a49444e3f0a']))
    await expect.element(editor()).toHaveValue('*IDN?')
  })

  it('sends by Ctrl+Enter from every control of the composer', async () => {
    const { link } = show('open')
    await editor().fill('A')
    await page.getByRole('radio', { name: 'Hex' }).click()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await vi.waitFor(() => expect(commands(link)).toEqual(['send 410a']))
  })

  it('switches to hex and back without losing anything', async () => {
    show('open')
    await editor().fill('A\\xff')
    await page.getByRole('radio', { name: 'Hex' }).click()
    await expect.element(editor()).toHaveValue('41 FF 0A')
    await editor().fill('41 F')
    await expect.element(page.getByText('hex-malformed')).toBeVisible()
    await page.getByRole('radio', { name: 'Text' }).click()
    await expect.element(editor()).toHaveValue('A\\xff')
    await page.getByRole('radio', { name: 'Hex' }).click()
    await expect.element(editor()).toHaveValue('41 F')
  })

  it('points at the malformed character and does not send', async () => {
    const { link } = show('open')
    await editor().fill('ab\\q')
    const described = editor().element().getAttribute('aria-describedby') ?? ''
    await vi.waitFor(() => expect(document.getElementById(described)?.textContent).toContain('at character 3'))
    expect(document.querySelector('mark')?.textContent).toBe('\\q')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled()
    expect(commands(link)).toEqual([])
  })

  it('connects first where there is no connection', async () => {
    const { link } = show('closed')
    await editor().fill('go')
    await expect.element(page.getByText('Not connected: connects first, then sends.')).toBeVisible()
    await page.getByRole('button', { name: 'Connect and send' }).click()
    await vi.waitFor(() => expect(commands(link)).toEqual(['connect', 'send 676f0a']))
  })

  it('says when sending was ended', async () => {
    show('half-closed-local')
    await editor().fill('late')
    await expect.element(page.getByText('Sending was ended on this connection.')).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled()
  })

  it('brings back what was sent before and what was being written', async () => {
    show('open', [{ mode: 'hex', text: '0x41', lineEnding: 'none', sentAtUnixMs: 1 }])
    await editor().fill('mine')
    await vi.waitFor(async () => {
      await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
      await expect.element(editor(), { timeout: 100 }).toHaveValue('0x41')
    })
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
    await expect.element(editor()).toHaveValue('mine')
  })

  it('keeps the message and says why when it could not be handed over', async () => {
    const { link } = show('open')
    link.answers.set('session.send', () => {
      throw new WirebenchError('not-connected')
    })
    await editor().fill('again')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.element(page.getByRole('alert')).toHaveTextContent('not-connected')
    await expect.element(editor()).toHaveValue('again')
  })
})
