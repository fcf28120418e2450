import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { downloadHeaders, downloadPath, type DownloadSource } from '../downloads.ts'

/** A browser may wait for a person before it reads on. */
const idleMs = 15 * 60 * 1000

/**
 * Answers a request for a finished export, as fast as the browser takes it; false where there is none of that name. The guard
 * has let the request in.
 */
export async function respondWithDownload(
  downloads: DownloadSource,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const found = downloads.find(path.slice(downloadPath.length))
  const handle = found === null ? null : await open(found.path, 'r').catch(() => null)
  // Deleted just now counts as not there.
  if (found === null || handle === null) return false
  try {
    response.writeHead(200, downloadHeaders(found.fileName, (await handle.stat()).size))
    if (request.method === 'HEAD') {
      response.end()
      return true
    }
    const { socket } = request
    const usualMs = socket.timeout ?? 0
    socket.setTimeout(idleMs)
    // The browser may give up at any time; then there is nobody to tell.
    await pipeline(handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }), response).catch(
      () => undefined,
    )
    socket.setTimeout(usualMs)
    return true
  } finally {
    await handle.close()
  }
}
