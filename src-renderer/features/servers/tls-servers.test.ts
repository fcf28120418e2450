import * as v from 'valibot'
import { cleanup, render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import {
  serverTls,
  type LocalAuthority,
  type ServerDefinition,
  type ServerTlsVariant,
} from '../../../src-main/contract/schemas/server.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { serverFormWords } from '../../strings/servers.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

const authority: LocalAuthority = {
  caPath: '/data/tls/ca.pem',
  caPem: '-----BEGIN CERTIFICATE-----\n',
  caFingerprint: 'ab'.repeat(32),
  clientCertificatePath: '/data/tls/client.pem',
  clientKeyPath: '/data/tls/client.key',
}
const tlsOf = (variant: ServerTlsVariant) => v.parse(serverTls, { variant })

let engine: FakeEngine
let workbench: Workbench
/** Every definition that was created or changed. */
let defined: ServerDefinition[]

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
  defined = []
  engine.answers = {
    'server.authority': () => authority,
    'server.create': ({ definition }) => {
      defined.push(definition)
      return engine.addServer(definition.name, definition.port, 'stopped', definition.tls)
    },
    'server.update': ({ serverId, definition }) => {
      defined.push(definition)
      const server = engine.servers.list.find((candidate) => candidate.serverId === serverId)
      if (server === undefined) throw new Error('There is no such server.')
      return { ...server, definition }
    },
  }
})

afterEach(() => cleanup())

async function show(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const security = () => page.getByRole('combobox', { name: 'Security' })
const textbox = (name: string) => page.getByRole('textbox', { name, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const row = (name: RegExp) => page.getByRole('tree', { name: 'Local servers' }).getByRole('treeitem', { name })
const menuItem = (name: string) => page.getByRole('menuitem', { name })

describe('the form', () => {
  it('makes a server with every choice of TLS', async () => {
    await show()
    workbench.dialogs.open({ kind: 'server', server: null })
    await security().selectOptions('Mutual TLS: clients need a certificate')
    await textbox('Names and addresses').fill('device.example, *.lab  10.0.0.7')
    await textbox('Valid for').fill('7')
    await page.getByText('Versions and protocols').click()
    await page.getByRole('combobox', { name: 'Lowest version' }).selectOptions('TLS 1.3')
    await textbox('Protocols (ALPN)').fill('h2, http/1.1')
    await button('Create').click()
    await vi.waitUntil(() => defined.length === 1)
    expect(defined[0]?.tls).toEqual({
      variant: 'mutual',
      names: ['device.example', '*.lab', '10.0.0.7'],
      validDays: 7,
      minimumVersion: 'TLSv1.3',
      maximumVersion: null,
      alpn: ['h2', 'http/1.1'],
    })
  })

  it('says of every choice what clients will see, and asks for what applies to it alone', async () => {
    await show()
    workbench.dialogs.open({ kind: 'server', server: null })
    const asked: Record<string, string[]> = {}
    for (const { value } of serverFormWords.securities) {
      await security().selectOptions(value)
      await expect.element(page.getByText(serverFormWords.clientsSee[value], { exact: true })).toBeVisible()
      asked[value] = ['Names and addresses', 'Valid for'].filter((name) => textbox(name).query() !== null)
    }
    const both = ['Names and addresses', 'Valid for']
    const withCertificate = ['valid', 'mutual', 'expired', 'not-yet-valid', 'self-signed', 'missing-intermediate']
    expect(asked).toEqual({
      none: [],
      'plain-text': [],
      'wrong-name': ['Valid for'],
      ...Object.fromEntries([...withCertificate, 'unknown-ca', 'old-protocol'].map((value) => [value, both])),
    })
  })

  it('keeps what is wrong, and says where', async () => {
    await show()
    workbench.dialogs.open({ kind: 'server', server: null })
    await security().selectOptions('TLS')
    await textbox('Names and addresses').fill('not/a/host')
    await textbox('Valid for').fill('0')
    await page.getByText('Versions and protocols').click()
    await page.getByRole('combobox', { name: 'Lowest version' }).selectOptions('TLS 1.3')
    await page.getByRole('combobox', { name: 'Highest version' }).selectOptions('TLS 1.2')
    await button('Create').click()
    await expect.element(page.getByText('Enter a whole number of days from 1 to 36500.')).toBeVisible()
    await expect.element(page.getByText('The lowest version is above the highest.')).toBeVisible()
    await expect.element(page.getByText('host-malformed')).toBeVisible()
    expect(defined).toEqual([])
    await textbox('Names and addresses').fill(' ')
    await expect.element(page.getByText('Enter at least one name or address, and at most 32.')).toBeVisible()
  })

  it('keeps the TLS of a server that is edited', async () => {
    const tls = { ...tlsOf('expired'), names: ['a.example'], validDays: 9 }
    const server = engine.addServer('Old', 7443, 'stopped', tls)
    await show()
    workbench.dialogs.open({ kind: 'server', server })
    await textbox('Name').fill('Older')
    await button('Save').click()
    await vi.waitUntil(() => defined.length === 1)
    expect(defined[0]).toMatchObject({ name: 'Older', port: 7443, tls })
  })
})

describe('the list', () => {
  it('tells the variant and the handshakes that failed', async () => {
    const server = engine.addServer('Lesson', 7443, 'listening', tlsOf('expired'))
    await show()
    await expect.element(row(/Listening.*Lesson.*TLS, expired.*7443/)).toBeVisible()
    const lastHandshakeError = describeError('client-handshake-failed', { reason: 'It went away.' })
    engine.events.publish('server.changed', { ...server, failedHandshakes: 2, lastHandshakeError })
    await expect.element(row(/2 handshakes failed\. The last: A client did not .* It went away\..*7443/)).toBeVisible()
  })

  it('hands over the certificate of the CA', async () => {
    engine.addServer('Secure', 7443, 'listening', tlsOf('valid'))
    engine.addServer('Plain', 7007, 'listening')
    await show()
    const saved: [string, string][] = []
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push([this.download, this.href])
    })
    await row(/Secure/).click({ button: 'right' })
    await menuItem('Save the CA certificate…').click()
    await vi.waitUntil(() => saved.length === 1)
    click.mockRestore()
    expect(saved).toEqual([['wirebench-ca.pem', expect.stringMatching(/^blob:/)]])
    await row(/Plain/).click({ button: 'right' })
    await expect.element(menuItem('Connect to it')).toBeVisible()
    expect(menuItem('Save the CA certificate…').query()).toBeNull()
  })
})

describe('connecting', () => {
  const connectTo = async (name: RegExp): Promise<void> => {
    await row(name).click({ button: 'right' })
    await menuItem('Connect to it').click()
  }

  it('makes a connection that trusts the server, once', async () => {
    engine.addServer('Secure', 7443, 'listening', tlsOf('valid'))
    await show()
    await connectTo(/Secure/)
    await expect.element(page.getByText('Saved as “Secure”, which trusts the CA of the local servers.')).toBeVisible()
    await vi.waitUntil(() => engine.sessions.some(({ state }) => state === 'open'))
    await connectTo(/Secure/)
    expect(engine.profiles).toMatchObject([
      {
        name: 'Secure',
        connection: {
          host: '127.0.0.1',
          port: 7443,
          tls: { caPath: authority.caPath, serverName: 'localhost', certificatePath: null, verification: 'required' },
        },
      },
    ])
    expect(engine.sessions).toMatchObject([{ profileId: engine.profiles[0]?.id, state: 'open' }])
  })

  it('shows the client certificate that a mutual server wants, and keeps the rest of a profile', async () => {
    engine.addServer('Mutual', 7443, 'listening', tlsOf('mutual'))
    engine.addProfile({
      name: 'My own',
      folder: 'Lab',
      notes: 'Keep me.',
      connection: { host: '127.0.0.1', port: 7443, noDelay: false },
    })
    await show()
    await connectTo(/Mutual/)
    await expect.element(page.getByText('“My own” now trusts the CA of the local servers.')).toBeVisible()
    expect(engine.profiles).toMatchObject([
      {
        name: 'My own',
        folder: 'Lab',
        notes: 'Keep me.',
        connection: {
          noDelay: false,
          tls: {
            caPath: authority.caPath,
            certificatePath: authority.clientCertificatePath,
            keyPath: authority.clientKeyPath,
          },
        },
      },
    ])
  })

  it('follows a server to another port by its name and CA', async () => {
    const tls = { caPath: authority.caPath, serverName: 'localhost' }
    engine.addProfile({ name: 'Anywhere', connection: { host: '127.0.0.1', port: 40_001, tls } })
    engine.addServer('Anywhere', 40_002, 'listening', tlsOf('valid'))
    await show()
    await connectTo(/Anywhere/)
    await vi.waitUntil(() => engine.sessions.length === 1)
    expect(engine.profiles).toMatchObject([{ name: 'Anywhere', connection: { port: 40_002 } }])
  })

  it('to a plain server uses no profile that begins TLS', async () => {
    engine.addProfile({ name: 'Secure', connection: { host: '127.0.0.1', port: 7007, tls: {} } })
    engine.addServer('Plain', 7007, 'listening')
    await show()
    await connectTo(/Plain/)
    await vi.waitUntil(() => engine.sessions.length === 1)
    expect(engine.sessions).toMatchObject([{ profileId: null, settings: { tls: null } }])
  })
})
