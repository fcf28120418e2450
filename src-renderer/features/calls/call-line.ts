/** A call as a line for a terminal. */
import type { CallRequest, CallSettings } from '../../../src-main/contract/schemas/call-settings.ts'
import { formatHostPort } from '../../format/addresses.ts'
import { formatJson } from '../../../src-main/protocol/json/format-json.ts'
import { rootOf } from './parameter-notations.ts'

/**
 * `wirebench call HOST:PORT --protocol P COMMAND name=text name:=json`, quoted for a POSIX shell. `parametersText` is the
 * JSON of its parameters. Null for what the line cannot say: parameters without plain names, and requests without a command or
 * without an answer.
 */
export function callLine(
  address: { readonly host: string; readonly port: number | string },
  settings: CallSettings,
  request: Pick<CallRequest, 'kind' | 'command' | 'timeoutMs'>,
  parametersText: string,
): string | null {
  const root = rootOf(parametersText)
  if (!root.ok || request.command === null || request.kind !== 'call') return null
  if (root.value !== null && root.value.kind !== 'object') return null
  const members = root.value?.members ?? []
  const options = ['--protocol', settings.protocol]
  const timeoutMs = request.timeoutMs === undefined ? settings.timeoutMs : request.timeoutMs
  if (timeoutMs !== null) options.push('--timeout', String(timeoutMs))
  // A word ends its name at the first equals sign.
  if (members.some(({ key }) => key === '' || key.includes('=') || key.endsWith(':'))) return null
  const pairs = members.map(({ key, value }) =>
    value.kind === 'string' ? `${key}=${value.value}` : `${key}:=${formatJson(value, 'compact')}`,
  )
  return ['wirebench', 'call', formatHostPort(address.host, address.port), ...options, request.command, ...pairs]
    .map(shellWord)
    .join(' ')
}

/** A word of a POSIX shell that stands for exactly this text. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
