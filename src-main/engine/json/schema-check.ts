/** Checks one document against one schema. Runs where it may take long: patterns are those of the schema's author. */
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { JsonCheckReply, JsonCheckRequest, JsonProblem } from '../../contract/schemas/json-check.ts'
import type { JsonNode } from '../../protocol/json/json-node.ts'
import { parseJsonDocument } from '../../protocol/json/parse-json.ts'
import { compileSchema, unusable, type CompiledSchema } from './compiled-schema.ts'
import { errorProblem, remarkProblem } from './document-problems.ts'
import { plainDocument } from './plain-value.ts'
import { trueErrors } from './true-errors.ts'

const maximumProblems = 100
const keptSchemas = 8

/** Keeps the schemas that were used last ready for the next check. */
export class SchemaChecker {
  readonly #compiled = new Map<string, CompiledSchema>()

  check({ schemaText, jsonText }: JsonCheckRequest): JsonCheckReply {
    const schema = this.#schemaOf(schemaText)
    const parsed = parseJsonDocument(jsonText)
    if (!parsed.ok) {
      const { error, index } = parsed
      const problem: JsonProblem = { kind: 'document', path: '$', message: error.message, index }
      return { problems: schema.ok ? [problem] : [...schema.problems, problem], complete: false }
    }
    const { root } = parsed
    const remarked = parsed.remarks.flatMap((remark) => remarkProblem(remark, root))
    if (!schema.ok) return limited([...schema.problems, ...remarked], false)
    const collected = collectErrors(schema.validate, root)
    if (collected === null) {
      const { problems } = unusable('$', 'Checking came to no end: the schema refers to itself too deeply.')
      return limited([...problems, ...remarked], false)
    }
    const { errors, complete } = trueErrors(collected)
    const problems = [...remarked, ...errors.map((error) => errorProblem(error, root))]
    return limited(
      problems.sort((first, second) => (first.index ?? 0) - (second.index ?? 0)),
      complete,
    )
  }

  #schemaOf(text: string): CompiledSchema {
    const known = this.#compiled.get(text)
    const compiled = known ?? compileText(text)
    // The newest stands last; the oldest goes.
    this.#compiled.delete(text)
    this.#compiled.set(text, compiled)
    const [oldest] = this.#compiled.keys()
    if (this.#compiled.size > keptSchemas && oldest !== undefined) this.#compiled.delete(oldest)
    return compiled
  }
}

/** What the schema finds, or null when it goes round in circles until the stack is full. */
function collectErrors(validate: ValidateFunction, root: JsonNode): readonly ErrorObject[] | null {
  const holder = plainDocument(root)
  const place = { instancePath: '', parentData: holder, parentDataProperty: 0, rootData: holder, dynamicAnchors: {} }
  try {
    return validate(holder[0], place) ? [] : (validate.errors ?? [])
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  } finally {
    // The function would hold the document until its next use.
    validate.errors = null
  }
}

function compileText(text: string): CompiledSchema {
  const parsed = parseJsonDocument(text)
  if (parsed.ok) return compileSchema(parsed.root)
  return unusable('$', `The schema cannot be used. ${parsed.error.message}`)
}

function limited(problems: readonly JsonProblem[], complete: boolean): JsonCheckReply {
  return {
    problems: problems.slice(0, maximumProblems),
    complete: complete && problems.length <= maximumProblems,
  }
}
