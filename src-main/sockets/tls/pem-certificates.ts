import type { X509Certificate } from 'node:crypto'
import { certificateFrom } from './known-certificates.ts'

/** A bundle of all public roots has some 150; a chain three. */
export const maximumCertificates = 4096

const certificateBlock =
  /-----BEGIN (?:X509 )?CERTIFICATE-----[\r\n\t +/=0-9A-Za-z]*-----END (?:X509 )?CERTIFICATE-----/g

/** Why a text or file holds no certificates that can be used. */
export class CertificatesMalformed extends Error {}

/**
 * All certificates of a PEM file in their order, texts between them left aside (RFC 7468, section 5.2), or the one of a
 * DER file. Throws `CertificatesMalformed` when there is none, when one of them cannot be read, or when there are
 * more than `maximumCertificates`.
 */
export function readCertificates(bytes: Uint8Array): readonly X509Certificate[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (!text.includes('-----BEGIN ')) {
    if (bytes[0] !== 0x30) throw new CertificatesMalformed('It has no certificate in it.')
    return [readOne(bytes, 1)]
  }
  const blocks: string[] = []
  for (const [block] of text.matchAll(certificateBlock)) {
    blocks.push(block)
    if (blocks.length > maximumCertificates) {
      throw new CertificatesMalformed(`It has more than ${maximumCertificates} certificates.`)
    }
  }
  if (blocks.length === 0) throw new CertificatesMalformed('It has no certificate in it.')
  return blocks.map((block, index) => readOne(Buffer.from(block, 'latin1'), index + 1))
}

function readOne(bytes: Uint8Array, number: number): X509Certificate {
  try {
    return certificateFrom(bytes)
  } catch {
    throw new CertificatesMalformed(`Certificate ${number} of it cannot be read.`)
  }
}
