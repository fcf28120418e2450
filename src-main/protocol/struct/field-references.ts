/** Fields that other parts of a structure refer to: counts, and the number that chooses what follows. */
import type { CompiledField } from './compiled-structure.ts'

/** The integer or enum field at a path, seen from the structure with these fields; a sentence when there is none. */
export function findInteger(path: string, fields: readonly CompiledField[]): CompiledField | string {
  let among = fields
  let found: CompiledField | undefined
  for (const name of path.split('.')) {
    found = findNamed(name, among)
    if (found === undefined) return `There is no earlier field ${path} to read a number from.`
    if (found.dimensions.length > 0) return `${path} is an array; a single integer is needed.`
    among = found.structure?.fields ?? []
  }
  const kind = found?.leaf?.kind
  if (found === undefined || (kind !== 'integer' && kind !== 'enum')) return `${path} is not an integer.`
  return found
}

function findNamed(name: string, fields: readonly CompiledField[]): CompiledField | undefined {
  for (const field of fields) {
    if (field.name === name) return field
    if (field.name !== '' || field.structure === null) continue
    const nested = findNamed(name, field.structure.fields)
    if (nested !== undefined) return nested
  }
  return undefined
}

/** The values a case stands for, both ends included: a number, a range `10..20`, or the name of an enum value. */
export function caseRange(equals: string, target: CompiledField): { low: bigint; high: bigint } | string {
  const [lowText = '', highText = lowText] = equals.split('..')
  const low = caseValue(lowText, target)
  const high = caseValue(highText, target)
  if (low === null || high === null) return `"${equals}" is not a number or a name of the enum.`
  return low <= high ? { low, high } : `The range ${equals} is empty: write the smaller number first.`
}

function caseValue(text: string, target: CompiledField): bigint | null {
  if (/^-?[0-9]+$/.test(text)) return BigInt(text)
  return target.leaf?.kind === 'enum' ? (target.leaf.values.valueOfName.get(text) ?? null) : null
}
