/** A call as a line for a terminal: what `wirebench call` makes of it is the same call. */
import type { CallRequest, CallSettings } from '../../../src-main/contract/schemas/call-settings.ts'
import type { ConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { TlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import type { JsonNode } from '../../../src-main/protocol/json/json-node.ts'
import { formatHostPort } from '../../format/addresses.ts'
import { formatJson } from '../../../src-main/protocol/json/format-json.ts'
import { rootOf } from './parameter-notations.ts'

/** The longest time that a call may have, a day: as good as without end. */
const longestTimeMs = 86_400_000

/**
 * `wirebench call HOST:PORT --protocol P [OPTIONS] COMMAND name=text name:=json`, quoted for a POSIX shell. `parametersText` is the
 * JSON of its parameters. Null for what the line cannot say: addresses with variables, and certificates that are kept here alone.
 */
export function callLine(
  connection: Pick<ConnectionSettings, 'host' | 'port' | 'tls'>,
  settings: CallSettings,
  request: Pick<CallRequest, 'kind' | 'command' | 'timeoutMs' | 'componentName'>,
  parametersText: string,
): string | null {
  const { host, port } = connection
  const root = rootOf(parametersText)
  const tls = tlsOptions(connection.tls)
  if (!root.ok || tls === null || typeof port !== 'number' || host.includes('{{')) return null
  const pairs = pairsOf(root.value)
  const options: Option[] = [
    ['protocol', settings.protocol],
    ...framingOptions(settings),
    ...kindOptions(request),
    ...timeOptions(settings, request.timeoutMs),
    ...tls,
    ...(request.command === null ? [['no-command'] as const] : []),
    ...(pairs === null && root.value !== null ? [['params', formatJson(root.value, 'compact')] as const] : []),
  ]
  const words = [...(request.command === null ? [] : [request.command]), ...(pairs ?? [])]
  const end = words.some((word) => word.startsWith('-')) ? ['--'] : []
  return ['wirebench', 'call', formatHostPort(host, port), ...options.flatMap(optionWords), ...end, ...words]
    .map(shellWord)
    .join(' ')
}

/** A word of a POSIX shell that stands for exactly this text. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

type Option = readonly [name: string, value?: string]

/** A value that looks like an option has to stand in one word with its name. */
function optionWords([name, value]: Option): readonly string[] {
  if (value === undefined) return [`--${name}`]
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]
}

/** The parameters as words; null where they are a list, or have names or texts that no word can have. */
function pairsOf(parameters: JsonNode | null): readonly string[] | null {
  if (parameters === null) return []
  if (parameters.kind !== 'object') return null
  // A word ends its name at the first equals sign, and holds no zero.
  const isSayable = parameters.members.every(
    ({ key, value }) => /^[^=\0]*[^=:\0]$/.test(key) && !(value.kind === 'string' && value.value.includes('\0')),
  )
  if (!isSayable) return null
  return parameters.members.map(({ key, value }) =>
    value.kind === 'string' ? `${key}=${value.value}` : `${key}:=${formatJson(value, 'compact')}`,
  )
}

function framingOptions(settings: CallSettings): readonly Option[] {
  if (settings.protocol !== 'jsonrpc' || settings.framing === 'lines') return []
  const { framing, lengthField } = settings
  return [['framing', framing === 'length-prefix' ? `length:${lengthField}` : framing]]
}

function kindOptions({ kind, componentName }: Pick<CallRequest, 'kind' | 'componentName'>): readonly Option[] {
  if (kind === 'call') return []
  if (kind === 'notification') return [['notification']]
  return [['kind', kind], ...(componentName === '' ? [] : [['component', componentName] as const])]
}

/** Without a time the command line waits for tcpy as long as it takes, and for the others not. */
function timeOptions(settings: CallSettings, own: number | null | undefined): readonly Option[] {
  const timeoutMs = own === undefined ? settings.timeoutMs : own
  if (timeoutMs !== null) return [['timeout', String(timeoutMs)]]
  return settings.protocol === 'tcpy' ? [] : [['timeout', String(longestTimeMs)]]
}

/** Null for what the command line does not have. Passphrases are not in the settings: the line asks for one where it needs it. */
function tlsOptions(tls: TlsSettings | null): readonly Option[] | null {
  if (tls === null) return []
  const { start, verification } = tls
  if (start.kind === 'by-hand' || tls.extraCertificates.length > 0) return null
  if (tls.caPath !== null && tls.trustsBuiltInRoots) return null
  const texts: readonly (readonly [string, string | null])[] = [
    ['ca', tls.caPath],
    ['servername', tls.serverName],
    ['cert', tls.certificatePath],
    ['key', tls.keyPath],
    ['pfx', tls.pfxPath],
    ['verify', verification === 'required' ? null : verification],
    ['pin', tls.pinnedFingerprint],
    ['min-version', tls.minimumVersion],
    ['max-version', tls.maximumVersion],
    ['ciphers', tls.ciphers],
    ['alpn', tls.alpn.length === 0 ? null : tls.alpn.join(',')],
    ['starttls', start.kind === 'after-text' ? start.send : null],
    ['starttls-expect', start.kind === 'after-text' ? start.expect : null],
  ]
  return [
    ['tls'],
    ...texts.flatMap(([name, value]): readonly Option[] => (value === null ? [] : [[name, value]])),
    ...(tls.checksName ? [] : [['no-name-check'] as const]),
  ]
}
