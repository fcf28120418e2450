import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandRequest } from '../../../src-main/contract/commands.ts'
import { describeError } from '../../../src-main/contract/errors.ts'
import { completeConnectionSettings, type ConnectionEnding } from '../../../src-main/contract/schemas/connection.ts'
import type { DiagnosisRemedyAction, DiagnosisReport } from '../../../src-main/contract/schemas/diagnosis.ts'
import type { TlsSettingsInput } from '../../../src-main/contract/schemas/tls.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { fakeCertificate } from '../../testing/fake-certificates.ts'
import { fakeReport, fakeStepsToHello } from '../../testing/fake-diagnoses.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import { chooseFile } from '../../testing/choose-file.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(async () => {
  await page.viewport(1440, 900)
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
  workbench.close()
  vi.restoreAllMocks()
})

const failed: ConnectionEnding = {
  by: 'error',
  how: 'tls',
  unsentBytes: 0,
  error: describeError('certificate-missing-intermediate', { issuer: 'Plant Issuing 4' }),
}
const settings = (tls: TlsSettingsInput | null = {}) =>
  completeConnectionSettings({ host: 'gateway.plant', port: 8883, tls })

async function showWindow(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

/** A window with a failed session of a profile in front. */
async function showFailed(connection = settings()): Promise<SessionState> {
  const { id } = engine.addProfile({ name: 'Gateway', notes: 'keep me', connection })
  await showWindow()
  const session = await workbench.openProfile(id, { connect: true })
  if (session === null) throw new Error('no session')
  engine.changeSession(session.sessionId, { state: 'closed', ending: failed })
  return session
}

const doctor = () => page.getByRole('region', { name: 'Diagnosis' })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const steps = () => [...doctor().element().querySelectorAll('li[class]')].length

describe('a diagnosis', () => {
  it('knows of TLS that was begun by hand on a plain connection and failed', async () => {
    await showFailed(settings(null))
    await button('Diagnose').click()
    await expect.element(doctor().getByRole('heading', { name: fakeReport().title })).toBeVisible()
    expect(engine.diagnoses.asked.map(({ settings: asked }) => asked)).toEqual([
      settings({ start: { kind: 'by-hand' } }),
    ])
  })

  it('shows each step as it is taken, then what happened, why, and what to do', async () => {
    await showFailed()
    await button('Diagnose').click()
    await expect.element(doctor().getByRole('heading', { name: fakeReport().title })).toBeVisible()
    await expect.element(doctor().getByText(fakeReport().message)).toBeVisible()
    await expect.element(doctor().getByText(fakeReport().remedy)).toBeVisible()
    const chain = doctor().getByRole('list', { name: 'Certificates of the server' })
    await expect.element(chain.getByText('not sent, not known here')).toBeVisible()
    await expect.element(chain.getByText('certificate-missing-intermediate')).toBeVisible()
    const taken = doctor().getByRole('list', { name: 'Steps' }).getByRole('listitem')
    expect(taken.elements().map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim())).toEqual([
      '✓ Resolve 1.8 ms gateway.plant is 10.4.0.12 and fd00::12',
      '✓ Connect 0.6 ms 10.4.0.12 port 8883',
      '✓ TLS hello 3.2 ms TLS 1.3, TLS_AES_256_GCM_SHA384; also offers 1.2',
      '✕ Certificate 0.4 ms Signed by a certificate that was not sent',
    ])
    expect(engine.diagnoses.asked).toMatchObject([{ settings: settings(), passphrase: null, timeoutMs: 10_000 }])
  })

  it('shows the steps so far while it goes on, and can be cancelled and begun again', async () => {
    engine.diagnoses.hangsAfterSteps = 2
    await showFailed()
    await button('Diagnose').click()
    await expect.element(doctor().getByRole('heading', { name: 'Diagnosing gateway.plant:8883' })).toBeVisible()
    await expect.element(doctor().getByText('10.4.0.12 port 8883')).toBeVisible()
    expect(steps()).toBe(2)
    await button('Cancel').click()
    await expect.element(doctor().getByRole('heading', { name: 'The diagnosis was cancelled' })).toBeVisible()
    expect(steps()).toBe(2)
    engine.diagnoses.hangsAfterSteps = null
    await button('Diagnose again').click()
    await expect.element(doctor().getByRole('heading', { name: fakeReport().title })).toBeVisible()
    await button('Hide the diagnosis').click()
    await expect.element(doctor()).not.toBeInTheDocument()
    await expect.element(page.getByRole('region', { name: 'The connection has ended' })).toBeVisible()
  })

  it('copies its report as text and as JSON', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await showFailed()
    await button('Diagnose').click()
    for (const name of ['As text', 'As JSON']) {
      await button('Copy report').click()
      await page.getByRole('menuitem', { name }).click()
    }
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(2))
    const [text = '', json = ''] = write.mock.calls.map(([written]) => written)
    expect(text).toMatch(/^gateway\.plant:8883, .*\n.*\(certificate-missing-intermediate\)/)
    expect(JSON.parse(json)).toEqual(fakeReport())
  })

  it('gives its room back once the connection is there', async () => {
    const session = await showFailed()
    await button('Diagnose').click()
    await expect.element(doctor()).toBeVisible()
    engine.changeSession(session.sessionId, { state: 'open', ending: null })
    await expect.element(doctor()).not.toBeInTheDocument()
  })

  it('keeps the failure in sight while a retry policy tries again', async () => {
    const session = await showFailed()
    const retry = { attempt: 2, maximumAttempts: null, nextAtUnixUs: 1 }
    const ended = page.getByRole('region', { name: 'The connection has ended' })
    engine.changeSession(session.sessionId, { state: 'waiting-to-retry', retry })
    await expect.element(ended.getByRole('button', { name: 'Diagnose' })).toBeVisible()
    await expect.element(ended.getByRole('button', { name: 'Connect again' })).not.toBeInTheDocument()
    engine.changeSession(session.sessionId, {
      state: 'connecting',
      ending: null,
      retry: { ...retry, nextAtUnixUs: null },
    })
    await vi.waitFor(() => expect(session.snapshot.state).toBe('connecting'))
    await expect.element(ended.getByText('certificate-missing-intermediate')).toBeVisible()
    engine.changeSession(session.sessionId, { state: 'open', retry: null })
    await expect.element(ended).not.toBeInTheDocument()
  })
})

describe('any address', () => {
  it('is diagnosed from a form that takes it as it is written', async () => {
    await showWindow()
    workbench.commands.available.find(({ id }) => id === 'connection.diagnose')?.run()
    await button('Diagnose').click()
    await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveFocus()
    await userEvent.keyboard('psu-3.lab:5025')
    await page.getByRole('checkbox', { name: 'With TLS' }).click()
    await page.getByRole('textbox', { name: 'Port' }).click()
    await userEvent.keyboard('{Enter}')
    await expect.element(doctor()).toBeVisible()
    expect(engine.diagnoses.asked).toMatchObject([{ settings: { host: 'psu-3.lab', port: 5025, tls: null } }])
    expect(engine.calls).not.toContain('session.connect')
  })

  it('of a saved connection is diagnosed from its menu', async () => {
    engine.addProfile({ name: 'Gateway', connection: settings() })
    await showWindow()
    await page.getByRole('treeitem', { name: /Gateway/ }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Diagnose' }).click()
    await expect.element(doctor().getByRole('heading', { name: fakeReport().title })).toBeVisible()
    expect(engine.calls).not.toContain('session.connect')
  })
})

describe('a remedy', () => {
  const saved = () => engine.profiles[0]?.connection
  const connections: CommandRequest<'session.connect'>[] = []

  /** A diagnosis with this remedy alone. */
  async function offer(
    action: DiagnosisRemedyAction,
    change: Partial<DiagnosisReport> = {},
    before = settings(),
  ): Promise<void> {
    connections.length = 0
    engine.diagnoses.report = fakeReport({ actions: [action], ...change })
    const session = await showFailed(before)
    engine.answers = {
      'session.connect': (request) => {
        connections.push(request)
        return engine.changeSession(session.sessionId, { state: 'connecting', ending: null })
      },
    }
    await button('Diagnose').click()
    await expect.element(button('Diagnose again')).toBeVisible()
  }

  const leaf = fakeCertificate('gateway.plant', 'Plant Issuing 4')
  const root = fakeCertificate('Plant Root G2', 'Plant Root G2', { isCa: true })
  const link = (certificate: typeof leaf) => ({ certificate, source: 'sent', name: '', fault: null }) as const
  const certificateStep = { step: 'certificate', ok: false, ms: 1, detail: '' } as const
  const other = { ok: false, ms: 1, detail: '' }

  const table: [DiagnosisRemedyAction, string, ReturnType<typeof settings>, Partial<DiagnosisReport>?][] = [
    ['turn-tls-off', 'Turn TLS off and connect', settings(null)],
    ['turn-tls-on', 'Turn TLS on and connect', settings()],
    [
      'trust-fingerprint',
      'Trust this certificate and connect',
      settings({ pinnedFingerprint: leaf.fingerprintSha256 }),
    ],
    [
      'trust-root',
      'Trust this CA and connect',
      settings({ extraCertificates: [root.pem] }),
      { steps: [{ ...certificateStep, chain: [link(leaf), link(root)] }] },
    ],
    [
      'allow-version',
      'Allow TLS 1.1 and connect',
      settings({ minimumVersion: 'TLSv1.1' }),
      { steps: [{ step: 'versions', ...other, offered: ['TLSv1.1'], refused: ['TLSv1.2', 'TLSv1.3'] }] },
    ],
    ['allow-cipher', 'Allow more ciphers and connect', settings({ ciphers: 'ALL:@SECLEVEL=0' })],
  ]
  for (const [action, label, expected, change] of table) {
    it(`${action} changes the profile and connects again`, async () => {
      await offer(action, change, settings(action === 'turn-tls-on' ? null : {}))
      await button(label).click()
      await vi.waitFor(() => expect(connections).toMatchObject([{ settings: expected }]))
      expect(saved()).toEqual(expected)
      expect(engine.profiles[0]).toMatchObject({ name: 'Gateway', notes: 'keep me' })
      await expect.element(page.getByText('Saved in “Gateway”.', { exact: false })).toBeVisible()
    })
  }

  it('is left out when it would change nothing', async () => {
    await offer('turn-tls-on')
    await expect.element(button('Turn TLS on and connect')).not.toBeInTheDocument()
  })

  it('asks for a passphrase where the key is encrypted, and diagnoses again with it', async () => {
    const message = describeError('passphrase-required', { file: '/etc/client.key' }).message
    const change = { cause: 'tls-settings-unusable', message, steps: [] } as const
    await offer('choose-client-certificate', { ...change, steps: [] }, settings({ keyPath: '/etc/client.key' }))
    await button('Enter the passphrase...').click()
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('open sesame')
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(engine.diagnoses.asked).toHaveLength(2))
    expect(engine.diagnoses.asked.map(({ passphrase }) => passphrase)).toEqual([null, 'open sesame'])
  })

  it('adds the missing certificate from a file', async () => {
    await offer('add-missing-certificate')
    const issuing = fakeCertificate('Plant Issuing 4', 'Plant Root G2', { isCa: true })
    chooseFile('notes.txt', 'nothing of use')
    await button('Add the missing certificate...').click()
    await expect.element(page.getByText('notes.txt holds no certificate.', { exact: false })).toBeVisible()
    expect(connections).toEqual([])
    chooseFile('issuing.pem', issuing.pem)
    await button('Add the missing certificate...').click()
    await vi.waitFor(() => expect(connections).toHaveLength(1))
    expect(saved()).toEqual(settings({ extraCertificates: [issuing.pem] }))
  })

  it('offers the names that the certificate has', async () => {
    await offer('change-server-name', {
      steps: [{ step: 'name', ...other, expected: 'gateway.plant', found: ['DNS:gw-7.plant', 'DNS:*.plant'] }],
    })
    await button('Change the server name').click()
    await page.getByRole('menuitem', { name: 'Use gw-7.plant' }).click()
    await vi.waitFor(() => expect(saved()).toEqual(settings({ serverName: 'gw-7.plant' })))
    expect(connections).toHaveLength(1)
  })

  it('asks before verification is given up, and says so in red afterwards', async () => {
    await offer('connect-without-verification')
    await button('Connect without verification').click()
    await button('Keep verification').click()
    expect(saved()).toEqual(settings())
    await button('Connect without verification').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Connect without verification' }).click()
    await vi.waitFor(() => expect(saved()).toEqual(settings({ verification: 'off', checksName: false })))
    await button('Diagnose again').click()
    await expect.element(doctor().getByText('Verification is off in the settings', { exact: false })).toBeVisible()
  })

  it('starts an echo server where nothing listened', async () => {
    await offer('start-echo-server', { steps: [...fakeStepsToHello] })
    await expect.element(button('Start an echo server here')).not.toBeInTheDocument()
    const local = completeConnectionSettings({ host: 'localhost', port: 7007 })
    engine.changeProfile(engine.profiles[0]?.id ?? '', { connection: local })
    engine.answers = {
      ...engine.answers,
      'server.create': ({ definition }) => {
        expect(definition).toMatchObject({ kind: 'echo', host: '127.0.0.1', port: 7007, tls: null })
        return engine.addServer(definition.name, definition.port, 'stopped')
      },
      'server.start': () => ({ ...(engine.servers.list[0] ?? raise()), state: 'listening' }),
    }
    await button('Start an echo server here').click()
    await vi.waitFor(() => expect(connections).toMatchObject([{ settings: local }]))
    expect(engine.servers.list).toMatchObject([{ definition: { name: 'Echo 127.0.0.1:7007' } }])
  })

  it('opens the form where the person has to decide', async () => {
    await offer('edit-address')
    await button('Edit the address...').click()
    await expect.element(page.getByRole('dialog', { name: 'Edit “Gateway”' })).toBeVisible()
  })

  it('changes the session where there is no profile, and says so', async () => {
    connections.length = 0
    engine.diagnoses.report = fakeReport({ actions: ['turn-tls-off'] })
    await showWindow()
    const { sessionId } = await workbench.connectWithoutSaving({ host: 'gateway.plant', port: 8883, tls: {} })
    engine.changeSession(sessionId, { state: 'closed', ending: failed })
    await button('Diagnose').click()
    await button('Turn TLS off and connect').click()
    await expect.element(page.getByText('Only in this session: it has no profile.', { exact: false })).toBeVisible()
    expect(engine.sessions).toMatchObject([{ state: 'open', settings: settings(null) }])
    await button('Save as profile...').click()
    await expect.element(page.getByRole('textbox', { name: 'Host' })).toHaveValue('gateway.plant')
  })
})

function raise(): never {
  throw new Error('no server')
}
