import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { downloadHeaders, downloadPath, type DownloadSource } from '../downloads.ts'
import type { PageFile, PageFiles } from '../page-files.ts'
import { pageHeaders, withStyleNonce } from '../page-security.ts'
import { pageHost, pageScheme } from './page-address.ts'

/** Makes `app://` a real origin of its own. Must be called before Electron is ready. */
export function announceAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page and finished exports under `app://workbench/`. Must be called once Electron is ready. */
export function serveAppProtocol(files: PageFiles, downloads: DownloadSource): void {
  protocol.handle(pageScheme, (request) => answerPageRequest(request, files, downloads))
}

/** Answers one request of the page: 200 with the file or download, 404, 405 for anything but GET. */
export async function answerPageRequest(
  request: { readonly method: string; readonly url: string },
  files: PageFiles,
  downloads: DownloadSource,
): Promise<Response> {
  if (request.method !== 'GET') return refuse(405, 'Only GET is answered here.')
  const { host, pathname } = new URL(request.url)
  if (host === pageHost && pathname.startsWith(downloadPath)) return answerDownload(downloads, pathname)
  const file = host === pageHost ? await files.read(pathname) : null
  return file === null ? refuse(404, 'There is no such file.') : answerFile(file)
}

/** Streamed: read on as the window takes it. */
async function answerDownload(downloads: DownloadSource, path: string): Promise<Response> {
  const found = downloads.find(path.slice(downloadPath.length))
  const handle = found === null ? null : await open(found.path, 'r').catch(() => null)
  if (found === null || handle === null) return refuse(404, 'There is no such file any more. Export the capture again.')
  const { size } = await handle.stat()
  const stream = Readable.toWeb(handle.createReadStream({ highWaterMark: 256 * 1024 }))
  return new Response(stream as ReadableStream<Uint8Array>, { headers: downloadHeaders(found.fileName, size) })
}

function answerFile(file: PageFile): Response {
  const { bytes, styleNonce } = withStyleNonce(file)
  return new Response(copyOf(bytes), { headers: headersOf(file, styleNonce) })
}

function headersOf(file: PageFile, styleNonce: string | null): Record<string, string> {
  return {
    ...pageHeaders({ styleNonce }),
    'content-type': file.contentType,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
  }
}

/** A body of its own: file buffers of Node share their memory with others. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  const body = new ArrayBuffer(bytes.byteLength)
  new Uint8Array(body).set(bytes)
  return body
}

function refuse(status: number, reason: string): Response {
  return new Response(reason, { status, headers: { ...pageHeaders(), 'content-type': 'text/plain; charset=utf-8' } })
}
