/** What is wrong with a document, as sentences with a place. */
import type { ErrorObject } from 'ajv'
import type { JsonProblem } from '../../contract/schemas/json-check.ts'
import type { JsonNode, JsonRemark } from '../../protocol/json/json-node.ts'
import { jsonPathAt } from '../../protocol/json/json-path.ts'
import { locatePointer } from './json-pointer.ts'

const maximumMessageLength = 500

/** What a strict reader would refuse or read differently; schemas say nothing of it. */
export function remarkProblem(remark: JsonRemark, root: JsonNode): readonly JsonProblem[] {
  const message = remarkMessage(remark)
  if (message === null) return []
  return [{ kind: 'document', path: jsonPathAt(root, remark.start), message, index: remark.start }]
}

/** What a keyword of the schema found. */
export function errorProblem(error: ErrorObject, root: JsonNode): JsonProblem {
  const { instancePath, params } = error as ErrorObject<string, Readonly<Record<string, unknown>>>
  const extraKey = params['additionalProperty'] ?? params['unevaluatedProperty']
  const { node, path } = locatePointer(root, instancePath, typeof extraKey === 'string' ? extraKey : undefined)
  return { kind: 'document', path, message: shortened(errorMessage(error, params)), index: node.start }
}

function remarkMessage({ code, text }: JsonRemark): string | null {
  if (code === 'special-number') return `${text} is no JSON number; strict readers refuse the whole document.`
  if (code !== 'duplicate-key') return null
  return shortened(`The key ${JSON.stringify(text)} stands here more than once; only the last one was checked.`)
}

function errorMessage({ keyword, message }: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'The schema does not allow this key here.'
    case 'false schema':
      return 'The schema allows no value here.'
    case 'anyOf':
      return 'Must fit at least one of the alternatives of the schema (anyOf), and fits none.'
    case 'oneOf':
      return params['passingSchemas'] === null
        ? 'Must fit one of the alternatives of the schema (oneOf), and fits none.'
        : 'Must fit only one of the alternatives of the schema (oneOf), and fits several.'
    case 'not':
      return 'Must not fit the schema after not, and fits it.'
    case 'propertyNames':
      return `The schema does not allow the key ${JSON.stringify(params['propertyName'])} here.`
    case 'required':
      return `The required key ${JSON.stringify(params['missingProperty'])} is missing.`
    default:
      return message === undefined ? `Breaks the rule ${keyword} of the schema.` : sentence(message)
  }
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

function shortened(message: string): string {
  return message.length > maximumMessageLength ? `${message.slice(0, maximumMessageLength - 1)}…` : message
}
