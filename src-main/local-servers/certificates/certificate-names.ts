import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import {
  GeneralName,
  Name,
  RelativeDistinguishedName,
  AttributeTypeAndValue,
  AttributeValue,
} from '@peculiar/asn1-x509'
import { WirebenchError } from '../../contract/errors.ts'

/** Object identifiers of attributes of names (RFC 5280, appendix A.1). */
const commonNameAttribute = '2.5.4.3'
const organizationAttribute = '2.5.4.10'

/** The organization in every certificate made here, so that they are recognized wherever they turn up. */
const organization = 'Wirebench'

/** The longest common name (RFC 5280, appendix A.1: ub-common-name). */
const longestCommonName = 64

const dnsName = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** The subject or issuer of a certificate: a common name and the organization. */
export function distinguishedName(commonName: string): Name {
  const part = (type: string, text: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
    ])
  return new Name([part(organizationAttribute, organization), part(commonNameAttribute, commonName)])
}

/** One subject alternative name; names in other scripts are written in ASCII (RFC 5891). Errors: `host-malformed`. */
export function alternativeName(text: string): GeneralName {
  // A zone such as %eth0 is of one machine and in no certificate.
  if (isIP(text) !== 0 && !text.includes('%')) return new GeneralName({ iPAddress: text })
  const ascii = dnsName.test(text) ? text : domainToASCII(text)
  if (!dnsName.test(ascii) || ascii.length > 253) {
    const reason = 'A certificate is made for host names and IP addresses alone.'
    throw new WirebenchError('host-malformed', { host: text, reason })
  }
  return new GeneralName({ dNSName: ascii })
}

/** A common name that every program takes: the name, or its beginning. */
export function commonNameOf(name: string): string {
  return Array.from(name).slice(0, longestCommonName).join('')
}
