/**
 * Of all the errors that the schema library collects, those that are true of the document. Inside of alternatives it also
 * tells why each one failed, and no single one of those had to hold: only that none did is a problem.
 */
import type { ErrorObject } from 'ajv'

export interface TrueErrors {
  readonly errors: readonly ErrorObject[]
  /** False when an error was left out that may have stood beside the alternatives, not in them. */
  readonly complete: boolean
}

/** Keywords whose own error comes right after those of the schemas in them. */
const composites = new Set(['anyOf', 'oneOf', 'contains', 'propertyNames'])

export function trueErrors(collected: readonly ErrorObject[]): TrueErrors {
  const errors: ErrorObject[] = []
  let complete = true
  for (const error of collected) {
    // What `then` or `else` miss was told just before.
    if (error.keyword === 'if') continue
    if (composites.has(error.keyword)) {
      const refers = holdsReference(error.schema)
      for (let last = errors.at(-1); last !== undefined; last = errors.at(-1)) {
        const isInside = last.schemaPath.startsWith(`${error.schemaPath}/`)
        if (!isInside && !(refers && isAtOrBelow(last.instancePath, error.instancePath))) break
        if (!isInside) complete = false
        errors.pop()
      }
    }
    errors.push(error)
  }
  return { errors, complete }
}

function isAtOrBelow(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`)
}

const referring = new WeakMap<object, boolean>()

/** True when the errors of a schema may bear the places of other schemas. */
function holdsReference(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const known = referring.get(schema)
  if (known !== undefined) return known
  const refers = /"\$(?:ref|dynamicRef|recursiveRef)":/.test(JSON.stringify(schema))
  referring.set(schema, refers)
  return refers
}
