import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { describeError, WirebenchError } from '../../../src-main/contract/errors.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import type { TlsSummary } from '../../../src-main/contract/schemas/tls.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench
let sessionId: string

const secured: TlsSummary = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  keyExchange: 'X25519',
  alpn: null,
  serverName: 'localhost',
  isResumed: true,
  isVerified: true,
  verdict: { ok: true, fault: null, message: '', reason: null, isPinned: false },
  peerName: 'localhost',
  peerFingerprint: null,
  peerValidToUnixMs: null,
  localName: null,
  handshakeMs: 3,
}
const live = { opened: true, accepted: true, connected: true, cutOff: false, shouldBeConnected: true }

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  const change =
    (changed: Partial<SessionSnapshot>) =>
    ({ sessionId: id }: { sessionId: string }): SessionSnapshot =>
      engine.changeSession(id, changed)
  engine.answers = {
    'session.cancel': change({ state: 'closed', retry: null }),
    'session.close-connection': change({ state: 'closed' }),
    'session.end-receiving': change({ receivingEnded: true }),
    'session.start-tls': change({ tls: secured }),
    'session.set-key-log': ({ sessionId: id, isOn }) =>
      engine.changeSession(id, { keyLog: { isOn, path: isOn ? '/data/keys.log' : null, lineCount: 0, error: null } }),
    'session.unsent': () => ({ bytes: new Uint8Array([0x2a, 0x49, 0x44, 0x4e, 0x3f, 0x0a]), totalBytes: 6 }),
  }
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  const session = await workbench.connectWithoutSaving({ host: 'gateway.plant', port: 8883 })
  sessionId = session.sessionId
  engine.changeSession(sessionId, { flags: live })
})

afterEach(() => cleanup())

const bar = () => page.getByRole('group', { name: 'Session', exact: true })
const button = (name: string | RegExp) => bar().getByRole('button', { name })

async function choose(name: string | RegExp): Promise<void> {
  await button('More').click()
  await page.getByRole('menuitem', { name }).click()
}

it('counts down to the next attempt, and tries at once or gives up', async () => {
  const waiting: Partial<SessionSnapshot> = {
    state: 'waiting-to-retry',
    retry: { attempt: 3, maximumAttempts: 10, nextAtUnixUs: (Date.now() + 3_600_000) * 1000 },
  }
  engine.changeSession(sessionId, waiting)
  await expect.element(bar()).toHaveTextContent(/Waiting to try again\s*attempt 3 of 10, in 60 min/)
  await button('Try now').click()
  await expect.element(bar().getByRole('status')).toHaveTextContent('Open')

  engine.changeSession(sessionId, { ...waiting, retry: { attempt: 2, maximumAttempts: null, nextAtUnixUs: 0 } })
  await expect.element(bar()).toHaveTextContent(/attempt 2, now/)
  await button('Cancel').click()
  await expect.element(bar().getByRole('status')).toHaveTextContent('Closed')
  expect(engine.calls.filter((name) => /connect|cancel/.test(name))).toEqual([
    'session.connect',
    'session.connect',
    'session.cancel',
  ])
})

it('shows a lock for what verifies, and red with the reason for what does not', async () => {
  engine.changeSession(sessionId, { tls: secured })
  await expect.element(button(/TLS 1.3/)).toHaveTextContent('TLS 1.3 resumed')
  const verdict = { ...secured.verdict, ok: false, fault: 'certificate-expired', message: 'It has expired.' } as const
  engine.changeSession(sessionId, { tls: { ...secured, isVerified: false, verdict } })
  await expect.element(button(/not verified: expired/)).toBeVisible()
  await button(/not verified: expired/).click()
  await vi.waitUntil(() => workbench.sidePanel.showsDetails(sessionId))
})

it('says before the key log is on what it is, and marks it while it is', async () => {
  await choose('Turn the key log on…')
  await expect.element(page.getByText(/Anyone who has this file can decrypt the connection/)).toBeVisible()
  expect(engine.sessions[0]?.keyLog.isOn).toBe(false)
  await page.getByRole('button', { name: 'Turn the key log on' }).click()
  await expect.element(button(/Key log on/)).toBeVisible()
  await choose('Turn the key log off')
  await expect.element(button(/Key log on/)).not.toBeInTheDocument()
})

it('switches to TLS in mid-stream after saying how', async () => {
  await choose('Start TLS…')
  await expect.element(page.getByRole('dialog')).toHaveTextContent(/gateway\.plant/)
  await expect.element(page.getByRole('dialog')).toHaveTextContent(/must verify/)
  await page.getByRole('button', { name: 'Start TLS', exact: true }).click()
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  await expect.element(button(/TLS 1.3/)).toBeVisible()
  await button('More').click()
  await expect.element(page.getByRole('menuitem', { name: 'Start TLS…' })).toHaveAttribute('aria-disabled', 'true')
})

it('shows unsent bytes as hex and text, and resends them when told to', async () => {
  const requests: unknown[] = []
  engine.answers = {
    ...engine.answers,
    'session.connect': (request) => {
      requests.push(request.resendUnsent)
      return engine.changeSession(request.sessionId, { state: 'open' })
    },
  }
  const error = describeError('connection-reset')
  const ending = { by: 'peer', how: 'rst', unsentBytes: 6, error } as const
  engine.changeSession(sessionId, { state: 'closed', ending })
  await button('6 B unsent').click()
  const bytes = page.getByRole('region', { name: 'The unsent bytes' })
  await expect.element(bytes).toHaveTextContent('00000000 2a 49 44 4e 3f 0a *IDN?·')
  await page.getByRole('radio', { name: 'Text', exact: true }).last().click()
  await expect.element(bytes).toHaveTextContent('*IDN?\\n')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await choose('Reconnect and resend the unsent')
  await vi.waitUntil(() => requests.length === 1)
  expect(requests).toEqual([true])
})

it('marks a loss that was noticed and that receiving was ended', async () => {
  await choose('End receiving')
  await expect.element(bar()).toHaveTextContent('Receiving ended')
  engine.changeSession(sessionId, { flags: { ...live, cutOff: true } })
  await expect.element(bar().getByText('Lost', { exact: true })).toBeVisible()
})

it('offers the same in the palette', async () => {
  await userEvent.keyboard('{Control>}k{/Control}')
  await expect.element(page.getByRole('combobox', { name: 'Search or run a command' })).toHaveFocus()
  await userEvent.keyboard('close at once{Enter}')
  await expect.element(bar().getByRole('status')).toHaveTextContent('Closed')
})

it('opens the settings of a session without a profile at the field that is wrong, and connects with what is changed', async () => {
  engine.changeSession(sessionId, { state: 'closed' })
  engine.answers = {
    'session.connect': ({ sessionId: id, settings }) => {
      if (settings === undefined) throw new WirebenchError('host-malformed', { host: 'gateway.plant', field: 'host' })
      return engine.changeSession(id, { state: 'open', settings })
    },
  }
  await button('Connect').click()
  await expect
    .element(page.getByRole('textbox', { name: 'Host' }))
    .toHaveAccessibleDescription(/is not a host name or an IP address/)
  await page.getByRole('textbox', { name: 'Host' }).fill('other.plant')
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click()
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  expect(engine.sessions).toMatchObject([{ state: 'open', settings: { host: 'other.plant', port: 8883 } }])
  expect(engine.profiles).toEqual([])
})

it('lets the chart give way before the address', async () => {
  await page.viewport(1280, 800)
  engine.changeSession(sessionId, { tls: { ...secured, peerValidToUnixMs: Date.now() + 4.5 * 86_400_000 } })
  engine.changeSession(sessionId, {
    remote: { address: '10.20.30.40', port: 8883, family: 'ipv4' },
    counters: { ...workbench.sessions.find(sessionId)!.counters, sentBytes: 123_456, receivedBytes: 123_456 },
  })
  const bar = page.getByRole('group', { name: 'Session' })
  const address = bar.getByTitle('gateway.plant:8883').element()
  await expect.element(bar.getByText('expires in 4 days')).toBeVisible()
  expect(address.scrollWidth).toBe(address.clientWidth)
  expect(bar.getByText('TLS 1.3').element().scrollWidth).toBeLessThanOrEqual(
    bar.getByText('TLS 1.3').element().clientWidth,
  )
})

it('keeps what can be done about a failure in one row in a narrow window', async () => {
  await page.viewport(900, 640)
  const error = describeError('certificate-missing-intermediate', { issuer: 'Plant Issuing 4' })
  engine.changeSession(sessionId, { state: 'closed', ending: { by: 'error', how: 'tls', unsentBytes: 0, error } })
  const actions = ['Diagnose', 'Edit the settings…', 'Connect again'].map((name) =>
    page.getByRole('button', { name, exact: true }),
  )
  for (const action of actions) await expect.element(action).toBeVisible()
  const tops = actions.map((action) => action.element().getBoundingClientRect().top)
  expect(new Set(tops).size).toBe(1)
})
