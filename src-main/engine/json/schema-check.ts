/** Checks one document against one schema. Runs where it may take long: patterns are those of the schema's author. */
import type { JsonCheckReply, JsonCheckRequest, JsonProblem } from '../../contract/schemas/json-check.ts'
import { parseJsonDocument } from '../../protocol/json/parse-json.ts'
import { compileSchema, type CompiledSchema } from './compiled-schema.ts'
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
    const holder = plainDocument(root)
    const place = { instancePath: '', parentData: holder, parentDataProperty: 0, rootData: holder, dynamicAnchors: {} }
    const collected = schema.validate(holder[0], place) ? [] : (schema.validate.errors ?? [])
    // The function would hold the document until its next use.
    schema.validate.errors = null
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

function compileText(text: string): CompiledSchema {
  const parsed = parseJsonDocument(text)
  if (parsed.ok) return compileSchema(parsed.root)
  const message = `The schema cannot be used. ${parsed.error.message}`
  return { ok: false, problems: [{ kind: 'schema', path: '$', message, index: null }] }
}

function limited(problems: readonly JsonProblem[], complete: boolean): JsonCheckReply {
  return {
    problems: problems.slice(0, maximumProblems),
    complete: complete && problems.length <= maximumProblems,
  }
}
