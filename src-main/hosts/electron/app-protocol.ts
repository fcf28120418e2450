import { protocol } from 'electron'
import type { PageFile, PageFiles } from '../page-files.ts'
import { pageHeaders } from '../page-security.ts'
import { pageHost, pageScheme } from './page-address.ts'

/** Makes `app://` a real origin of its own. Must be called before Electron is ready. */
export function announceAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page under `app://workbench/`. Must be called once Electron is ready. */
export function serveAppProtocol(files: PageFiles): void {
  protocol.handle(pageScheme, (request) => answerPageRequest(request, files))
}

/** Answers one request of the page: 200 with the file, 404, 405 for anything but GET. */
export async function answerPageRequest(
  request: { readonly method: string; readonly url: string },
  files: PageFiles,
): Promise<Response> {
  if (request.method !== 'GET') return refuse(405, 'Only GET is answered here.')
  const { host, pathname } = new URL(request.url)
  const file = host === pageHost ? await files.read(pathname) : null
  return file === null
    ? refuse(404, 'There is no such file.')
    : new Response(copyOf(file), { headers: headersOf(file) })
}

function headersOf(file: PageFile): Record<string, string> {
  return {
    ...pageHeaders(),
    'content-type': file.contentType,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
  }
}

/** A body of its own: file buffers of Node share their memory with others. */
function copyOf(file: PageFile): ArrayBuffer {
  const body = new ArrayBuffer(file.bytes.byteLength)
  new Uint8Array(body).set(file.bytes)
  return body
}

function refuse(status: number, reason: string): Response {
  return new Response(reason, { status, headers: { ...pageHeaders(), 'content-type': 'text/plain; charset=utf-8' } })
}
