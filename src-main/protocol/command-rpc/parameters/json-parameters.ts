import { WirebenchError } from '../../../contract/errors.ts'
import type { CallProtocol } from '../../../contract/schemas/call-settings.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'

/** Parameters as a JSON text: an object, for JSON-RPC also an array; null for white space. */
export function readJsonParameters(text: string, protocol: CallProtocol): JsonNode | null {
  if (text.trim() === '') return null
  const document = parseJsonDocument(text)
  if (!document.ok) {
    const { position, line, column } = document.error.data
    throw new WirebenchError('call-parameters-malformed', {
      ...(position === undefined ? {} : { position }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      reason: document.error.message,
    })
  }
  const { root } = document
  if (root.kind === 'array' && protocol === 'jsonrpc') return root
  if (root.kind !== 'object') {
    const allowed = protocol === 'jsonrpc' ? 'an object or an array' : 'an object'
    const reason = `They are one JSON value that is ${allowed}, such as {"x": 1}.`
    throw new WirebenchError('call-parameters-malformed', { position: root.start + 1, reason })
  }
  const names = new Set<string>()
  for (const { key, keyStart } of root.members) {
    if (names.has(key)) throw givenTwice(key, { position: keyStart + 1 })
    names.add(key)
  }
  return root
}

/** `position` counts characters of a text from 1, `index` parameters of a form from 0. */
export function givenTwice(
  name: string,
  place: { readonly position: number } | { readonly index: number },
): WirebenchError {
  return new WirebenchError('call-parameter-malformed', { name, ...place, reason: 'It is given twice.' })
}
