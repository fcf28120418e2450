import { WirebenchError } from '../../contract/errors.ts'
import type { ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { PlainConnectionSettings } from '../../protocol/connection/connection-inputs.ts'
import { findPlaceholders } from '../../protocol/message/placeholders.ts'
import type { VariableResolver } from '../ports.ts'

type AddressField = 'host' | 'port'

interface FilledText {
  readonly text: string
  /** A part of it is a secret: it is in no error. */
  readonly secret: boolean
}

/**
 * The settings to connect with: host and port with the values of their variables. Errors carry the field in `field`:
 * `placeholder-malformed`, `variable-unknown`, `host-required`, `host-malformed`, `port-malformed`.
 */
export function connectionTarget(settings: ConnectionSettings, variables: VariableResolver): PlainConnectionSettings {
  return { ...settings, host: hostOf(settings.host, variables), port: portOf(settings.port, variables) }
}

function hostOf(written: string, variables: VariableResolver): string {
  if (!written.includes('{{')) return written
  const filled = fill(written, 'host', variables)
  const host = filled.text.trim().replace(/^\[([^[\]]*)\]$/, '$1')
  if (host === '') throw new WirebenchError('host-required', { field: 'host' })
  if (host.length > 255 || /[\s\p{Cc}{}[\]/\\@?#]/u.test(host)) {
    throw new WirebenchError('host-malformed', { field: 'host', host: shown({ ...filled, text: host }) })
  }
  return host
}

function portOf(written: number | string, variables: VariableResolver): number {
  if (typeof written === 'number') return written
  const filled = fill(written, 'port', variables)
  const digits = filled.text.trim()
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  if (port < 1 || port > 65535) throw new WirebenchError('port-malformed', { field: 'port', port: shown(filled) })
  return port
}

function fill(written: string, field: AddressField, variables: VariableResolver): FilledText {
  let text = ''
  let secret = false
  let end = 0
  for (const span of findPlaceholders(written)) {
    text += written.slice(end, span.start)
    end = span.end
    if (span.kind === 'malformed') throw new WirebenchError(span.error.code, { ...span.error.data, field })
    if (span.kind === 'escape') {
      text += '{{'
      continue
    }
    if (span.meaning.kind !== 'variable') {
      const found = written.slice(span.start, span.end)
      const reason = 'Only variables of the environment may stand in an address.'
      throw new WirebenchError('placeholder-malformed', { field, position: span.start + 1, found, reason })
    }
    const { name } = span.meaning
    const value = variables.resolve(name)
    if (value === null) throw new WirebenchError('variable-unknown', { field, name })
    text += value.text
    secret ||= value.secret
  }
  return { text: text + written.slice(end), secret }
}

const shown = ({ text, secret }: FilledText): string => (secret ? '(a secret)' : text.slice(0, 300))
