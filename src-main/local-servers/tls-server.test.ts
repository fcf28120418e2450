import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type SecureVersion } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import type * as v from 'valibot'
import type { serverTls } from '../contract/schemas/server.ts'
import { completeServerDefinition, type ServerTlsVariant } from '../contract/schemas/server.ts'
import type { LocalServerHandle, LocalServerListeners } from '../engine/servers/local-server-factory.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { makeTemporaryFolder } from '../storage/testing/temporary-folder.ts'
import { localServerFactory } from './local-server-factory.ts'
import { testCertificates, writeIdentityFiles } from './testing/test-certificates.ts'

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined
const clientCiphers = 'DEFAULT@SECLEVEL=0'

const servers: LocalServerHandle[] = []
const clients: Socket[] = []
const programs: ChildProcess[] = []

afterEach(async () => {
  for (const program of programs.splice(0)) program.kill('SIGKILL')
  for (const client of clients.splice(0)) client.destroy()
  for (const server of servers.splice(0)) await server.stop()
})

interface Started {
  readonly server: LocalServerHandle
  readonly port: number
  readonly story: string[]
  /** Resolves once the story has so many lines. */
  told(lines: number): Promise<string[]>
}

type TlsInput = v.InferInput<typeof serverTls>

async function start(tls: TlsInput, maxClients: number | null = null): Promise<Started> {
  const story: string[] = []
  let check: () => void = () => undefined
  const tell = (line: string): void => {
    story.push(line)
    check()
  }
  const listeners: LocalServerListeners = {
    onClientConnected: ({ connection }) => tell(`client ${connection} connected`),
    onClientClosed: ({ connection, receivedBytes, sentBytes }, how) =>
      tell(`client ${connection} closed: ${how} ${receivedBytes}/${sentBytes}`),
    onClientRefused: () => tell('client refused'),
    onHandshakeFailed: (remote, { code, data }) =>
      tell(`${remote?.address ?? 'unknown'}: ${code}: ${String(data.reason)}`),
  }
  const factory = localServerFactory(async () => (await testCertificates()).root, { clock: new SystemClock() })
  const definition = completeServerDefinition({ kind: 'echo', name: 'Echo', maxClients, tls })
  const server = factory.make(definition, null, listeners)
  servers.push(server)
  const { port } = await server.listen()
  return {
    server,
    port,
    story,
    told: (lines) =>
      new Promise((resolve) => {
        check = () => story.length >= lines && resolve(story)
        check()
      }),
  }
}

/** Connects, sends "hello", and answers what came back, or why nothing did. */
async function attempt(port: number, options: ConnectionOptions = {}): Promise<string> {
  const { root } = await testCertificates()
  const socket = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: root.certificatePem, ...options })
  clients.push(socket)
  let received = ''
  socket.once('secureConnect', () => socket.write('hello'))
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
    if (received === 'hello') socket.end()
  })
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve(received))
  })
}

const endedEarly =
  '127.0.0.1: client-handshake-failed: It ended the connection before the handshake was done. Clients that do not trust the certificate of the server do so.'

const refusedVariants: readonly (readonly [ServerTlsVariant, string])[] = [
  ['expired', 'CERT_HAS_EXPIRED'],
  ['not-yet-valid', 'CERT_NOT_YET_VALID'],
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['unknown-ca', 'SELF_SIGNED_CERT_IN_CHAIN'],
]

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  const range = { minimumVersion: version, maximumVersion: version } as const

  it('a valid server echoes and tells its client', async () => {
    const { port, told, server } = await start({ variant: 'valid', ...range })
    expect(await attempt(port)).toBe('hello')
    expect([await told(2), server.totals()]).toMatchObject([
      ['client 1 connected', 'client 1 closed: fin 5/5'],
      {
        clientCount: 0,
        totalClients: 1,
        receivedBytes: 5,
        sentBytes: 5,
        failedHandshakes: 0,
        lastHandshakeError: null,
      },
    ])
  })

  it.each(refusedVariants)('clients refuse a server that is %s: %s', async (variant, outcome) => {
    const { port } = await start({ variant, ...range })
    expect([await attempt(port), await attempt(port, { rejectUnauthorized: false })]).toEqual([outcome, 'hello'])
  })

  it('a mutual server lets in who shows a certificate of its CA', async () => {
    const { client } = await testCertificates()
    const { port } = await start({ variant: 'mutual', ...range })
    expect(await attempt(port, { cert: client.certificatePem, key: client.keyPem })).toBe('hello')
  })

  it('a mutual server refuses who shows none, and says why', async () => {
    const { port, told, server } = await start({ variant: 'mutual', ...range })
    const alert =
      version === 'TLSv1.3' ? 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' : 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'
    expect(await attempt(port)).toBe(alert)
    expect([await told(1), server.totals()]).toMatchObject([
      ['127.0.0.1: client-handshake-failed: It showed no client certificate, and this server asks for one.'],
      { totalClients: 0, failedHandshakes: 1, lastHandshakeError: { code: 'client-handshake-failed' } },
    ])
  })

  it.each([
    ['foreignClient', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['expiredClient', 'CERT_HAS_EXPIRED'],
  ] as const)('a mutual server refuses the %s, and says why', async (name, reason) => {
    const { [name]: client } = await testCertificates()
    const { port, told } = await start({ variant: 'mutual', ...range })
    await attempt(port, { cert: client.certificatePem, key: client.keyPem })
    expect(await told(1)).toEqual([
      `127.0.0.1: client-handshake-failed: Its client certificate was not accepted (${reason}).`,
    ])
  })
})

describe('a TLS server', () => {
  it('of an old protocol is refused, but for clients that allow it', async () => {
    const { port, told } = await start({ variant: 'old-protocol' })
    expect([await attempt(port), await attempt(port, { minVersion: 'TLSv1', ciphers: clientCiphers })]).toEqual([
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'hello',
    ])
    expect((await told(1))[0]).toMatch(/It offers no TLS version that this server speaks\.$/)
  })

  it('that speaks plain text says so before anything else', async () => {
    const { port, server } = await start({ variant: 'plain-text' })
    expect(await attempt(port)).toBe('ERR_SSL_WRONG_VERSION_NUMBER')
    const client = connectTcp(port, '127.0.0.1')
    clients.push(client)
    client.end('hello')
    let received = ''
    for await (const chunk of client) received += String(chunk)
    expect(received).toBe('Wirebench says hello in plain text: there is no TLS on this port.\r\nhello')
    expect(server.totals().failedHandshakes).toBe(0)
  })

  it('goes on after clients that give up, are no TLS or are silent, and tells each once', async () => {
    const { port, told, server } = await start({ variant: 'valid' })
    const plain = connectTcp(port, '127.0.0.1')
    const silent = connectTcp(port, '127.0.0.1')
    clients.push(plain, silent)
    plain.on('error', () => undefined)
    plain.write('GET / HTTP/1.0\r\n\r\n')
    await told(1)
    const leaving = connectTcp(port, '127.0.0.1')
    leaving.end()
    await told(2)
    const resetting = connectTcp(port, '127.0.0.1', () => resetting.resetAndDestroy())
    await told(3)
    // Half of a ClientHello.
    const breaking = connectTcp(port, '127.0.0.1', () => breaking.end(Buffer.from('16030100c8010000c40303', 'hex')))
    await told(4)
    expect(await attempt(port)).toBe('hello')
    expect([await told(6), server.totals().failedHandshakes]).toEqual([
      [
        '127.0.0.1: client-handshake-failed: It does not speak TLS: what it sent is plain HTTP.',
        endedEarly,
        endedEarly,
        endedEarly,
        'client 1 connected',
        'client 1 closed: fin 5/5',
      ],
      4,
    ])
    // The silent one holds nothing up.
    await server.stop()
  })

  it('survives two hundred aborted handshakes at once', async () => {
    const { port, told, server } = await start({ variant: 'valid' })
    for (let count = 0; count < 200; count++) {
      const client = connectTcp(port, '127.0.0.1', () => (count % 2 === 0 ? client.resetAndDestroy() : client.end()))
      client.on('error', () => undefined)
    }
    await told(200)
    expect([await attempt(port), server.totals().failedHandshakes]).toEqual(['hello', 200])
  })

  it('serves several clients at once and closes one of them', async () => {
    const { port, told, server } = await start({ variant: 'valid' })
    const { root } = await testCertificates()
    const open = async (): Promise<Socket> => {
      const client = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: root.certificatePem })
      clients.push(client)
      client.on('error', () => undefined)
      await once(client, 'secureConnect')
      return client
    }
    const one = await open()
    await told(1)
    const two = await open()
    await told(2)
    expect(server.clients().map(({ connection, remote }) => [connection, remote.port])).toEqual([
      [1, one.localPort],
      [2, two.localPort],
    ])
    const gone = once(one, 'close')
    expect(server.closeClient(1, 'fin')).toBe(true)
    await gone
    two.write('still here')
    expect(String((await once(two, 'data'))[0])).toBe('still here')
    await server.stop()
    expect(await told(4)).toEqual([
      'client 1 connected',
      'client 2 connected',
      'client 1 closed: local 0/0',
      'client 2 closed: local 10/10',
    ])
  })

  it('shows an end to clients over the limit', async () => {
    const { port, told } = await start({ variant: 'valid' }, 1)
    const { root } = await testCertificates()
    clients.push(connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: root.certificatePem }))
    await told(1)
    expect([await attempt(port), await told(2)]).toEqual(['', ['client 1 connected', 'client refused']])
  })

  it('echoes 8 MiB through a client that does not read at first', async () => {
    const { port, told } = await start({ variant: 'valid' })
    const { root } = await testCertificates()
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'pattern that does not divide it ')
    const client = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: root.certificatePem })
    clients.push(client)
    await once(client, 'secureConnect')
    client.end(bytes)
    const chunks: Buffer[] = []
    for await (const chunk of client) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect((await told(2))[1]).toBe(`client 1 closed: fin ${bytes.length}/${bytes.length}`)
  })

  it('agrees on an ALPN protocol, and refuses clients with none in common', async () => {
    const { port, told } = await start({ variant: 'valid', alpn: ['one', 'two'] })
    expect(await attempt(port, { ALPNProtocols: ['two'] })).toBe('hello')
    expect(await attempt(port, { ALPNProtocols: ['three'] })).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
    expect((await told(3))[2]).toContain('client-handshake-failed')
  })

  it.each<[TlsInput, object]>([
    [{ minimumVersion: 'TLSv1.3', maximumVersion: 'TLSv1.2' }, { code: 'tls-settings-impossible' }],
    [{ names: ['not a name'] }, { code: 'host-malformed', data: { host: 'not a name' } }],
  ])('does not start with %j', async (tls, error) => {
    await expect(start(tls)).rejects.toMatchObject(error)
  })
})

describe.skipIf(!hasOpenssl)('openssl s_client (skipped without openssl)', () => {
  const sent = 'a line of its own\n'

  /** Sends a line and answers what it says of the verification, and whether the echo came. */
  async function verify(port: number, options: readonly string[]): Promise<string> {
    const { root } = await testCertificates()
    const folder = await makeTemporaryFolder()
    const { certificatePath } = await writeIdentityFiles(folder, 'root', root)
    const program = spawn(
      'openssl',
      [
        's_client',
        '-connect',
        `127.0.0.1:${port}`,
        '-CAfile',
        certificatePath,
        '-verify_hostname',
        'localhost',
        ...options,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    )
    programs.push(program)
    let output = ''
    program.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes(sent)) program.stdin.end()
    })
    program.stderr.resume()
    program.stdin.on('error', () => undefined)
    program.stdin.write(sent)
    await once(program, 'close')
    const results = [...output.matchAll(/Verify return code: (\d+)/g)].map(([, code]) => code)
    return `${results.at(-1) ?? 'none'} ${output.includes(sent) ? 'echo' : 'no echo'}`
  }

  describe.each(['-tls1_2', '-tls1_3'])('with %s', (version) => {
    it.each([
      ['valid', '0 echo'],
      ['expired', '10 echo'],
      ['not-yet-valid', '9 echo'],
      ['self-signed', '18 echo'],
      ['wrong-name', '62 echo'],
      ['missing-intermediate', '21 echo'],
      ['unknown-ca', '19 echo'],
      ['plain-text', '0 no echo'],
      ['old-protocol', '0 no echo'],
    ] as const)('finds of a server that is %s: %s', async (variant, result) => {
      const { port } = await start({ variant })
      expect(await verify(port, [version])).toBe(result)
    })

    it('is let in by a mutual server with a certificate alone', async () => {
      const { client } = await testCertificates()
      const { certificatePath, keyPath } = await writeIdentityFiles(await makeTemporaryFolder(), 'client', client)
      const { port, told } = await start({ variant: 'mutual' })
      expect(await verify(port, [version])).toBe('0 no echo')
      expect((await told(1))[0]).toContain('It showed no client certificate')
      expect(await verify(port, [version, '-cert', certificatePath, '-key', keyPath])).toBe('0 echo')
    })
  })

  it('reaches a server of an old protocol when it may', async () => {
    const { port } = await start({ variant: 'old-protocol' })
    expect(await verify(port, ['-tls1_1', '-cipher', clientCiphers])).toBe('0 echo')
  })
})
