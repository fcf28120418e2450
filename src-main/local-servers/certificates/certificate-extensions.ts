import { createHash } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  type SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509'
import { alternativeName } from './certificate-names.ts'
import type { CertificatePlan } from './certificate-plan.ts'

const usageIdentifiers = { server: id_kp_serverAuth, client: id_kp_clientAuth } as const

/** The extensions of a version 3 certificate (RFC 5280, 4.2.1). Errors: `host-malformed`. */
export function certificateExtensions(
  plan: CertificatePlan,
  subjectKey: SubjectPublicKeyInfo,
  issuerKey: SubjectPublicKeyInfo,
): Extensions {
  const isAuthority = plan.role === 'authority'
  const extensions = [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: isAuthority }), true),
    extension(id_ce_keyUsage, new KeyUsage(keyUsageOf(plan)), true),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(subjectKey)), false),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerKey)) }),
      false,
    ),
  ]
  if (!isAuthority && plan.usages.length > 0) {
    const usages = new ExtendedKeyUsage(plan.usages.map((usage) => usageIdentifiers[usage]))
    extensions.push(extension(id_ce_extKeyUsage, usages, false))
  }
  if (plan.names.length > 0) {
    const names = new SubjectAlternativeName(plan.names.map(alternativeName))
    extensions.push(extension(id_ce_subjectAltName, names, false))
  }
  return new Extensions(extensions)
}

function extension(extnID: string, content: object, critical: boolean): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(content)) })
}

function keyUsageOf({ role, key }: CertificatePlan): number {
  if (role === 'authority') return KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
  // Key exchange by RSA alone, as TLS 1.2 and older may do it, enciphers with the key.
  return key === 'rsa' ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment : KeyUsageFlags.digitalSignature
}

/** SHA-1 of the key's bits (RFC 5280, 4.2.1.2, method 1): a name, nothing that must be hard to forge. */
function keyIdentifier({ subjectPublicKey }: SubjectPublicKeyInfo): ArrayBuffer {
  const hash = createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest()
  return Uint8Array.from(hash).buffer
}
