import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { domainToASCII } from 'node:url'
import { ipLiteral } from '../../protocol/connection/ip-literal.ts'
import { shortName, subjectAltNames } from './certificate-facts.ts'

/**
 * Whether a certificate is made for a name or address (RFC 6125, RFC 9525). A certificate without names of the kind is
 * taken by its common name, as those of old test servers are (seed-systems row 6.2.18).
 */
export function isMadeFor(certificate: X509Certificate, name: string): boolean {
  return checkServerIdentity(nameInAscii(name), certificate.toLegacyObject()) === undefined
}

/** What a certificate is made for, in words: its names and addresses, else its common name. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  const names = subjectAltNames(certificate).filter((name) => /^(?:DNS|IP Address):/.test(name))
  if (names.length > 0) return names.map((name) => name.slice(name.indexOf(':') + 1))
  const commonName = shortName(certificate.subject)
  return commonName === '' ? [] : [commonName]
}

/** The name to check: an address without brackets and zone, a host name in its ASCII form. */
export function nameInAscii(name: string): string {
  const address = ipLiteral(name)?.address
  if (address !== undefined) return address.split('%')[0] ?? address
  return domainToASCII(name) || name
}

/** What can be sent as SNI (RFC 6066, section 3): a host name without its final dot, no address. */
export function sniOf(name: string): string | null {
  const ascii = nameInAscii(name).replace(/\.$/, '')
  return ascii === '' || isIP(ascii) !== 0 ? null : ascii
}
