import * as v from 'valibot'
import { serverTls, serverTlsVariant, type ServerTls } from '../../../contract/schemas/server.ts'
import { serverKind, type M2ServerSettings, type ServerKind } from '../../../contract/schemas/server-kinds.ts'
import { tlsVersion } from '../../../contract/schemas/tls.ts'
import type { OwnCertificate } from '../../../local-servers/own-certificate.ts'
import { CommandLine, usageError, type OptionTable } from '../command-line.ts'
import { m2Of, m2Options, refuseM2Options } from './m2-options.ts'

/** What `serve` is to do. */
export interface ServePlan {
  readonly kind: ServerKind
  readonly host: string
  readonly port: number
  readonly maxClients: number | null
  readonly timeoutMs: number | null
  readonly dataFolder: string | null
  /** Null for other kinds. */
  readonly m2: M2ServerSettings | null
  /** With a certificate that is made here, with one of the user's own, or without TLS. */
  readonly security:
    | { readonly kind: 'none' }
    | { readonly kind: 'made'; readonly tls: ServerTls }
    | { readonly kind: 'own'; readonly own: OwnCertificate }
}

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

const serveOptions = {
  host: 'text',
  port: 'text',
  'max-clients': 'text',
  fault: 'text',
  ...m2Options,
  ...sharedTlsOptions,
  ...madeOptions,
  ...ownOptions,
} as const satisfies OptionTable

/** Where clients of a kind look for it; others get any free port. */
const defaultPorts: Readonly<Partial<Record<ServerKind, number>>> = { command: 7272, m2: 50_000 }

/** Reads the arguments of `wirebench serve`. Errors: `usage`. */
export function planServe(
  commandArguments: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServePlan {
  const line = new CommandLine(commandArguments, serveOptions)
  line.refuse('fault')
  const kind = kindOf(line.positionals)
  const port = line.wholeNumber('port', 0, 65_535) ?? defaultPorts[kind] ?? 0
  if (kind !== 'm2') refuseM2Options(line)
  return {
    kind,
    host: line.text('host') ?? '127.0.0.1',
    port,
    m2: kind === 'm2' ? m2Of(line, port) : null,
    maxClients: line.wholeNumber('max-clients', 1, 1_000_000),
    timeoutMs: line.timeoutMs(),
    dataFolder: line.text('data-dir'),
    security: securityOf(line, environment),
  }
}

function kindOf(positionals: readonly string[]): ServerKind {
  const [name, extra] = positionals
  if (extra !== undefined) throw usageError(`"${extra}" is not understood. See wirebench serve --help.`)
  if (name === undefined) throw usageError('Say which server: wirebench serve echo.')
  const kind = serverKind.options.find((candidate) => candidate === name)
  if (kind === undefined) throw usageError(`There is no server named "${name}". See wirebench serve --help.`)
  return kind
}

function securityOf(
  line: CommandLine,
  environment: Readonly<Record<string, string | undefined>>,
): ServePlan['security'] {
  const firstOf = (table: OptionTable): string | null => Object.keys(table).find((name) => line.has(name)) ?? null
  const [own, made] = [firstOf(ownOptions), firstOf(madeOptions)]
  if (own !== null && made !== null) throw usageError(`--${made} and --${own} cannot be used together.`)
  if (own !== null) return { kind: 'own', own: ownOf(line, environment) }
  if (made !== null || firstOf(sharedTlsOptions) !== null) return { kind: 'made', tls: madeOf(line) }
  return { kind: 'none' }
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
