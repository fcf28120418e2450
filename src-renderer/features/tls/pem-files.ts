/** Certificates out of files that a person chose: PEM with anything around, or one in DER. */

/** As much as the contract takes for one certificate. */
const maximumPemLength = 64 * 1024

/** Larger files are no certificates; a bundle of all public roots has about 250 kB. */
export const maximumCertificateFileBytes = 4 * 1024 * 1024

/** The certificates in the bytes of a file, each as PEM. Keys and other parts of the file are left out. Empty when none. */
export function certificatesIn(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('latin1').decode(bytes)
  const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g)
  if (blocks !== null) return blocks.map((block) => `${block}\n`).filter((pem) => pem.length <= maximumPemLength)
  return isDer(bytes) ? [pemOf(bytes)] : []
}

/** A SEQUENCE with a length of two bytes that is all of the file (X.690, 8.1). */
function isDer(bytes: Uint8Array): boolean {
  const [tag, form, high = 0, low = 0] = bytes
  return tag === 0x30 && form === 0x82 && bytes.length === 4 + high * 256 + low
}

/** DER as PEM: base64 in lines of 64 (RFC 7468). */
function pemOf(bytes: Uint8Array): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
}
