import * as v from 'valibot'
import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CommandInput } from '../../../src-main/contract/commands.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import { profileCalls } from '../../../src-main/contract/schemas/call-settings.ts'
import { completeConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import { profileContent } from '../../../src-main/contract/schemas/profile.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'
import { askToRename } from './profile-actions.ts'

/** A CA that nobody has the key of. */
const plantRoot = `-----BEGIN CERTIFICATE-----
MIIBpzCCAU2gAwIBAgIULeu029+eobtD17FE8xdvzFMlie8wCgYIKoZIzj0EAwIw
KDEOMAwGA1UECgwFUGxhbnQxFjAUBgNVBAMMDVBsYW50IFJvb3QgRzIwIBcNMjYx
MTMwMjAxMTM4WhgPMjEyNjExMDYyMDExMzhaMCgxDjAMBgNVBAoMBVBsYW50MRYw
FAYDVQQDDA1QbGFudCBSb290IEcyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
HC/ofuANBF1Fu1Fs++ZkEfjgFu6Hxf8saPUMS0kuuZsp1HfWKsS0ci3COF+4VADt
WDunfHPoUcfC3Kvj0zLFkqNTMFEwHQYDVR0OBBYEFKst3GM+cXrwwvXOIfbpR2Be
r1WGMB8GA1UdIwQYMBaAFKst3GM+cXrwwvXOIfbpR2Ber1WGMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgJ+n4N5U+RgesoCD62+4oF4uPRzuo0LhW
4gIVph0MSvwCIQDi/+4pH9sm4sPHXgzJtZ96L8k3lfSAe9U6XPIVyLTYnQ==
-----END CERTIFICATE-----
`

let engine: FakeEngine
let workbench: Workbench
/** Every `session.connect`, and what it answers: an error, or null to connect. */
let connects: CommandInput<'session.connect'>[]
let refusal: (request: CommandInput<'session.connect'>) => WirebenchError | null

beforeEach(async () => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  connects = []
  refusal = () => null
  engine.answers = {
    'session.connect': (request) => {
      connects.push(request)
      const error = refusal(request)
      if (error !== null) throw error
      return engine.changeSession(request.sessionId, { state: 'open', connectionNumber: 1 })
    },
  }
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
})

afterEach(() => cleanup())

const section = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) })
const textbox = (name: string) => page.getByRole('textbox', { name, exact: true })
const checkbox = (name: string) => page.getByRole('checkbox', { name })
const select = (name: string) => page.getByRole('combobox', { name })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')

async function begin(host = 'psu-3.lab', port = '5025'): Promise<void> {
  workbench.dialogs.open({ kind: 'new-connection', folder: '' })
  await textbox('Host').fill(host)
  await textbox('Port').fill(port)
}

it('saves everything that was typed, in whatever section', async () => {
  await begin()
  await checkbox('Use TLS').click()
  await section('TLS').click()
  await textbox('Server name').fill('gateway.plant')
  await textbox('CA file or folder').fill('/etc/plant-ca.pem')
  await page.getByRole('radio', { name: 'PFX file' }).click()
  await textbox('PFX file (.pfx, .p12)').fill('/etc/me.pfx')
  await select('Switch to TLS').selectOptions('After an exchange in plain text')
  await textbox('Send first').fill('STARTTLS\\r\\n')
  await select('Lowest version').selectOptions('TLS 1.2')
  await section('Retry').click()
  await select('Connect again by itself').selectOptions('After growing waits')
  await textbox('Random part').fill('0')
  await expect.element(page.getByText('Waits 500 ms, 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s …')).toBeVisible()
  await section('Socket').click()
  await select('Bytes of one read at most').selectOptions('16 (echo check)')
  await section('Start').click()
  await textbox('Send first of all').fill('HI\\r\\n')
  await expect.element(page.getByText('48 49 0D 0A')).toBeVisible()
  await section('Address').click()
  await expect.element(textbox('Host')).toHaveValue('psu-3.lab')
  await button('Save').click()

  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.profiles.map(({ connection }) => connection)).toMatchObject([
    {
      host: 'psu-3.lab',
      port: 5025,
      readSizeBytes: 16,
      initialMessage: { notation: 'text', content: 'HI\\r\\n' },
      retry: { schedule: { kind: 'exponential', firstDelayMs: 500, jitter: 0 } },
      tls: {
        start: { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '' },
        serverName: 'gateway.plant',
        caPath: '/etc/plant-ca.pem',
        pfxPath: '/etc/me.pfx',
        certificatePath: null,
        minimumVersion: 'TLSv1.2',
        verification: 'required',
        checksName: true,
      },
    },
  ])
})

it('walks the sections by arrow keys', async () => {
  await begin()
  section('Address').element().focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}')
  await expect.element(section('Retry')).toHaveFocus()
  await expect.element(select('Connect again by itself')).toBeVisible()
  await userEvent.keyboard('{End}{ArrowDown}')
  await expect.element(section('Address')).toHaveFocus()
  await expect.element(textbox('Host')).toHaveValue('psu-3.lab')
})

it('warns in red that nobody checks who the server is', async () => {
  await begin()
  await checkbox('Use TLS').click()
  await expect.element(page.getByText('Encrypted, and the certificate of the server is checked.')).toBeVisible()
  await section('TLS').click()
  await select('Certificate of the server').selectOptions('Not verified')
  await expect.element(page.getByRole('alert').filter({ hasText: 'Nobody checks who the server is' })).toBeVisible()
  await expect.element(checkbox('The certificate must be made for the server name')).not.toBeChecked()
  await expect.element(section('TLS')).toHaveTextContent('On, not verified')
  await select('Certificate of the server').selectOptions('Required: it must verify')
  await expect.element(checkbox('The certificate must be made for the server name')).toBeChecked()
})

it('refuses at the field what cannot be used together, before connecting', async () => {
  await begin()
  await checkbox('Use TLS').click()
  await section('TLS').click()
  await select('Certificate of the server').selectOptions('Not verified')
  const name = checkbox('The certificate must be made for the server name')
  await name.click()
  await expect.element(name).toHaveAccessibleDescription(/The name cannot be checked while verification is off/)
  await select('Lowest version').selectOptions('TLS 1.3')
  await section('Address').click()
  await button('Save and connect').click()

  await expect.element(name).toHaveFocus()
  expect([connects, engine.profiles]).toEqual([[], []])
})

it('lists certificates by name, takes pasted ones once, and says what is no certificate', async () => {
  await begin()
  await checkbox('Use TLS').click()
  await section('TLS').click()
  const list = page.getByRole('group', { name: 'Also trusted in this profile' })
  await list.getByRole('button', { name: 'Paste PEM…' }).click()
  await expect.element(textbox('Certificates as PEM')).toHaveFocus()
  await textbox('Certificates as PEM').fill('not PEM')
  await list.getByRole('button', { name: 'Add', exact: true }).click()
  await expect
    .element(textbox('Certificates as PEM'))
    .toHaveAccessibleDescription(/There is no certificate in this text/)
  await textbox('Certificates as PEM').fill(`${plantRoot}${plantRoot}`)
  await list.getByRole('button', { name: 'Add', exact: true }).click()
  await expect.element(list.getByRole('listitem')).toHaveTextContent('Plant Root G2')
  await button('Save').click()
  await vi.waitUntil(() => engine.profiles.length === 1)
  expect(engine.profiles[0]?.connection.tls?.extraCertificates).toEqual([plantRoot])
})

it('brings an error of the engine to its field, and keeps what was typed', async () => {
  refusal = () => new WirebenchError('file-not-found', { file: '/etc/none.pem', field: 'tls.caPath' })
  await begin()
  await checkbox('Use TLS').click()
  await section('TLS').click()
  await textbox('CA file or folder').fill('/etc/none.pem')
  await section('Start').click()
  await button('Connect without saving').click()

  await expect.element(textbox('CA file or folder')).toHaveFocus()
  await expect
    .element(textbox('CA file or folder'))
    .toHaveAccessibleDescription(/The file \/etc\/none.pem does not exist/)
  expect(engine.sessions).toEqual([])
  await textbox('CA file or folder').fill('/etc/ca.pem')
  await expect.element(page.getByText('file-not-found')).not.toBeInTheDocument()
  refusal = () => null
  await button('Save and connect').click()
  await expect.element(page.getByRole('tab', { name: 'Open psu-3.lab:5025' })).toBeVisible()
})

it('asks for the passphrase over the form, tells a wrong one at its field, and stores none', async () => {
  refusal = ({ passphrase }) =>
    passphrase === 'right'
      ? null
      : new WirebenchError(passphrase === null ? 'passphrase-required' : 'passphrase-wrong', {
          file: '/etc/me.pfx',
          field: 'pfxPath',
        })
  await begin()
  await button('Save and connect').click()

  const field = page.getByRole('dialog', { name: 'Passphrase' }).getByLabelText('Passphrase', { exact: true })
  await expect.element(field).toHaveFocus()
  await userEvent.keyboard('wrong{Enter}')
  await expect.element(page.getByText('The passphrase does not open /etc/me.pfx. Enter it again.')).toBeVisible()
  await expect.element(field).toHaveFocus()
  await userEvent.keyboard('right{Enter}')

  await expect.element(page.getByRole('tab', { name: 'Open psu-3.lab:5025' })).toBeVisible()
  await expect.element(dialog()).not.toBeInTheDocument()
  expect(connects.map(({ passphrase }) => passphrase)).toEqual([null, 'wrong', 'right'])
  expect(JSON.stringify([engine.profiles, engine.sessions])).not.toContain('right')
})

it('comes back to the form when no passphrase is given', async () => {
  refusal = () => new WirebenchError('passphrase-required', { file: '/etc/me.pfx', field: 'pfxPath' })
  await begin()
  await button('Connect without saving').click()
  await page.getByRole('dialog', { name: 'Passphrase' }).getByRole('button', { name: 'Cancel' }).click()

  await expect.element(textbox('Host')).toHaveValue('psu-3.lab')
  await expect.element(page.getByRole('dialog', { name: 'Passphrase' })).not.toBeInTheDocument()
  expect(engine.sessions).toEqual([])
})

it('fills in what a known client does, and takes it back', async () => {
  await begin('mine', '7')
  await select('Fill in the settings of a known client').selectOptions('hio')
  await expect.element(textbox('Host')).toHaveValue('127.0.0.1')
  await expect.element(textbox('Port')).toHaveValue('56000')
  await expect.element(section('Socket')).toHaveTextContent('2 changes')
  await button('Take it back').click()
  await expect.element(textbox('Host')).toHaveValue('mine')
  await expect.element(section('Socket')).toHaveTextContent('As usual')
  await select('Fill in the settings of a known client').selectOptions('ts_tcpip, M2')
  await button('Save').click()
  await vi.waitUntil(() => engine.profiles.length === 1)
  expect(engine.profiles).toMatchObject([
    {
      connection: { host: '127.0.0.1', port: 50_000, keepAliveDelayMs: 60_000 },
      composer: { lineEnding: 'crlf' },
      interpretation: { received: { framing: { kind: 'm2' } } },
    },
  ])
})

it('says what only the system sets, and what it chose for the open connection', async () => {
  const profile = await workbench.profiles.create({ name: 'PSU', connection: { host: 'psu', port: 1 } })
  engine.answers = {
    ...engine.answers,
    'session.socket-details': () => ({ sendBufferBytes: 87_040, receiveBufferBytes: 131_072, reason: null }),
  }
  await workbench.openProfile(profile.id, { connect: true })
  workbench.dialogs.open({ kind: 'edit-connection', profile, setting: 'readSizeBytes' })
  await expect.element(section('Socket')).toHaveAttribute('aria-selected', 'true')
  await expect.element(page.getByText('87 kB on the open connection')).toBeVisible()
  await expect.element(page.getByText('131 kB on the open connection')).toBeVisible()
  await expect.element(page.getByText(/\(ts_tcpip sets 4\)/)).toBeVisible()
})

it('says at the field that known commands go with the calls, and brings them back with a protocol', async () => {
  const calls = v.parse(profileCalls, {
    settings: { protocol: 'tcpy' },
    catalogue: { commands: [{ name: 'add' }, { name: 'boom' }] },
  })
  const connection = completeConnectionSettings({ host: '127.0.0.1', port: 7272 })
  const profile = engine.addProfile(v.parse(profileContent, { name: 'Server', connection, calls }))
  workbench.dialogs.open({ kind: 'edit-connection', profile, setting: 'calls' })
  const warning = page.getByText('Saving removes the 2 known commands from the profile.')
  await expect.element(select('Protocol of the calls')).toBeVisible()
  await expect.element(warning).not.toBeInTheDocument()
  await select('Protocol of the calls').selectOptions('None: this connection makes no calls')
  await expect.element(warning).toBeVisible()
  await select('Protocol of the calls').selectOptions('tcpy: MessagePack after a length')
  await expect.element(warning).not.toBeInTheDocument()
  await button('Save').click()
  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.profiles[0]?.calls).toEqual(calls)
})

it('connects without saving with the calls that were chosen', async () => {
  await begin()
  await section('Calls').click()
  await select('Protocol of the calls').selectOptions('M2: JSON lines with sequence numbers')
  await button('Connect without saving').click()
  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.commandCalls.settings).toMatchObject({ protocol: 'm2' })
})

it('renames a profile and leaves everything else of it as it is', async () => {
  const calls = v.parse(profileCalls, { settings: { protocol: 'm2' }, catalogue: { commands: [{ name: 'power' }] } })
  const connection = completeConnectionSettings({ host: '127.0.0.1', port: 50_000 })
  const profile = engine.addProfile(v.parse(profileContent, { name: 'Mirror', connection, calls, notes: 'cold' }))
  askToRename(workbench, profile)
  await textbox('Name').fill('Mirror 2')
  await button('Rename').click()
  await expect.element(dialog()).not.toBeInTheDocument()
  expect(engine.profiles).toMatchObject([{ ...profile, name: 'Mirror 2', revision: expect.any(String) as string }])
})
