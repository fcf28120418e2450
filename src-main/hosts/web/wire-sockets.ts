import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { Schedule } from '../../contract/event-outbox.ts'
import { serve } from '../../contract/serve.ts'
import { createWebSocketWire, maximumWebSocketMessageBytes } from '../../contract/wires/websocket-wire.ts'
import type { AccessGuard } from './access-guard.ts'
import { parseTarget, refusalSentences, wirePath } from './page-responder.ts'

/** What a host needs of an engine to serve it. */
export interface ServedEngine {
  readonly handlers: CommandHandlers
  readonly events: EventHub
}

/** Windows that may be connected at the same time. */
export const maximumWindows = 32

const retryDelayMs = 20

const schedule: Schedule = (callback) => {
  const timer = setTimeout(callback, retryDelayMs)
  return () => clearTimeout(timer)
}

/**
 * The WebSockets of the windows: lets them in, serves the engine to each and ends those that no longer answer.
 *
 * Rules: every `heartbeatMs` a ping is sent; a window that has not answered the last one is gone. `close` ends all.
 */
export class WireSockets {
  readonly #engine: ServedEngine
  readonly #guard: AccessGuard
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maximumWebSocketMessageBytes,
  })
  /** Windows and whether they have answered since the last ping. */
  readonly #windows = new Map<WebSocket, boolean>()
  readonly #heartbeat: NodeJS.Timeout

  constructor(engine: ServedEngine, guard: AccessGuard, heartbeatMs: number) {
    this.#engine = engine
    this.#guard = guard
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
  }

  /** Takes over the socket of an upgrade request: a window, or an answer that says why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A broken socket is closed by Node; without a listener the error would end the process.
    socket.on('error', () => socket.destroy())
    const target = parseTarget(request.url)
    if (target === null) {
      refuse(socket, 400, 'The request is malformed.')
      return
    }
    const refusal = this.#guard.judge(request, target.query, true)
    if (refusal !== null) refuse(socket, 403, refusalSentences[refusal])
    else if (target.path !== wirePath) refuse(socket, 404, 'There is no WebSocket here.')
    else if (this.#windows.size >= maximumWindows) refuse(socket, 503, 'Too many windows are open. Close some.')
    else this.#server.handleUpgrade(request, socket, head, (window) => this.#accept(window))
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const window of this.#windows.keys()) window.terminate()
    this.#server.close()
  }

  #accept(window: WebSocket): void {
    this.#windows.set(window, true)
    window.on('pong', () => this.#windows.set(window, true))
    window.on('close', () => this.#windows.delete(window))
    serve(createWebSocketWire(window), this.#engine.handlers, this.#engine.events, { schedule })
  }

  #beat(): void {
    for (const [window, answered] of this.#windows) {
      if (!answered) {
        window.terminate()
        continue
      }
      this.#windows.set(window, false)
      window.ping()
    }
  }
}

function refuse(socket: Duplex, status: number, text: string): void {
  const body = `${text}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
