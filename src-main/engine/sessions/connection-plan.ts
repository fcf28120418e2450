import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionSettings, InitialMessage } from '../../contract/schemas/connection.ts'
import { messageSource } from '../../contract/schemas/message.ts'
import type { TlsStart } from '../../contract/schemas/tls.ts'
import type { ConnectionPlan, TlsPlan } from '../../protocol/connection/connection-inputs.ts'
import { composeMessage } from '../../protocol/message/compose-message.ts'
import type { ComposeContext } from '../../protocol/message/composition.ts'
import { findPlaceholders } from '../../protocol/message/placeholders.ts'
import { parseEscapedText } from '../../protocol/text/escapes.ts'
import type { VariableResolver } from '../ports.ts'
import { connectionTarget } from './connection-target.ts'
import * as v from 'valibot'

const nothing = new Uint8Array(0)

/**
 * What to connect with, from settings as they were written; the server name for TLS comes with its files. Errors carry the
 * setting in `field`: those of `connectionTarget`; with `initialMessage` those of composing; with `send` and `expect`, the
 * texts before TLS, `escape-malformed`.
 */
export function connectionPlan(
  settings: ConnectionSettings,
  variables: VariableResolver,
  resendsUnsent: boolean,
): ConnectionPlan {
  return {
    settings: connectionTarget(settings, variables),
    initialBytes: settings.initialMessage === null ? nothing : initialBytesOf(settings.initialMessage, variables),
    tls: settings.tls === null ? null : tlsPlanOf(settings.tls.start),
    resendsUnsent,
  }
}

function tlsPlanOf(start: TlsStart): TlsPlan | null {
  switch (start.kind) {
    case 'at-once':
      return { start: 'at-once', serverName: null }
    case 'by-hand':
      return null
    case 'after-text': {
      const { send, expect } = start
      return {
        start: 'after-text',
        serverName: null,
        send: escapedBytes(send, 'send'),
        expect: escapedBytes(expect, 'expect'),
      }
    }
    default:
      return start satisfies never
  }
}

function escapedBytes(text: string, field: 'send' | 'expect'): Uint8Array {
  const parsed = parseEscapedText(text)
  if (!parsed.ok) throw atField(parsed.error, field)
  return parsed.bytes
}

function initialBytesOf({ notation, content }: InitialMessage, variables: VariableResolver): Uint8Array {
  for (const span of findPlaceholders(content)) {
    if (span.kind !== 'placeholder' || span.meaning.kind === 'variable') continue
    const found = content.slice(span.start, span.end)
    const reason = 'Only variables of the environment may stand in an initial message.'
    const data = { field: 'initialMessage', position: span.start + 1, found, reason }
    throw new WirebenchError('placeholder-malformed', data)
  }
  const written = notation === 'hex' ? { mode: notation, hex: content } : { mode: notation, text: content }
  const composed = composeMessage(v.parse(messageSource, { content: written, framed: false }), contextOf(variables))
  if (!composed.ok) throw atField(composed.error, 'initialMessage')
  return composed.bytes
}

/** An initial message is made of its text and variables alone. */
function contextOf(variables: VariableResolver): ComposeContext {
  return {
    framing: { kind: 'raw' },
    structure: () => null,
    variable: (name) => variables.resolve(name),
    captured: () => null,
    counter: () => null,
    nowUnixNs: 0n,
    random: () => nothing,
    uuid: () => '',
    file: () => ({ ok: true, bytes: nothing }),
    nextSequenceId: 1,
    maskSecrets: false,
  }
}

function atField({ code, data }: ErrorShape, field: string): WirebenchError {
  return new WirebenchError(code, { ...data, field })
}
