import { X509Certificate } from 'node:crypto'

const mostCertificates = 256
/** Larger ones are read anew each time. */
const mostBytes = 8 * 1024

const known = new Map<string, X509Certificate>()

/**
 * A certificate from its DER or PEM. The same bytes have the same object again, so that what was worked out of it once
 * (names, signatures) is there for the next connection. Throws what OpenSSL says when it cannot be read.
 */
export function certificateFrom(bytes: Uint8Array): X509Certificate {
  if (bytes.length > mostBytes) return new X509Certificate(bytes)
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const found = known.get(key) ?? new X509Certificate(bytes)
  known.delete(key)
  known.set(key, found)
  if (known.size > mostCertificates) {
    const [oldest] = known.keys()
    if (oldest !== undefined) known.delete(oldest)
  }
  return found
}
