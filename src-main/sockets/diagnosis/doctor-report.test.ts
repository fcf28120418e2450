import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosisStep } from '../../contract/schemas/diagnosis.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer } from '../../local-servers/testing/tls-test-server.ts'
import { diagnose } from './testing/diagnose.ts'

let folder: string
let caPath: string
let client: { readonly certificatePath: string; readonly keyPath: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-doctor-report-'))
  const made = await testCertificates()
  caPath = (await writeIdentityFiles(folder, 'root', made.root)).certificatePath
  const { certificatePath, keyPath } = await writeIdentityFiles(folder, 'client', made.client)
  client = { certificatePath, keyPath }
})
afterAll(() => rm(folder, { recursive: true }))

describe.concurrent('the report of the doctor', () => {
  const names = (steps: readonly DiagnosisStep[]): string[] =>
    steps.map(({ step, ok }) => (ok ? step : `${step} failed`))

  it('says that a switch to TLS by hand was not looked at', async () => {
    const server = await startTcpTestServer((socket) => socket.write('220 ready\r\n'))
    const {
      elapsedMs: _,
      takenAtUnixUs: __,
      ...report
    } = await diagnose('127.0.0.1', server.port, {
      tls: { start: { kind: 'by-hand' } },
    })
    await server.stop()
    expect({ ...report, steps: names(report.steps) }).toEqual({
      ok: true,
      cause: null,
      title: 'It works in plain text',
      message:
        'The server takes connections. TLS begins by hand with these settings, so its handshake and its certificate were not looked at. To have them looked at, let TLS begin at once or after an exchange in plain text.',
      remedy: '',
      actions: [],
      steps: ['resolve', 'connect', 'banner'],
    })
  })

  it('quotes the beginning of what a server of plain text says', async () => {
    const server = await startTcpTestServer((socket) => socket.write(`220 ${'x'.repeat(100)}\r\n`))
    const { message, steps } = await diagnose('127.0.0.1', server.port, { tls: {} })
    await server.stop()
    expect([message, steps.find(({ step }) => step === 'banner')?.detail]).toEqual([
      `127.0.0.1:${server.port} does not speak TLS: it talks in plain text and said “220 ${'x'.repeat(56)}…”.`,
      `The server says “220 ${'x'.repeat(76)}…”`,
    ])
  })

  it('tells every step, live and in order', async () => {
    const server = await faulty.startMutualServer({ tls: { maxVersion: 'TLSv1.2' } })
    const live: DiagnosisStep[] = []
    const tls = { caPath, ...client }
    const report = await diagnose('localhost', server.port, {
      tls,
      addressFamily: 'ipv4',
      onStep: (step) => live.push(step),
    })
    await server.stop()
    expect(live).toEqual(report.steps)
    expect(report).toMatchObject({ ok: true, cause: null, title: 'It works', remedy: '', actions: [] })
    expect(names(report.steps)).toEqual([
      'resolve',
      'connect',
      'banner',
      'tls',
      'certificate',
      'name',
      'dates',
      'client-certificate',
      'versions',
    ])
    expect(report.steps.map(({ detail }) => detail)).toEqual([
      'localhost is 127.0.0.1',
      `127.0.0.1:${server.port} took the connection`,
      'The server says nothing by itself',
      'TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, X25519',
      'localhost, signed by Test CA',
      'Made for localhost and 127.0.0.1',
      expect.stringMatching(
        /^The certificate is valid until \d{4}-\d\d-\d\d, (29|30) days from now: have it renewed soon$/,
      ),
      'The server asked for a client certificate and took Test client',
      'The server takes TLS 1.2',
    ])
  })

  it('says what to do', async () => {
    const server = await faulty.startWrongNameServer()
    const { message, remedy, actions, steps } = await diagnose('127.0.0.1', server.port, { tls: { caPath } })
    await server.stop()
    expect([message, remedy, actions, names(steps)]).toEqual([
      "The server's certificate is made for wrong.example, not for 127.0.0.1.",
      'Check the address. If it is the right server, set the server name to one that the certificate has, or turn the name check off.',
      ['change-server-name', 'edit-address', 'trust-fingerprint', 'connect-without-verification'],
      ['resolve', 'connect', 'banner', 'tls', 'certificate', 'name failed', 'dates', 'client-certificate', 'versions'],
    ])
  })

  it('says that it works unverified', async () => {
    const server = await faulty.startSelfSignedServer()
    const tls = { verification: 'off', checksName: false } as const
    const { ok, title, steps } = await diagnose('127.0.0.1', server.port, { tls })
    await server.stop()
    expect([ok, title, names(steps)]).toEqual([
      true,
      'It works, unverified',
      ['resolve', 'connect', 'banner', 'tls', 'certificate failed', 'name', 'dates', 'client-certificate', 'versions'],
    ])
  })

  it('has a step for each address, and looks further at the first that connects', async () => {
    const server = await startTcpTestServer((socket) => socket.pipe(socket))
    const resolver = {
      resolve: () =>
        Promise.resolve([
          { address: '127.0.0.2', family: 'ipv4' as const },
          { address: '127.0.0.1', family: 'ipv4' as const },
        ]),
    }
    const { ok, message, steps } = await diagnose('two.example', server.port, { ports: { resolver } })
    await server.stop()
    expect([ok, message, names(steps)]).toEqual([
      true,
      'The server takes connections. 1 of its 2 addresses cannot be reached, though; see the steps.',
      ['resolve', 'connect failed', 'connect', 'banner', 'tls'],
    ])
  })

  it('names the versions that a server should not take any more', async () => {
    const server = await faulty.startOldProtocolServer()
    const { message, actions, steps } = await diagnose('127.0.0.1', server.port, { tls: { caPath } })
    await server.stop()
    expect([message, actions, steps.at(-1)]).toMatchObject([
      `127.0.0.1:${server.port} takes TLS 1.0 and TLS 1.1 alone, and the settings allow TLS 1.2 to TLS 1.3.`,
      ['allow-version'],
      {
        step: 'versions',
        ok: false,
        detail: 'The server takes TLS 1.0 and TLS 1.1; TLS 1.0 and TLS 1.1 should not be used any more',
        offered: ['TLSv1', 'TLSv1.1'],
        refused: ['TLSv1.2', 'TLSv1.3'],
      },
    ])
  })

  it('is none when it was cancelled, and every connection is closed', async () => {
    const server = await faulty.startSilentServer()
    const controller = new AbortController()
    const running = diagnose('127.0.0.1', server.port, {
      tls: {},
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 'banner') controller.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await server.stop()
  })
})
