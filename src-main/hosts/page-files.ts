import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** A file of the built page, ready to be answered with. */
export interface PageFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** True for files whose name changes with their content. */
  readonly immutable: boolean
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/**
 * Reads files of the built page by URL path, and nothing outside its folder: neither `..`, encoded or not, nor a link
 * leads out.
 */
export class PageFiles {
  readonly #folder: string

  /** @param folder of the built page, absolute */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * The file at a URL path that begins with `/`, still percent-encoded; null when the page has no such file. Throws
   * what the file system throws when a file is there but cannot be read.
   */
  async read(urlPath: string): Promise<PageFile | null> {
    const segments = decodeSegments(urlPath)
    if (segments === null) return null
    const contentType = contentTypes[extname(segments.at(-1) ?? '').toLowerCase()]
    if (contentType === undefined) return null
    try {
      const folder = await realpath(this.#folder)
      const file = await realpath(join(folder, ...segments))
      if (!file.startsWith(folder + sep)) return null
      const bytes = await readFile(file)
      return {
        bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        contentType,
        immutable: segments[0] === 'assets',
      }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
}

/** The names along the path; null when one could mean something else to the file system. */
function decodeSegments(urlPath: string): readonly string[] | null {
  if (!urlPath.startsWith('/')) return null
  const segments: string[] = []
  for (const encoded of urlPath.slice(1).split('/')) {
    let segment: string
    try {
      segment = decodeURIComponent(encoded)
    } catch {
      return null
    }
    if (!/^[\w-][\w.-]*$/.test(segment)) return null
    segments.push(segment)
  }
  return segments
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
}
