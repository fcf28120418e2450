/** JSON Schemas made ready to check documents, with the library's loading of anything from outside switched off. */
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import type AjvCore from 'ajv/dist/core.js'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { JsonProblem } from '../../contract/schemas/json-check.ts'
import type { JsonNode } from '../../protocol/json/json-node.ts'
import { addExactKeywords } from './exact-keywords.ts'
import { locatePointer } from './json-pointer.ts'
import { plainDocument, type PlainValue } from './plain-value.ts'

/** A schema that cannot be used, with the reason. */
export interface UnusableSchema {
  readonly ok: false
  readonly problems: readonly JsonProblem[]
}

export type CompiledSchema = { readonly ok: true; readonly validate: ValidateFunction } | UnusableSchema

/** Patterns are meant to be Unicode patterns; those that only the older rules take are read by these. */
const compilePattern = Object.assign(
  (pattern: string, flags: string): RegExp => {
    try {
      return new RegExp(pattern, flags)
    } catch {
      return new RegExp(pattern)
    }
  },
  { code: 'new RegExp' },
)

const options: Options = {
  allErrors: true,
  verbose: true,
  // What the schema library calls strict refuses schemas that the standard allows.
  strict: false,
  // Numbers too large for doubles have finite stand-ins; NaN is told of as such.
  strictNumbers: false,
  validateSchema: false,
  logger: false,
  code: { regExp: compilePattern },
}

/** Drafts by what their `$schema` has in it. What draft 06 has, draft 07 has too. */
const drafts: readonly { readonly name: RegExp; readonly make: () => AjvCore }[] = [
  { name: /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, make: () => new Ajv2020(options) },
  { name: /^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, make: () => new Ajv2019(options) },
  { name: /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/, make: () => new Ajv(options) },
]

/** Makes a schema ready. Draft 2020-12 is meant where the schema names none. */
export function compileSchema(root: JsonNode): CompiledSchema {
  const [schema] = plainDocument(root)
  if (typeof schema === 'boolean') return compileWith(new Ajv2020(options), schema, root)
  if (!isPlainObject(schema)) {
    return unusable('$', 'A schema is an object, true or false.')
  }
  const named = schema['$schema']
  if (named === undefined) return compileWith(new Ajv2020(options), schema, root)
  const draft = typeof named === 'string' ? drafts.find(({ name }) => name.test(named)) : undefined
  if (draft === undefined) {
    return unusable(
      '$.$schema',
      `${JSON.stringify(named)} is not known. Use draft 2020-12, 2019-09, 07 or 06, or leave $schema out.`,
    )
  }
  const rest = schema as Record<string, PlainValue>
  delete rest['$schema']
  return compileWith(draft.make(), rest, root)
}

function compileWith(ajv: AjvCore, schema: boolean | Record<string, PlainValue>, root: JsonNode): CompiledSchema {
  addFormats(ajv)
  addExactKeywords(ajv)
  if (ajv.validateSchema(schema) !== true) {
    return { ok: false, problems: schemaProblems(ajv.errors ?? [], root) }
  }
  try {
    const validate = ajv.compile(schema)
    // The library's own extension: such a function answers later, and differently.
    if ('$async' in validate) return unusable('$.$async', 'Asynchronous schemas are not supported: remove $async.')
    return { ok: true, validate }
  } catch (thrown) {
    if (thrown instanceof Ajv.MissingRefError) return unusable('$', missingReference(thrown.missingRef))
    return unusable('$', `The schema cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
}

function missingReference(reference: string): string {
  const name = JSON.stringify(reference)
  if (reference.startsWith('#')) return `The schema refers to ${name}, which it does not contain.`
  return `The schema refers to ${name}, which is not part of it. Nothing is loaded from elsewhere: copy what it refers to into $defs.`
}

const maximumSchemaProblems = 10

function schemaProblems(errors: readonly ErrorObject[], root: JsonNode): readonly JsonProblem[] {
  return errors.slice(0, maximumSchemaProblems).map((error) => ({
    kind: 'schema',
    path: locatePointer(root, error.instancePath).path,
    message: `The schema cannot be used: this ${error.message ?? `breaks the rule ${error.keyword}`}.`,
    index: null,
  }))
}

export function unusable(path: string, message: string): UnusableSchema {
  return { ok: false, problems: [{ kind: 'schema', path, message, index: null }] }
}

function isPlainObject(value: PlainValue): value is Readonly<Record<string, PlainValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
