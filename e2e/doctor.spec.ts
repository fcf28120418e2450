import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { makeVariantCertificate } from '../src-main/local-servers/certificates/variant-certificate.ts'
import {
  startOldProtocolServer,
  startSelfSignedServer,
  startWrongNameServer,
} from '../src-main/local-servers/testing/faulty-servers.ts'
import { testCertificates } from '../src-main/local-servers/testing/test-certificates.ts'
import { startTlsTestServer, type TestServer } from '../src-main/local-servers/testing/tls-test-server.ts'
import { expectAccessible } from './fixtures/accessibility.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

const doctorOf = (page: Page): Locator => page.getByRole('region', { name: 'Diagnosis' })

/** Diagnoses an address from the palette and answers the report. */
async function diagnose(page: Page, { host, port }: { host: string; port: number }, usesTls = true): Promise<Locator> {
  const window = new WorkbenchPage(page)
  await window.runCommand('Diagnose an address')
  await window.dialog.getByLabel('Host').fill(`${host}:${port}`)
  if (!usesTls) await window.dialog.getByRole('checkbox', { name: 'With TLS' }).uncheck()
  await window.dialog.getByRole('button', { name: 'Diagnose', exact: true }).click()
  await expect(window.dialog).toBeHidden()
  const doctor = doctorOf(page)
  await expect(doctor.getByRole('button', { name: 'Diagnose again' })).toBeVisible()
  return doctor
}

/** Runs with a server that ends with the test. */
async function withServer(starting: Promise<TestServer>, run: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await starting
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a self-signed server is diagnosed, trusted by its fingerprint, and talked to, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme })
    const { session } = new WorkbenchPage(page)
    await withServer(startSelfSignedServer(), async (server) => {
      const doctor = await diagnose(page, server)
      await expect(doctor.getByRole('heading', { name: 'Self-signed certificate' })).toBeVisible()
      const chain = doctor.getByRole('list', { name: 'Certificates of the server' })
      await expect(chain.getByText('certificate-self-signed')).toBeVisible()
      await expectAccessible(page)
      await chain.getByRole('button').first().click()
      await expect(doctor.getByRole('button', { name: 'Save as PEM' })).toBeVisible()
      await expectAccessible(page)

      await doctor.getByRole('button', { name: 'Trust this certificate and connect' }).click()
      await session.expectState('Open')
      await expect(doctor).toBeHidden()
      await session.composeText('over TLS', 'Ends with LF')
      await session.send()
      await expect(session.receivedRow('over TLS')).toBeVisible()
    })
  })
}

test('the missing certificates of a chain are added from a file', async ({ page, workbench }) => {
  const { session } = new WorkbenchPage(page)
  const { root } = await testCertificates()
  const { identity, sentPem } = await makeVariantCertificate('missing-intermediate', root, {
    names: ['localhost', '127.0.0.1'],
    validDays: 30,
    nowUnixMs: Date.now(),
  })
  const file = join(workbench.dataFolder, 'chain.pem')
  await writeFile(file, identity.issuerPems.join('') + root.certificatePem)
  await withServer(startTlsTestServer({ cert: sentPem, key: identity.keyPem }), async (server) => {
    const doctor = await diagnose(page, server)
    await expect(doctor.getByText('certificate-missing-intermediate').first()).toBeVisible()
    await expect(doctor.getByText('not sent, not known here')).toBeVisible()
    const choosing = page.waitForEvent('filechooser')
    await doctor.getByRole('button', { name: 'Add the missing certificate...' }).click()
    await (await choosing).setFiles(file)
    await session.expectState('Open')
  })
})

test('a CA is trusted from a file, then the name that the certificate has is taken', async ({ page, workbench }) => {
  const { session } = new WorkbenchPage(page)
  const { root } = await testCertificates()
  const file = join(workbench.dataFolder, 'ca.pem')
  await writeFile(file, root.certificatePem)
  await withServer(startWrongNameServer(), async (server) => {
    const doctor = await diagnose(page, server)
    const choosing = page.waitForEvent('filechooser')
    await doctor.getByRole('button', { name: 'Add the missing certificate...' }).click()
    await (await choosing).setFiles(file)
    await session.expectState('TLS failed')
    await doctor.getByRole('button', { name: 'Diagnose again' }).click()
    await expect(doctor.getByRole('heading', { name: 'Certificate for another name' })).toBeVisible()
    await doctor.getByRole('button', { name: 'Change the server name' }).click()
    await page.getByRole('menuitem', { name: 'Use wrong.example' }).click()
    await session.expectState('Open')
  })
})

test('without verification the connection is made, and the reason stays in red', async ({ page }) => {
  const { session } = new WorkbenchPage(page)
  await withServer(startSelfSignedServer(), async (server) => {
    const doctor = await diagnose(page, server)
    await doctor.getByRole('button', { name: 'Connect without verification' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Connect without verification' }).click()
    await session.expectState('Open')
    await expect(session.bar.getByText('not verified: self-signed')).toBeVisible()
  })
})

test('an old version is allowed by a press', async ({ page }) => {
  await withServer(startOldProtocolServer(), async (server) => {
    const doctor = await diagnose(page, server)
    await expect(doctor.getByRole('heading', { name: 'No TLS version in common' })).toBeVisible()
    await doctor.getByRole('button', { name: 'Allow TLS 1.1 and connect' }).click()
    // The version is taken; the certificate is what fails next.
    await doctor.getByRole('button', { name: 'Diagnose again' }).click()
    await expect(doctor.getByText(/^TLS 1\.1, /)).toBeVisible()
  })
})

test('a refused connection: an echo server is started where nobody listened', async ({ page, peers }) => {
  const window = new WorkbenchPage(page)
  await window.newConnection({ host: '127.0.0.1', port: await peers.refusingPort() }, 'Connect without saving')
  await window.session.expectState('Could not connect')
  await page.getByRole('button', { name: 'Diagnose', exact: true }).click()
  const doctor = doctorOf(page)
  await expect(doctor.getByText('connection-refused')).toBeVisible()
  await doctor.getByRole('button', { name: 'Start an echo server here' }).click()
  await window.session.expectState('Open')
  await window.session.composeText('hello', 'Ends with LF')
  await window.session.send()
  await expect(window.session.receivedRow('hello')).toBeVisible()
})

test('TLS to a server of plain text: it is turned off, and the report is copied', async ({ page, peers }) => {
  const { session } = new WorkbenchPage(page)
  const peer = await peers.echo()
  const doctor = await diagnose(page, peer)
  await expect(doctor.getByText('plaintext-server')).toBeVisible()
  await doctor.getByRole('button', { name: 'Copy report' }).click()
  await page.getByRole('menuitem', { name: 'As JSON' }).click()
  await expect(page.getByText('Copied the report.')).toBeVisible()
  const report: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))
  expect(report).toMatchObject({
    ok: false,
    cause: 'plaintext-server',
    steps: [{ step: 'resolve' }, { step: 'connect' }, { step: 'banner' }, { step: 'tls' }],
  })
  await doctor.getByRole('button', { name: 'Turn TLS off and connect' }).click()
  await session.expectState('Open')
})
