import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { TlsFiles } from './tls-files.ts'

/** Sends back whatever comes, over TLS, and remembers who came. */
export class TlsPeer {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()
  readonly #serverNames: string[] = []
  readonly #clientNames: string[] = []

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('secureConnection', (socket) => this.#accept(socket))
    // Clients that do not like the certificate go away in the middle of the handshake.
    server.on('tlsClientError', () => undefined)
  }

  /** `asksForCertificate`: of a client, and takes those of the same CA only. `port` 0 is any free one. Sends its leaf alone. */
  static start(files: TlsFiles, { asksForCertificate = false, port = 0 } = {}): Promise<TlsPeer> {
    const server = createServer({
      cert: readFileSync(files.serverCertificatePath),
      key: readFileSync(files.serverKeyPath),
      // With a CA at hand OpenSSL would send it along.
      ...(asksForCertificate ? { ca: readFileSync(files.caPath), requestCert: true } : {}),
    })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve(new TlsPeer(server)))
    })
  }

  /** What clients named in the hello (SNI); empty for one that named nothing. */
  get serverNames(): readonly string[] {
    return this.#serverNames
  }

  /** The common names of the certificates that clients showed. */
  get clientNames(): readonly string[] {
    return this.#clientNames
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: TLSSocket): void {
    this.#sockets.add(socket)
    const name: unknown = socket.servername
    this.#serverNames.push(typeof name === 'string' ? name : '')
    const certificate = socket.getPeerCertificate()
    if (Object.keys(certificate).length > 0) this.#clientNames.push(String(certificate.subject.CN))
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes: Uint8Array) => socket.write(bytes))
  }
}
