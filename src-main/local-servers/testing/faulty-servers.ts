import { connect } from 'node:net'
import type { TLSSocket, TlsOptions } from 'node:tls'
import type { ServerTlsVariant } from '../../contract/schemas/server.ts'
import { leafPlan } from '../certificates/authority-certificates.ts'
import { sentChainPem } from '../certificates/certificate-plan.ts'
import { makeCertificate } from '../certificates/make-certificate.ts'
import { makeVariantCertificate } from '../certificates/variant-certificate.ts'
import { testCertificates } from './test-certificates.ts'
import { startTcpTestServer, startTlsTestServer, type TestServer } from './tls-test-server.ts'

/** Over TLS 1.2 or 1.3 alone, or whatever the test needs: options of Node besides the certificate. */
export interface FaultyServerOptions {
  readonly tls?: TlsOptions
  readonly names?: readonly [string, ...string[]]
  readonly key?: 'ec' | 'rsa'
  /** An echo when left out. */
  readonly serve?: (socket: TLSSocket) => void
}

/** TLS 1.1 and older are taken by OpenSSL at this level of security alone, at both ends. */
export const oldProtocolCiphers = 'DEFAULT@SECLEVEL=0'

async function startVariant(
  variant: Exclude<ServerTlsVariant, 'plain-text'>,
  options: FaultyServerOptions,
  besides: TlsOptions = {},
): Promise<TestServer> {
  const { names = ['localhost', '127.0.0.1'], key = 'ec', tls, serve } = options
  const { root } = await testCertificates()
  const { identity, sentPem } = await makeVariantCertificate(variant, root, {
    names,
    key,
    validDays: 30,
    nowUnixMs: Date.now(),
  })
  return startTlsTestServer({ cert: sentPem, key: identity.keyPem, ...besides, ...tls }, serve)
}

/** Nothing is wrong with it: trusted by the test CA, made for localhost and 127.0.0.1. */
export const startValidServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('valid', options)

/**
 * Asks for a client certificate of the test CA. Without one the handshake fails, in TLS 1.3 after the client has finished its
 * part. One of another CA, or an expired one, is told without an alert: Node closes.
 */
export async function startMutualServer(options: FaultyServerOptions = {}): Promise<TestServer> {
  const { root } = await testCertificates()
  return startVariant('mutual', options, { ca: root.certificatePem, requestCert: true, rejectUnauthorized: true })
}

export const startExpiredServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('expired', options)

export const startNotYetValidServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('not-yet-valid', options)

export const startSelfSignedServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('self-signed', options)

/** Its certificate is made for wrong.example alone. */
export const startWrongNameServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('wrong-name', options)

/** Sends its own certificate alone, and not the intermediate that the test CA signed. */
export const startMissingIntermediateServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('missing-intermediate', options)

/** Sends its own certificate and the root that signed it, which nobody trusts. */
export const startUnknownCaServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('unknown-ca', options)

/** Known by the common name localhost alone: a version 1 certificate without extensions, signed by the test CA. */
export async function startCommonNameServer({ tls, serve }: FaultyServerOptions = {}): Promise<TestServer> {
  const { root } = await testCertificates()
  const plan = leafPlan({ names: ['localhost'], nowUnixMs: Date.now(), validDays: 30, usages: ['server'] })
  const identity = await makeCertificate({ ...plan, version: 1 }, root)
  return startTlsTestServer({ cert: sentChainPem(identity), key: identity.keyPem, ...tls }, serve)
}

/** Speaks TLS 1.1 at most. */
export const startOldProtocolServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('old-protocol', options, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: oldProtocolCiphers })

/** Over TLS 1.2, takes ECDHE-ECDSA-CHACHA20-POLY1305 alone; for TLS 1.3 give its cipher in `tls`. */
export const startOneCipherServer = (options: FaultyServerOptions = {}): Promise<TestServer> =>
  startVariant('valid', options, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' })

/** No TLS: greets in plain text, then says nothing more. */
export const startPlainTextServer = (greeting = '220 ready\r\n'): Promise<TestServer> =>
  startTcpTestServer((socket) => socket.resume().write(greeting))

/** No TLS: answers what it does not understand in plain text, as servers of HTTP do. */
export const startPlainTextAnswerServer = (answer = 'HTTP/1.1 400 Bad Request\r\n\r\n'): Promise<TestServer> =>
  startTcpTestServer((socket) => socket.once('data', () => socket.end(answer)))

/** Takes the connection and never says anything. */
export const startSilentServer = (): Promise<TestServer> => startTcpTestServer((socket) => void socket.resume())

/** RST as soon as something comes, before it said anything of TLS. */
export const startResettingServer = (): Promise<TestServer> =>
  startTcpTestServer((socket) => socket.once('data', () => socket.resetAndDestroy()))

/** FIN as soon as something comes, without an answer. */
export const startClosingServer = (): Promise<TestServer> =>
  startTcpTestServer((socket) => socket.once('data', () => socket.end()))

/**
 * Passes on so many bytes of what another server says, then cuts the connection: in mid-handshake when there are fewer than it
 * needs. The ServerHello of TLS 1.3 has about 127 bytes, the whole answer with a certificate about 1,000.
 */
export function startCuttingServer(upstreamPort: number, passedBytes: number, how: 'fin' | 'rst'): Promise<TestServer> {
  return startTcpTestServer((socket) => {
    const upstream = connect(upstreamPort, '127.0.0.1')
    let left = passedBytes
    upstream.on('error', () => socket.destroy())
    upstream.on('data', (chunk: Buffer) => {
      if (left <= 0) return
      socket.write(chunk.subarray(0, left), () => {
        if (left > 0) return
        // Its bytes are with the client's system already: a reset does not take them back.
        if (how === 'rst') socket.resetAndDestroy()
        else socket.end()
      })
      left -= chunk.length
    })
    socket.on('data', (chunk: Buffer) => void upstream.write(chunk))
    socket.once('close', () => upstream.destroy())
  })
}
