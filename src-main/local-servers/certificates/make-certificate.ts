import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { AsnConvert } from '@peculiar/asn1-schema'
import type { Name } from '@peculiar/asn1-x509'
import {
  AlgorithmIdentifier,
  Certificate,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { certificateExtensions } from './certificate-extensions.ts'
import { distinguishedName } from './certificate-names.ts'
import type { CertificatePlan, Identity, KeyKind } from './certificate-plan.ts'

const generate = promisify(generateKeyPair)

/** Object identifiers of signatures with SHA-256 (RFC 5758, 3.2; RFC 4055, 5). */
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const rsaWithSha256 = '1.2.840.113549.1.1.11'

/**
 * Makes a key pair and a certificate for it, signed by the issuer, or by itself when there is none (RFC 5280, 4.1).
 * The issuer's certificate is not asked whether it may sign, so that wrong chains can be made as well. Errors: `host-malformed`
 * for a name that no certificate can have.
 */
export async function makeCertificate(plan: CertificatePlan, issuer: Identity | null): Promise<Identity> {
  const { publicKey, privateKey } = await makeKeyPair(plan.key)
  const issuerKey = issuer === null ? privateKey : createPrivateKey(issuer.keyPem)
  const subjectKeyInfo = keyInfoOf(publicKey)
  const signatureAlgorithm = signatureAlgorithmOf(issuerKey)
  const extensions =
    plan.version === 1
      ? {}
      : { extensions: certificateExtensions(plan, subjectKeyInfo, keyInfoOf(createPublicKey(issuerKey))) }
  const toBeSigned = new TBSCertificate({
    version: plan.version === 1 ? Version.v1 : Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: issuer === null ? distinguishedName(plan.commonName) : subjectOf(issuer.certificatePem),
    validity: new Validity({ notBefore: wholeSecond(plan.validFromUnixMs), notAfter: wholeSecond(plan.validToUnixMs) }),
    subject: distinguishedName(plan.commonName),
    subjectPublicKeyInfo: subjectKeyInfo,
    ...extensions,
  })
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(toBeSigned)), issuerKey)
  const certificate = new Certificate({
    tbsCertificate: toBeSigned,
    signatureAlgorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  })
  return {
    commonName: plan.commonName,
    certificatePem: new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate))).toString(),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuerPems: issuer === null ? [] : [issuer.certificatePem, ...issuer.issuerPems],
  }
}

function makeKeyPair(kind: KeyKind): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return kind === 'ec' ? generate('ec', { namedCurve: 'P-256' }) : generate('rsa', { modulusLength: 2048 })
}

const keyInfoOf = (publicKey: KeyObject): SubjectPublicKeyInfo =>
  AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)

/** The issuer's name exactly as its own certificate has it: names are compared byte by byte when chains are built. */
function subjectOf(pem: string): Name {
  return AsnConvert.parse(new X509Certificate(pem).raw, Certificate).tbsCertificate.subject
}

function signatureAlgorithmOf(key: KeyObject): AlgorithmIdentifier {
  return key.asymmetricKeyType === 'rsa'
    ? new AlgorithmIdentifier({ algorithm: rsaWithSha256, parameters: null })
    : new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
}

/** Sixteen bytes that nobody else has; the first bit is 0, as serial numbers are positive, the second 1. */
function serialNumber(): ArrayBuffer {
  const bytes = Uint8Array.from(randomBytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.buffer
}

/** Certificates know whole seconds. */
const wholeSecond = (unixMs: number): Date => new Date(Math.floor(unixMs / 1000) * 1000)
