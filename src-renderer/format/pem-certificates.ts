import { parseBase64 } from '../../src-main/protocol/hexdump/base64.ts'

/** A certificate as it is shown in a list. */
export interface NamedCertificate {
  /** One block with its first and last line. */
  readonly pem: string
  /** The common name, or what names it best; empty when nothing does. */
  readonly name: string
  /** Null when it cannot be read. */
  readonly validToUnixMs: number | null
}

/** Longest block that the contract takes. */
export const maximumPemLength = 64 * 1024

/** Larger files are no certificates; a bundle of all public roots has about 250 kB. */
export const maximumCertificateFileBytes = 4 * 1024 * 1024

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([\s\S]*?)-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** Every certificate of a text in PEM (RFC 7468), in order; null where a block is no certificate. Other blocks are passed over. */
export function certificatesOf(text: string): readonly (NamedCertificate | null)[] {
  return [...text.matchAll(block)].map(([, body = '']) => certificateOf(body))
}

/**
 * The certificates in the bytes of a file, each as PEM: of PEM with anything around, or of one in DER. Keys and other parts of the
 * file are left out, and what the contract would not take. Empty when none. What is in a block is not looked at.
 */
export function certificatesIn(bytes: Uint8Array): readonly string[] {
  const blocks = [...latin1(bytes).matchAll(block)].map(([whole]) => `${whole}\n`)
  if (blocks.length > 0) return blocks.filter((pem) => pem.length <= maximumPemLength)
  const whole = valueAt(bytes, 0, bytes.length)
  if (whole?.tag !== sequence || whole.to !== bytes.length) return []
  return [pemOf(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))]
}

/** Base64 in lines of 64 between the first and the last line (RFC 7468). */
function pemOf(base64: string): string {
  return ['-----BEGIN CERTIFICATE-----', ...(base64.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----', ''].join(
    '\n',
  )
}

/** The same block has the same text, however its lines were broken. */
function certificateOf(body: string): NamedCertificate | null {
  const parsed = parseBase64(body)
  if (!parsed.ok) return null
  const facts = readFacts(parsed.bytes)
  if (facts === null) return null
  return { ...facts, pem: pemOf(body.replace(/\s+/g, '')) }
}

/** A DER value (X.690): its tag, and where its content begins and ends. */
interface DerValue {
  readonly tag: number
  readonly from: number
  readonly to: number
}

/** The values one after another between two places; null when they do not fill them exactly. */
function valuesIn(bytes: Uint8Array, from: number, to: number): readonly DerValue[] | null {
  const values: DerValue[] = []
  let offset = from
  while (offset < to) {
    const value = valueAt(bytes, offset, to)
    if (value === null) return null
    values.push(value)
    offset = value.to
  }
  return values
}

function valueAt(bytes: Uint8Array, offset: number, end: number): DerValue | null {
  const [tag, first] = [bytes[offset], bytes[offset + 1]]
  if (tag === undefined || first === undefined) return null
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > 4) return null
  let length = lengthBytes === 0 ? first : 0
  for (let index = 0; index < lengthBytes; index++) length = length * 256 + (bytes[offset + 2 + index] ?? 0)
  const from = offset + 2 + lengthBytes
  return from + length <= end ? { tag, from, to: from + length } : null
}

const sequence = 0x30

/** RFC 5280, 4.1: what stands in a certificate and in which order. */
function readFacts(bytes: Uint8Array): Omit<NamedCertificate, 'pem'> | null {
  const whole = valueAt(bytes, 0, bytes.length)
  if (whole?.tag !== sequence) return null
  const signed = valuesIn(bytes, whole.from, whole.to)?.[0]
  if (signed?.tag !== sequence) return null
  const fields = valuesIn(bytes, signed.from, signed.to)
  if (fields === null) return null
  const [, , , validity, subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  if (validity?.tag !== sequence || subject?.tag !== sequence) return null
  const end = valuesIn(bytes, validity.from, validity.to)?.[1]
  return {
    name: nameIn(bytes, subject),
    validToUnixMs: end === undefined ? null : timeOf(end.tag, latin1(bytes.subarray(end.from, end.to))),
  }
}

/** Common name, organisational unit, organisation (2.5.4.3, .11, .10), the better one first. */
const namingAttributes = [0x03, 0x0b, 0x0a]

function nameIn(bytes: Uint8Array, subject: DerValue): string {
  const found = new Map<number, string>()
  for (const set of valuesIn(bytes, subject.from, subject.to) ?? []) {
    for (const attribute of valuesIn(bytes, set.from, set.to) ?? []) {
      const [type, value] = valuesIn(bytes, attribute.from, attribute.to) ?? []
      if (type === undefined || value === undefined || type.to - type.from !== 3) continue
      const [one, two, three] = bytes.subarray(type.from, type.to)
      if (one !== 0x55 || two !== 0x04 || three === undefined) continue
      found.set(three, textOf(value.tag, bytes.subarray(value.from, value.to)))
    }
  }
  const best = namingAttributes.find((attribute) => (found.get(attribute) ?? '') !== '')
  return best === undefined ? '' : (found.get(best) ?? '')
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

function textOf(tag: number, bytes: Uint8Array): string {
  if (tag === 0x1e) return new TextDecoder('utf-16be').decode(bytes)
  return tag === 0x0c ? new TextDecoder().decode(bytes) : latin1(bytes)
}

/** UTCTime (years from 1950 to 2049) or GeneralizedTime, as RFC 5280 (4.1.2.5) writes them. */
function timeOf(tag: number, text: string): number | null {
  const pattern = tag === 0x17 ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  const parts = pattern.exec(text)?.slice(1).map(Number)
  if (parts === undefined) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
  const fullYear = tag === 0x17 ? year + (year < 50 ? 2000 : 1900) : year
  return Date.UTC(fullYear, month - 1, day, hour, minute, second)
}
