/** Bytes to a tree of values. Never throws on any bytes; what is shown and what is done are limited. */
import type { ErrorShape } from '../../contract/errors.ts'
import type { StructureDefinition } from '../../contract/schemas/structure.ts'
import { compileStructure } from './compile-structure.ts'
import type { CompiledStructure, StructureLibrary } from './compiled-structure.ts'
import type { DecodedStructure, StructureNode } from './decoded-structure.ts'
import { StructureReader, type DecodeLimits } from './structure-reader.ts'

export type DecodeResult =
  { readonly ok: true; readonly decoded: DecodedStructure } | { readonly ok: false; readonly error: ErrorShape }

/** Most structures that may follow each other. */
export const maximumFollowers = 64

const usualLimits: DecodeLimits = { elements: 256, nodes: 20_000 }

/**
 * Decodes bytes by a definition. Bytes that are missing give a partial tree with a problem, never an error. Errors:
 * `structure-malformed` when the definition has no layout.
 */
export function decodeStructure(
  definition: StructureDefinition,
  library: StructureLibrary,
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
): DecodeResult {
  const compiled = compileStructure(definition, library)
  if (!compiled.ok) return compiled
  return { ok: true, decoded: decodeCompiled(compiled.structure, bytes, limits) }
}

/** The same for a structure that was compiled before: for many messages of one kind. */
export function decodeCompiled(
  structure: CompiledStructure,
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
): DecodedStructure {
  const reader = new StructureReader(bytes, { ...usualLimits, ...limits })
  const chain: StructureNode[] = []
  let current: CompiledStructure | null = structure
  let offset = 0
  let prefix = ''
  while (current !== null) {
    if (chain.length > maximumFollowers) {
      reader.stop('limit', prefix, null, `More than ${maximumFollowers} structures follow each other.`)
      break
    }
    const node: StructureNode = reader.top(current, chain.length === 0 ? current.name : 'next', prefix, offset)
    chain.push(node)
    offset = node.offset + node.size
    current = reader.follower(current, prefix)
    prefix = `${prefix}next.`
  }
  return {
    root: joined(chain),
    structure,
    bytes,
    usedBytes: offset,
    leftOverBytes: bytes.length - offset,
    problem: reader.problem,
    isCut: reader.isCut,
  }
}

/** Each structure as the last child of the one before it. */
function joined(chain: readonly StructureNode[]): StructureNode {
  return chain.reduceRight((follower, node) => ({ ...node, children: [...node.children, follower] }))
}
