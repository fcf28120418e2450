/** Values typed in a form to bytes. */
import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'
import type { ParsedBytes } from '../text/parsed-bytes.ts'
import { compileStructure } from './compile-structure.ts'
import type { CompiledStructure, StructureLibrary } from './compiled-structure.ts'
import { maximumFollowers } from './decode-structure.ts'
import { StructureWriter } from './structure-writer.ts'
import { treeOfValues, unusedPath, valueMalformed, type ValueTree } from './value-tree.ts'

/**
 * The bytes of a structure with these values, by path: `header.id`, `samples[2]`, `flags.ready`; what follows is under
 * `next`. Integers as decimal, `0x`, `0b`, `0o` or `'A'`; floats also `inf`, `nan` and hexadecimal; `true` and `false`;
 * names of enums; text with the escapes of the composer; bytes as hex. An array of numbers may be given whole (`samples`:
 * `1, 2, 3`). What is missing or empty is zero, and counts that are empty count what is given.
 *
 * Errors: `structure-malformed`, and `structure-value-malformed` with the `path` and the `reason`.
 */
export function encodeStructure(
  definition: StructureDefinition,
  library: StructureLibrary,
  values: Readonly<Record<string, string>>,
): ParsedBytes {
  const compiled = compileStructure(definition, library)
  return compiled.ok ? encodeCompiled(compiled.structure, values) : compiled
}

/** The same for a structure that was compiled before. */
export function encodeCompiled(structure: CompiledStructure, values: Readonly<Record<string, string>>): ParsedBytes {
  try {
    return { ok: true, bytes: write(structure, treeOfValues(values)) }
  } catch (thrown) {
    if (thrown instanceof WirebenchError) return { ok: false, error: thrown.toShape() }
    throw thrown
  }
}

function write(structure: CompiledStructure, values: ValueTree): Uint8Array {
  const writer = new StructureWriter()
  let current: CompiledStructure | null = structure
  let tree: ValueTree | undefined = values
  let start = 0
  let prefix = ''
  for (let followers = 0; current !== null; followers++) {
    if (followers > maximumFollowers) {
      throw valueMalformed(prefix.slice(0, 200), `More than ${maximumFollowers} structures would follow each other.`)
    }
    start = writer.fields(current, { start, prefix, tree })
    current = writer.follower(current, prefix)
    tree = tree?.members.get('next')
    prefix = `${prefix}next.`
  }
  const unused = unusedPath(values)
  if (unused === null) return writer.toBytes()
  const follows = /^(next\.)+/.test(unused) && structure.next !== null
  const why = follows ? 'Nothing with this field follows, by the values given.' : 'The structure has no value there.'
  throw new WirebenchError(
    'structure-value-malformed',
    describeError('structure-value-malformed', { path: unused, reason: why }).data,
  )
}
