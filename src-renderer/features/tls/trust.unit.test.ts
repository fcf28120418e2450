import * as fc from 'fast-check'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { completeConnectionSettings, connectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { ChainLink } from '../../../src-main/contract/schemas/tls.ts'
import { fakeBrokenChain } from '../../testing/fake-diagnoses.ts'
import { fakeCertificate } from '../../testing/fake-certificates.ts'
import { chainTrust } from './chain-trust.ts'
import { certificatesIn } from '../../format/pem-certificates.ts'
import { adding, hasRoomFor, pinning, removingPin, trustingCa } from './trust-changes.ts'

const plain = completeConnectionSettings({ host: 'gateway.plant', port: 8883 })
const secured = completeConnectionSettings({ host: 'gateway.plant', port: 8883, tls: { serverName: 'gw' } })
const root = fakeCertificate('Plant Root G2', 'Plant Root G2', { isCa: true })
const leaf = fakeCertificate('gateway.plant', 'Plant Root G2')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

it('changes what is trusted and nothing else; TLS is turned on where it was off', () => {
  const pinned = v.parse(connectionSettings, pinning(leaf.fingerprintSha256).changed(secured))
  expect(pinned).toEqual({ ...secured, tls: { ...secured.tls, pinnedFingerprint: leaf.fingerprintSha256 } })
  expect(v.parse(connectionSettings, removingPin.changed(pinned))).toEqual(secured)
  const trusting = v.parse(connectionSettings, trustingCa(root).changed(plain))
  expect(trusting.tls?.extraCertificates).toEqual([root.pem])
  const again = v.parse(connectionSettings, adding([`${root.pem}\r\n`, leaf.pem]).changed(trusting))
  expect(again.tls?.extraCertificates).toEqual([root.pem, leaf.pem])
})

it('adds no more certificates than the settings take', () => {
  const pems = Array.from({ length: 32 }, (_, index) => fakeCertificate(`ca-${index}`, 'x').pem)
  const full = v.parse(connectionSettings, adding(pems).changed(plain))
  expect([hasRoomFor(full, [pems[3] ?? '']), hasRoomFor(full, [root.pem])]).toEqual([true, false])
})

it('offers to pin the leaf, to trust a CA that was sent, and to bring what is missing', () => {
  const sent = (certificate: ChainLink['certificate']): ChainLink => ({
    certificate,
    source: 'sent',
    name: '',
    fault: null,
  })
  expect(chainTrust(fakeBrokenChain, null)).toEqual({
    leaf: fakeBrokenChain[0]?.certificate,
    ca: null,
    isMissing: true,
  })
  expect(chainTrust([sent(leaf), sent(root)], null)).toEqual({ leaf, ca: root, isMissing: false })
  const { tls: trusting } = v.parse(connectionSettings, trustingCa(root).changed(plain))
  expect(chainTrust([sent(leaf), sent(root)], trusting).ca).toBeNull()
  const { tls: pinning_ } = v.parse(connectionSettings, pinning(leaf.fingerprintSha256).changed(plain))
  expect(chainTrust([sent(leaf)], pinning_)).toEqual({ leaf: null, ca: null, isMissing: false })
  expect(chainTrust([], null)).toEqual({ leaf: null, ca: null, isMissing: false })
})

it('takes certificates out of files and leaves keys where they are', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
  expect(certificatesIn(bytesOf(`Bag Attributes\n${leaf.pem}${key}${root.pem}`))).toEqual([leaf.pem, root.pem])
  expect(certificatesIn(bytesOf(key))).toEqual([])
  expect(certificatesIn(bytesOf('hello'))).toEqual([])
  expect(certificatesIn(new Uint8Array())).toEqual([])
  const huge = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(70_000)}\n-----END CERTIFICATE-----\n`
  expect(certificatesIn(bytesOf(huge))).toEqual([])
})

it('writes a file in DER as PEM, byte for byte', () => {
  const content = fc.uint8Array({ minLength: 256, maxLength: 3000 })
  fc.assert(
    fc.property(content, (body) => {
      const der = Uint8Array.from([0x30, 0x82, body.length >> 8, body.length & 0xff, ...body])
      const [pem = ''] = certificatesIn(der)
      const lines = pem.trim().split('\n').slice(1, -1)
      expect(lines.every((line) => line.length <= 64)).toBe(true)
      expect(Buffer.from(lines.join(''), 'base64').equals(der)).toBe(true)
      expect(certificatesIn(der.subarray(0, -1))).toEqual([])
    }),
  )
})
