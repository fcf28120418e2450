import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { WirebenchError } from '../../contract/errors.ts'
import { describeListenError } from '../../sockets/socket-errors.ts'
import type { DownloadSource } from '../downloads.ts'
import { PageFiles } from '../page-files.ts'
import { AccessGuard, createToken } from './access-guard.ts'
import { allowedHosts, hostInUrl, reachableHost } from './listen-address.ts'
import { answerPlainly, PageResponder } from './page-responder.ts'
import { WireSockets, type ServedEngine } from './wire-sockets.ts'

export interface WebHostOptions {
  /** Address or name to listen on; anything but loopback lets other machines in that know the token. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly engine: ServedEngine
  /** Finished exports that windows may take; none when left out. */
  readonly downloads?: DownloadSource
  /** Folder of the built page, with `index.html`. */
  readonly pageFolder: string
  /** Made when not given. */
  readonly token?: string
  /** Time between pings that find windows that are gone. Default 15 s. */
  readonly heartbeatMs?: number
}

/** A running web host. Whoever started it closes it; the engine is not its own. */
export interface WebHost {
  /** The address to open, token included. */
  readonly url: string
  readonly port: number
  /** Ends every window and every connection. */
  close(): Promise<void>
}

const limits = { connections: 512, headerBytes: 16 * 1024, headers: 100 } as const
const timeLimitsMs = { headers: 10_000, request: 30_000, keepAlive: 5_000, idle: 60_000 } as const

/**
 * Serves the page and the engine to browsers.
 *
 * Errors: `file-not-found` when the page has not been built, `port-in-use`, `port-not-permitted`,
 * `local-address-unavailable`, `listen-failed`.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { host, engine, pageFolder, token = createToken(), heartbeatMs = 15_000 } = options
  const { downloads = { find: () => null } } = options
  await requirePage(join(pageFolder, 'index.html'))
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: timeLimitsMs.headers,
    requestTimeout: timeLimitsMs.request,
    keepAliveTimeout: timeLimitsMs.keepAlive,
  })
  server.maxConnections = limits.connections
  server.maxHeadersCount = limits.headers
  server.timeout = timeLimitsMs.idle
  const port = await listen(server, host, options.port)

  const guard = new AccessGuard(token, port, allowedHosts(host, port))
  const responder = new PageResponder(guard, new PageFiles(pageFolder), downloads)
  const sockets = new WireSockets(engine, guard, heartbeatMs)
  // A client that could not be accepted, for instance for lack of file handles: the others go on.
  server.on('error', () => undefined)
  server.on('request', (request, response) => void respond(responder, request, response))
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  return {
    url: `http://${hostInUrl(reachableHost(host))}:${port}/?token=${token}`,
    port,
    close: async () => {
      sockets.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function requirePage(file: string): Promise<void> {
  try {
    await access(file)
  } catch (cause) {
    throw new WirebenchError('file-not-found', { file }, { cause })
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (thrown) {
    throw WirebenchError.fromShape(describeListenError(thrown, { host, port }))
  }
  return (server.address() as AddressInfo).port
}

async function respond(responder: PageResponder, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await responder.respond(request, response)
  } catch {
    // The file is there and the system does not give it; why is nothing for a browser.
    if (response.headersSent) response.destroy()
    else answerPlainly(request, response, 500, 'The page could not be read. Start Wirebench again.')
  }
}
