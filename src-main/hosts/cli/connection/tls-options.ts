import * as v from 'valibot'
import { tlsSettings, tlsVerification, tlsVersion, type TlsSettings } from '../../../contract/schemas/tls.ts'
import { WirebenchError } from '../../../contract/errors.ts'
import { checkTlsSettings } from '../../../protocol/tls/check-settings.ts'
import { usageError, type CommandLine, type OptionTable } from '../command-line.ts'

/** Options of secured connections. Any of them implies `--tls`. */
export const tlsOptions = {
  tls: 'flag',
  ca: 'text',
  cert: 'text',
  key: 'text',
  pfx: 'text',
  'passphrase-env': 'text',
  servername: 'text',
  verify: 'text',
  insecure: 'flag',
  'no-name-check': 'flag',
  pin: 'text',
  'min-version': 'text',
  'max-version': 'text',
  ciphers: 'text',
  alpn: 'text',
  starttls: 'text',
  'starttls-expect': 'text',
} as const satisfies OptionTable

/** What the options say of TLS, on top of what a profile says. */
export interface TlsPlan {
  /** Null where no option says anything. */
  readonly asked: Partial<TlsSettings> | null
  /** Of the key or PFX; null when there is none. */
  readonly passphrase: string | null
}

/** Reads the options of TLS. Errors: `usage`. */
export function planTls(line: CommandLine, environment: Readonly<Record<string, string | undefined>>): TlsPlan {
  const isAsked = Object.keys(tlsOptions).some((name) => line.has(name))
  return { asked: isAsked ? askedSettings(line) : null, passphrase: passphraseOf(line, environment) }
}

/**
 * The settings of TLS: those of the profile with what was asked for in their place. Null for plain TCP. Errors: `usage`,
 * `tls-settings-impossible`.
 */
export function tlsSettingsOf({ asked }: TlsPlan, profile: TlsSettings | null): TlsSettings | null {
  if (asked === null) return profile
  const result = v.safeParse(tlsSettings, { ...profile, ...asked })
  if (!result.success) {
    const [issue] = result.issues
    throw usageError(`--${optionOf(String(issue.path?.[0]?.key))}: ${issue.message}.`)
  }
  const impossible = checkTlsSettings(result.output)
  if (impossible !== null) throw WirebenchError.fromShape(impossible)
  return result.output
}

const optionNames = new Map([
  ['caPath', 'ca'],
  ['certificatePath', 'cert'],
  ['keyPath', 'key'],
  ['pfxPath', 'pfx'],
  ['serverName', 'servername'],
  ['pinnedFingerprint', 'pin'],
  ['start', 'starttls'],
])

const optionOf = (setting: string): string => optionNames.get(setting) ?? setting

function askedSettings(line: CommandLine): Partial<TlsSettings> {
  line.refuseTogether('insecure', 'verify')
  line.refuseTogether('insecure', 'pin')
  const texts = {
    caPath: line.text('ca'),
    certificatePath: line.text('cert'),
    keyPath: line.text('key'),
    pfxPath: line.text('pfx'),
    serverName: line.text('servername'),
    minimumVersion: line.choice('min-version', tlsVersion.options),
    maximumVersion: line.choice('max-version', tlsVersion.options),
    ciphers: line.text('ciphers'),
    verification: line.flag('insecure') ? ('off' as const) : line.choice('verify', tlsVerification.options),
    pinnedFingerprint: pinOf(line.text('pin')),
    start: startOf(line),
  }
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== null))
  const alpn = line.text('alpn')
  return {
    ...given,
    ...(alpn === null ? {} : { alpn: alpn.split(',').map((name) => name.trim()) }),
    ...(line.flag('insecure') || line.flag('no-name-check') ? { checksName: false } : {}),
  }
}

/** SHA-256 as other programs print it: in either case, with colons or without. */
function pinOf(text: string | null): string | null {
  if (text === null) return null
  const digits = text
    .replace(/^sha256[:=]?/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase()
  if (/^[0-9a-f]{64}$/.test(digits)) return digits
  throw usageError('--pin is the SHA-256 fingerprint of a certificate: 64 hex digits, with colons or without.')
}

function startOf(line: CommandLine): TlsSettings['start'] | null {
  const send = line.text('starttls')
  const expect = line.text('starttls-expect')
  if (send === null && expect === null) return null
  return { kind: 'after-text', send: send ?? '', expect: expect ?? '' }
}

function passphraseOf(line: CommandLine, environment: Readonly<Record<string, string | undefined>>): string | null {
  const variable = line.text('passphrase-env')
  if (variable === null) return null
  const passphrase = environment[variable]
  if (passphrase === undefined) throw usageError(`The environment variable ${variable} is not set.`)
  return passphrase
}
