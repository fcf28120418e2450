import * as v from 'valibot'
import { serverTls, serverTlsVariant, type ServerTls } from '../../../contract/schemas/server.ts'
import { tlsVersion } from '../../../contract/schemas/tls.ts'
import type { OwnCertificate } from '../../../local-servers/own-certificate.ts'
import { usageError, type CommandLine, type OptionTable } from '../command-line.ts'

/** With a certificate that is made here, with one of the user's own, or as the definition has it. */
export type ServeSecurity =
  | { readonly kind: 'as-defined' }
  | { readonly kind: 'made'; readonly tls: ServerTls }
  | { readonly kind: 'own'; readonly own: OwnCertificate }

const madeOptions = { 'tls-variant': 'text', names: 'text', 'valid-days': 'text' } as const satisfies OptionTable
const ownOptions = {
  cert: 'text',
  key: 'text',
  'passphrase-env': 'text',
  ca: 'text',
  'require-client-certificate': 'flag',
} as const satisfies OptionTable
const sharedTlsOptions = {
  tls: 'flag',
  'min-version': 'text',
  'max-version': 'text',
  alpn: 'text',
} as const satisfies OptionTable

/** Options about TLS. */
export const securityOptions = { ...sharedTlsOptions, ...madeOptions, ...ownOptions } as const satisfies OptionTable

/** Errors: `usage`. */
export function securityOf(
  line: CommandLine,
  environment: Readonly<Record<string, string | undefined>>,
): ServeSecurity {
  const firstOf = (table: OptionTable): string | null => Object.keys(table).find((name) => line.has(name)) ?? null
  const [own, made] = [firstOf(ownOptions), firstOf(madeOptions)]
  if (own !== null && made !== null) throw usageError(`--${made} and --${own} cannot be used together.`)
  if (own !== null) return { kind: 'own', own: ownOf(line, environment) }
  if (made !== null || firstOf(sharedTlsOptions) !== null) return { kind: 'made', tls: madeOf(line) }
  return { kind: 'as-defined' }
}

const versionsOf = (line: CommandLine) => ({
  minimumVersion: line.choice('min-version', tlsVersion.options),
  maximumVersion: line.choice('max-version', tlsVersion.options),
  alpn: listOf(line.text('alpn')) ?? [],
})

function madeOf(line: CommandLine): ServerTls {
  const names = listOf(line.text('names'))
  const validDays = line.wholeNumber('valid-days', 1, 36_500)
  const result = v.safeParse(serverTls, {
    variant: line.choice('tls-variant', serverTlsVariant.options) ?? 'valid',
    ...versionsOf(line),
    ...(names === null ? {} : { names }),
    ...(validDays === null ? {} : { validDays }),
  })
  if (result.success) return result.output
  const [issue] = result.issues
  throw usageError(`--${String(issue.path?.[0]?.key)}: ${issue.message}.`)
}

function ownOf(line: CommandLine, environment: Readonly<Record<string, string | undefined>>): OwnCertificate {
  const [certificateFile, keyFile] = [line.text('cert'), line.text('key')]
  if (certificateFile === null || keyFile === null) {
    throw usageError('--cert and --key belong together: give both, or neither for a certificate that is made here.')
  }
  const clientCaFile = line.text('ca')
  const requiresClientCertificate = line.flag('require-client-certificate')
  if (requiresClientCertificate && clientCaFile === null) {
    throw usageError('--require-client-certificate needs --ca FILE: who must have signed it.')
  }
  const variable = line.text('passphrase-env')
  const passphrase = variable === null ? null : (environment[variable] ?? null)
  if (variable !== null && passphrase === null) throw usageError(`The environment variable ${variable} is not set.`)
  const versions = versionsOf(line)
  return { certificateFile, keyFile, passphrase, clientCaFile, requiresClientCertificate, ...versions }
}

/** `A,B` as its parts; null when it was not given. */
function listOf(text: string | null): string[] | null {
  return text === null ? null : text.split(',').map((part) => part.trim())
}
