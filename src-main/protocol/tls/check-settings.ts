import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import { ipLiteral } from '../connection/ip-literal.ts'
import { isOlderVersion, versionName, versionRange } from './tls-versions.ts'

/** RFC 7301, section 3.1: the length of a protocol's name is one byte. */
const maximumAlpnBytes = 255
/** Names that can stand in a hello: letters, digits, dots; underscores are in use. */
const serverNamePattern =
  /^(?=.{1,254}$)[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62})(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62}))*\.?$/u

interface SettingsRule {
  readonly field: keyof TlsSettings
  readonly isBroken: (settings: TlsSettings) => boolean
  readonly reason: (settings: TlsSettings) => string
}

const rules: readonly SettingsRule[] = [
  {
    // As with every OpenSSL client that knows both settings (seed-systems 2.5, row 6.2.14).
    field: 'checksName',
    isBroken: ({ verification, checksName }) => verification === 'off' && checksName,
    reason: () => 'The name cannot be checked while verification is off. Turn the name check off, or verification on.',
  },
  {
    field: 'pinnedFingerprint',
    isBroken: ({ verification, pinnedFingerprint }) => verification === 'off' && pinnedFingerprint !== null,
    reason: () =>
      'A fingerprint is not enforced while verification is off. Turn verification on, or forget the fingerprint.',
  },
  {
    field: 'minimumVersion',
    isBroken: (settings) => {
      const { minimum, maximum } = versionRange(settings)
      return isOlderVersion(maximum, minimum)
    },
    reason: (settings) => {
      const { minimum, maximum } = versionRange(settings)
      return `The lowest version (${versionName(minimum)}) is higher than the highest (${versionName(maximum)}).`
    },
  },
  {
    field: 'pfxPath',
    isBroken: ({ pfxPath, certificatePath, keyPath }) =>
      pfxPath !== null && (certificatePath !== null || keyPath !== null),
    reason: () => 'The client certificate comes either from a PFX file or from PEM files, not from both.',
  },
  {
    field: 'certificatePath',
    isBroken: ({ certificatePath, keyPath }) => keyPath !== null && certificatePath === null,
    reason: () => 'There is a key and no certificate that it belongs to. Choose the certificate, too.',
  },
  {
    field: 'serverName',
    isBroken: ({ serverName }) =>
      serverName !== null && ipLiteral(serverName) === null && !serverNamePattern.test(serverName),
    reason: ({ serverName }) => `"${serverName ?? ''}" is not a host name or an IP address.`,
  },
  {
    field: 'alpn',
    isBroken: ({ alpn }) => alpn.some((name) => byteLength(name) > maximumAlpnBytes),
    reason: () => `A protocol of ALPN has at most ${maximumAlpnBytes} bytes.`,
  },
]

/**
 * Why these settings cannot be used together, whatever the files in them hold: `tls-settings-impossible` with the
 * setting in `data.field`; null when nothing is to be said against them.
 */
export function checkTlsSettings(settings: TlsSettings): ErrorShape | null {
  const broken = rules.find(({ isBroken }) => isBroken(settings))
  if (broken === undefined) return null
  return describeError('tls-settings-impossible', { field: broken.field, reason: broken.reason(settings) })
}

/** In UTF-8. */
function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4
  }
  return bytes
}
