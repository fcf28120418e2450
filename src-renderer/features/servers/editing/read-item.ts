import * as v from 'valibot'
import type { FieldError } from '../../../ui/field-error.ts'

/** What is wrong, by the path of the field as the contract names it, with dots between. */
export type FieldProblems = ReadonlyMap<string, FieldError>

/** What a draft stands for, or what keeps it from being anything. */
export type ItemReading<Value> =
  | { readonly ok: true; readonly value: Value; readonly problems: FieldProblems }
  | { readonly ok: false; readonly value: null; readonly problems: FieldProblems }

export const noProblems: FieldProblems = new Map()

/**
 * Reads a candidate by its schema. Numbers that cannot be read are NaN in it. `sentence` says what is wrong with a field, by the
 * last name of its path.
 */
export function readItem<Schema extends v.GenericSchema>(
  schema: Schema,
  candidate: unknown,
  sentence: (field: string) => string,
): ItemReading<v.InferOutput<Schema>> {
  const parsed = v.safeParse(schema, candidate)
  if (parsed.success) return { ok: true, value: parsed.output, problems: noProblems }
  const problems = new Map<string, FieldError>()
  for (const { path = [] } of parsed.issues) {
    const keys = path.map(({ key }) => String(key))
    const place = keys.join('.')
    if (!problems.has(place)) problems.set(place, { message: sentence(keys.at(-1) ?? '') })
  }
  return { ok: false, value: null, problems }
}
