import type { IncomingMessage, ServerResponse } from 'node:http'
import { downloadPath, type DownloadSource } from '../downloads.ts'
import type { PageFiles } from '../page-files.ts'
import { pageHeaders, withStyleNonce } from '../page-security.ts'
import type { AccessGuard, Refusal } from './access-guard.ts'
import { respondWithDownload } from './download-responder.ts'

/** Path of the WebSocket that carries the contract. */
export const wirePath = '/wire'

/** The sentences for those who are not let in. They tell nothing about the server. */
export const refusalSentences: Readonly<Record<NonNullable<Refusal>, string>> = {
  host: 'This address does not lead to the workbench. Open the address that Wirebench printed when it started.',
  origin: 'Pages of other origins may not talk to the workbench.',
  token: 'The token is missing or wrong. Open the address that Wirebench printed when it started.',
}

export interface RequestTarget {
  readonly path: string
  readonly query: URLSearchParams
}

/** Path and query of a request line; null for anything but the origin form (RFC 9112 section 3.2.1). */
export function parseTarget(url: string | undefined): RequestTarget | null {
  if (url === undefined || !url.startsWith('/') || url.startsWith('//')) return null
  const at = url.indexOf('?')
  if (at === -1) return { path: url, query: new URLSearchParams() }
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) }
}

/** Answers requests for the page, its files and finished exports, after the guard has let them in. */
export class PageResponder {
  readonly #guard: AccessGuard
  readonly #files: PageFiles
  readonly #downloads: DownloadSource

  constructor(guard: AccessGuard, files: PageFiles, downloads: DownloadSource) {
    this.#guard = guard
    this.#files = files
    this.#downloads = downloads
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = parseTarget(request.url)
    if (target === null) {
      answerPlainly(request, response, 400, 'The request is malformed.')
      return
    }
    const refusal = this.#guard.judge(request, target.query, false)
    if (refusal !== null) {
      answerPlainly(request, response, 403, refusalSentences[refusal])
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      answerPlainly(request, response, 405, 'Only GET and HEAD are answered here.')
      return
    }
    if (target.path === wirePath) {
      response.setHeader('upgrade', 'websocket')
      answerPlainly(request, response, 426, 'The wire is a WebSocket.')
      return
    }
    if (target.path.startsWith(downloadPath)) {
      if (await respondWithDownload(this.#downloads, target.path, request, response)) return
      answerPlainly(request, response, 404, 'There is no such file any more. Export the capture again.')
      return
    }
    await this.#answerFile(request, response, target.path === '/' ? '/index.html' : target.path)
  }

  async #answerFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const file = await this.#files.read(path)
    if (file === null) {
      answerPlainly(request, response, 404, 'There is no such file.')
      return
    }
    const { bytes, styleNonce } = withStyleNonce(file)
    // `'self'` does not cover WebSockets in every browser; the guard has checked this host.
    const connectSources = [`ws://${request.headers.host ?? ''}`]
    for (const [name, value] of Object.entries(pageHeaders({ styleNonce, connectSources }))) {
      response.setHeader(name, value)
    }
    if (path === '/index.html') response.setHeader('set-cookie', this.#guard.cookie())
    response.setHeader('cache-control', file.immutable ? 'private, max-age=31536000, immutable' : 'no-store')
    finish(request, response, 200, file.contentType, bytes)
  }
}

/** A short plain answer. */
export function answerPlainly(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  response.setHeader('content-security-policy', `default-src 'none'; frame-ancestors 'none'`)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cache-control', 'no-store')
  finish(request, response, status, 'text/plain; charset=utf-8', Buffer.from(`${text}\n`))
}

function finish(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  contentType: string,
  body: Uint8Array,
): void {
  // Nothing here reads request bodies: what has one is not waited for.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
    response.setHeader('connection', 'close')
  }
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}
