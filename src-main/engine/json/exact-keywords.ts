/**
 * The keywords that compare values, made exact: the schema library compares doubles, for which 2^53 and 2^53 + 1 are the
 * same and 0.3 is no multiple of 0.1.
 */
import type { AnySchemaObject, FuncKeywordDefinition } from 'ajv'
import type AjvCore from 'ajv/dist/core.js'
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { compareExact, isMultipleOf } from './exact-number.ts'
import { canonicalText, exactAt, isInexactAt, numberTextAt, type PlainPlace } from './plain-value.ts'

interface DataContext {
  readonly parentData: unknown
  readonly parentDataProperty: string | number
}

/** True when a value, at its place, keeps the rule; the text says what it must be. */
interface Rule {
  readonly message: string
  readonly holds: (value: unknown, place: PlainPlace) => boolean
}

type RuleMaker = (schema: unknown, place: PlainPlace) => Rule

const maximumListedValues = 10

/** Puts the exact keywords in the place of the library's own. */
export function addExactKeywords(ajv: AjvCore): void {
  for (const [keyword, { sign, strict, words }] of Object.entries(limits)) {
    replaceKeyword(ajv, { keyword, type: 'number', schemaType: 'number' }, (limit, place) => {
      const exactLimit = exactAt(limit as number, place)
      const isPlain = !isInexactAt(place)
      return {
        message: `must be ${words} ${textOf(limit, place)}`,
        holds: (value, valuePlace) => {
          // Different doubles are in the order of what they were written as.
          const order =
            isPlain && !isInexactAt(valuePlace)
              ? (value as number) - (limit as number)
              : compareExact(exactAt(value as number, valuePlace), exactLimit)
          return strict ? sign * order > 0 : sign * order >= 0
        },
      }
    })
  }
  replaceKeyword(ajv, { keyword: 'multipleOf', type: 'number', schemaType: 'number' }, (divisor, place) => {
    const exactDivisor = exactAt(divisor as number, place)
    return {
      message: `must be a multiple of ${textOf(divisor, place)}`,
      // A divisor of 0 is an error of the schema, which is told elsewhere.
      holds: (value, valuePlace) =>
        exactDivisor.digits === '' || isMultipleOf(exactAt(value as number, valuePlace), exactDivisor),
    }
  })
  replaceKeyword(ajv, { keyword: 'const' }, (constant, place) => {
    const expected = canonicalText(constant, place)
    return {
      message: `must be ${textOf(constant, place)}`,
      holds: (value, valuePlace) => canonicalText(value, valuePlace) === expected,
    }
  })
  replaceKeyword(ajv, { keyword: 'enum', schemaType: 'array' }, (values, _place) => {
    const list = values as readonly unknown[]
    const expected = new Set(list.map((value, key) => canonicalText(value, { parent: list, key })))
    const listed = list.slice(0, maximumListedValues).map((value, key) => textOf(value, { parent: list, key }))
    const more = list.length > maximumListedValues ? ` or one of ${list.length - maximumListedValues} others` : ''
    return {
      message: `must be one of ${listed.join(', ')}${more}`,
      holds: (value, valuePlace) => expected.has(canonicalText(value, valuePlace)),
    }
  })
  replaceKeyword(ajv, { keyword: 'uniqueItems', type: 'array', schemaType: 'boolean' }, (unique) => ({
    message: 'must not hold the same value twice',
    holds: (value) => {
      const elements = value as readonly unknown[]
      if (unique !== true) return true
      return (
        new Set(elements.map((element, key) => canonicalText(element, { parent: elements, key }))).size ===
        elements.length
      )
    },
  }))
}

/** `sign` turns the comparison so that what is allowed is above 0. */
const limits = {
  minimum: { sign: 1, strict: false, words: 'at least' },
  maximum: { sign: -1, strict: false, words: 'at most' },
  exclusiveMinimum: { sign: 1, strict: true, words: 'more than' },
  exclusiveMaximum: { sign: -1, strict: true, words: 'less than' },
}

type Definition = Pick<FuncKeywordDefinition, 'type' | 'schemaType'> & { readonly keyword: string }

function replaceKeyword(ajv: AjvCore, definition: Definition, makeRule: RuleMaker): void {
  ajv.removeKeyword(definition.keyword)
  ajv.addKeyword({
    ...definition,
    errors: true,
    compile: (schema: unknown, parentSchema: AnySchemaObject): DataValidateFunction => {
      const rule = makeRule(schema, { parent: parentSchema, key: definition.keyword })
      const validate: DataValidateFunction = (value: unknown, context?: DataContext) => {
        // NaN and the infinities are told of as such; there is nothing to compare.
        if (typeof value === 'number' && Number.isNaN(value)) return true
        const place = { parent: context?.parentData, key: context?.parentDataProperty ?? '' }
        if (rule.holds(value, place)) return true
        validate.errors = [{ keyword: definition.keyword, message: rule.message, params: {} }]
        return false
      }
      return validate
    },
  })
}

const maximumTextLength = 80

/** A value of the schema for a sentence. */
function textOf(value: unknown, place: PlainPlace): string {
  const text = typeof value === 'number' ? numberTextAt(value, place) : JSON.stringify(value)
  return text.length > maximumTextLength ? `${text.slice(0, maximumTextLength - 1)}…` : text
}
