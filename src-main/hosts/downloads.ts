/** Path of the addresses under which a host gives finished exports out; the download's identifier follows. */
export const downloadPath = '/downloads/'

/** The finished exports that may be taken. */
export interface DownloadSource {
  /** Null when there is none, or not any more. */
  find(downloadId: string): { readonly path: string; readonly fileName: string } | null
}

/** The headers of a download, whatever the host: a file to be kept, never a page to be shown. */
export function downloadHeaders(fileName: string, byteCount: number): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(byteCount),
    'content-disposition': attachment(fileName),
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'; sandbox`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}

/** RFC 6266: a plain name for old readers, and the name itself as RFC 8187 has it. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w .-]/g, '_')
  const encoded = encodeURIComponent(fileName.replaceAll(/\p{Surrogate}/gu, '_')).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
