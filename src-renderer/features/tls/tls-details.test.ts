import { cleanup, render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { completeConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import type { ChainLink, TlsSettingsInput } from '../../../src-main/contract/schemas/tls.ts'
import { formatDay } from '../../format/times.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { chooseFile } from '../../testing/choose-file.ts'
import { fakeCertificate, fakeTlsSummary } from '../../testing/fake-certificates.ts'
import { fakeBrokenChain } from '../../testing/fake-diagnoses.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench
const day = 86_400_000

beforeEach(async () => {
  await page.viewport(1440, 1600)
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
  workbench.close()
  vi.restoreAllMocks()
})

const settings = (tls: TlsSettingsInput | null = {}) =>
  completeConnectionSettings({ host: 'gateway.plant', port: 8883, tls })
const sent = (certificate: ChainLink['certificate'], fault: ChainLink['fault'] = null): ChainLink => ({
  certificate,
  source: 'sent',
  name: certificate?.name ?? '',
  fault,
})
const leaf = fakeCertificate('gateway.plant', 'Plant Root G2')
const root = fakeCertificate('Plant Root G2', 'Plant Root G2', { isCa: true, subjectAltNames: [] })

/** The details of an open, secured session. */
async function show(
  peerChain: readonly ChainLink[],
  change: Partial<SessionSnapshot> = {},
  hasProfile = true,
): Promise<SessionState> {
  const profile = hasProfile ? engine.addProfile({ name: 'Gateway', connection: settings() }) : null
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  const session =
    profile === null
      ? await workbench.connectWithoutSaving({ host: 'gateway.plant', port: 8883, tls: {} })
      : await workbench.openProfile(profile.id, { connect: true })
  if (session === null) throw new Error('no session')
  const localChain = [sent(fakeCertificate('bench-client', 'Plant Root G2'))]
  engine.certificates.ofSession.set(session.sessionId, { peerChain: [...peerChain], localChain })
  engine.changeSession(session.sessionId, { tls: fakeTlsSummary({ localName: 'bench-client' }), ...change })
  workbench.showConnectionDetails(session)
  return session
}

const details = () => page.getByRole('complementary', { name: 'Connection details' })
const button = (name: string) => details().getByRole('button', { name, exact: true })
const saved = () => engine.profiles[0]?.connection

describe('TLS of a connection', () => {
  it('tells what was negotiated, and both chains from the leaf to the root', async () => {
    await show([sent(leaf), { ...sent(root), source: 'trusted' }])
    await expect.element(details().getByText('TLS_AES_256_GCM_SHA384')).toBeVisible()
    await expect.element(details().getByText('verified', { exact: true })).toBeVisible()
    const chain = details().getByRole('list', { name: 'Certificates of the server' }).getByRole('listitem')
    await vi.waitFor(() => expect(chain.elements()).toHaveLength(2))
    expect(chain.elements().map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim())).toEqual([
      `gateway.plant valid until ${formatDay(leaf.validToUnixMs)}, name matches SHA-256 67 61 … 00 00`,
      'Plant Root G2 trusted by this program SHA-256 50 6C … 00 00',
    ])
    const own = details().getByRole('list', { name: 'Own certificates' })
    await expect.element(own.getByText('bench-client')).toBeVisible()
  })

  it('shows why a certificate does not verify in red, also with verification off', async () => {
    const expired = fakeCertificate('gateway.plant', 'Plant Root G2', { validToUnixMs: Date.now() - 40 * day })
    const verdict = {
      ok: false,
      fault: 'certificate-expired',
      message: 'The certificate has expired.',
      reason: 'CERT_HAS_EXPIRED',
      isPinned: false,
    } as const
    await show([sent(expired, 'certificate-expired')], { tls: fakeTlsSummary({ isVerified: false, verdict }) })
    for (const text of [/^failed: The certificate has expired\.$/, /^Verification is off/, /^expired on /]) {
      await expect.element(details().getByText(text)).toHaveStyle({ color: 'rgb(185, 45, 38)' })
    }
    await expect.element(details().getByText('CERT_HAS_EXPIRED')).toBeVisible()
    await expect.element(details().getByText('certificate-expired')).toBeVisible()
  })

  it('opens a certificate in full, saves it as PEM and copies its fingerprint', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const downloads: [string, string][] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      downloads.push([this.download, this.href.slice(0, 5)])
    })
    await show([sent(leaf), sent(root)])
    await details()
      .getByRole('button', { name: /^gateway\.plant/ })
      .click()
    const opened = details().getByRole('region', { name: 'Certificate gateway.plant' })
    await expect.element(opened.getByText('ecdsa-with-SHA256')).toBeVisible()
    await button('Save as PEM').click()
    await button('Copy fingerprint').click()
    await button('Copy PEM').click()
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(2))
    expect(downloads).toEqual([['gateway.plant.pem', 'blob:']])
    expect(write.mock.calls).toEqual([[expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)], [leaf.pem]])
    await details()
      .getByRole('button', { name: /^gateway\.plant/ })
      .click()
    await expect.element(opened).not.toBeInTheDocument()
  })

  it('says that plain TCP is plain', async () => {
    await show([], { tls: null, settings: settings(null) })
    await expect.element(details().getByText('Plain TCP: nothing is encrypted.')).toBeVisible()
  })
})

describe('trust', () => {
  it('pins the certificate in the profile for the next connection, and is taken back', async () => {
    const session = await show([sent(leaf), sent(root)])
    await button('Trust this certificate in the profile').click()
    await expect.element(button('Remove the pin')).toBeVisible()
    expect(saved()).toEqual(settings({ pinnedFingerprint: leaf.fingerprintSha256 }))
    expect(session.snapshot.state).toBe('open')
    await expect.element(button('Trust this certificate in the profile')).not.toBeInTheDocument()
    await button('Remove the pin').click()
    await vi.waitFor(() => expect(saved()).toEqual(settings()))
  })

  it('adds a CA that was sent, and connects again with it when asked', async () => {
    const session = await show([sent(leaf), sent(root, 'certificate-unknown-ca')])
    await button('Add as trusted CA').click()
    await vi.waitFor(() => expect(saved()).toEqual(settings({ extraCertificates: [root.pem] })))
    await page.getByRole('button', { name: 'Reconnect', exact: true }).click()
    await vi.waitFor(() => expect(session.snapshot.settings).toEqual(settings({ extraCertificates: [root.pem] })))
  })

  it('takes the missing certificate from a file', async () => {
    await show(fakeBrokenChain)
    const issuing = fakeCertificate('Plant Issuing 4', 'Plant Root G2', { isCa: true })
    chooseFile('issuing.pem', issuing.pem)
    await button('Add the missing certificate...').click()
    await vi.waitFor(() => expect(saved()).toEqual(settings({ extraCertificates: [issuing.pem] })))
  })

  it('asks before a session without a profile connects again for it', async () => {
    const session = await show([sent(leaf)], {}, false)
    await button('Trust this certificate in this session').click()
    await page.getByRole('button', { name: 'Keep the connection' }).click()
    expect(engine.calls).not.toContain('session.disconnect')
    await button('Trust this certificate in this session').click()
    await page.getByRole('button', { name: 'Connect again' }).click()
    await expect.element(page.getByText('Only in this session: it has no profile.', { exact: false })).toBeVisible()
    await vi.waitFor(() =>
      expect(session.snapshot.settings).toEqual(settings({ pinnedFingerprint: leaf.fingerprintSha256 })),
    )
  })
})
