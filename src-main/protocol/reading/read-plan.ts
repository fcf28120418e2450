import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { maximumHandReadBytes, type ReadRequest } from '../../contract/schemas/reading.ts'
import { BytePattern } from '../framing/byte-pattern.ts'
import type { KnownStructure } from '../message/composition.ts'
import { compileStructure } from '../struct/compile-structure.ts'
import { layoutStructure } from '../struct/layout-structure.ts'
import { findTextEncoding } from '../text/encodings/encoding-labels.ts'
import type { ReadAs } from './read-value.ts'

/** What a read takes out of the stream. */
export type ReadTake =
  /** Does not wait when `isPoll`. */
  | { readonly kind: 'up-to'; readonly byteCount: number; readonly isPoll: boolean }
  /** Everything that is there, without waiting. */
  | { readonly kind: 'service'; readonly limitBytes: number }
  | { readonly kind: 'exactly'; readonly byteCount: number }
  /** `isLine`: the end of the stream ends it too, and a longer one is discarded. */
  | { readonly kind: 'until'; readonly separator: BytePattern; readonly limitBytes: number; readonly isLine: boolean }
  | { readonly kind: 'until-close'; readonly limitBytes: number }

/** A request that was checked and can be carried out. */
export interface ReadPlan {
  readonly take: ReadTake
  readonly readAs: ReadAs
}

export type ReadPlanResult =
  { readonly ok: true; readonly plan: ReadPlan } | { readonly ok: false; readonly error: ErrorShape }

const asBytes: ReadAs = { kind: 'bytes' }
const lineFeed = new BytePattern(Uint8Array.of(0x0a))

/**
 * Checks a request. `structure`: the one that the request names, null when there is none or it names none. Errors: `separator-empty`, `encoding-unknown`, `structure-not-found`, `structure-malformed`,
 * `structure-size-varies` (its size depends on the data, so nobody knows how much to read).
 */
export function planRead(request: ReadRequest, structure: KnownStructure | null): ReadPlanResult {
  switch (request.kind) {
    case 'up-to':
    case 'poll': {
      const { byteCount } = request
      return planned({ kind: 'up-to', byteCount, isPoll: request.kind === 'poll' })
    }
    case 'exactly':
      return planned({ kind: 'exactly', byteCount: request.byteCount })
    case 'until':
      return planUntil(request.separator, request.limitBytes, asBytes)
    case 'line':
      return planned({ kind: 'until', separator: lineFeed, limitBytes: request.limitBytes, isLine: true })
    case 'text':
    case 'json': {
      const found = findTextEncoding(request.encoding)
      if (!found.ok) return found
      return planUntil(request.terminator, request.limitBytes, { kind: request.kind, encoding: found.encoding.name })
    }
    case 'structure':
      return planStructure(request.structureId, structure)
    case 'service':
      return planned({ kind: 'service', limitBytes: maximumHandReadBytes })
    case 'until-close':
      return planned({ kind: 'until-close', limitBytes: maximumHandReadBytes })
    default:
      return request satisfies never
  }
}

const planned = (take: ReadTake, readAs: ReadAs = asBytes): ReadPlanResult => ({ ok: true, plan: { take, readAs } })

const refused = (...error: Parameters<typeof describeError>): ReadPlanResult => ({
  ok: false,
  error: describeError(...error),
})

function planUntil(separator: Uint8Array, limitBytes: number, readAs: ReadAs): ReadPlanResult {
  if (separator.length === 0) return refused('separator-empty')
  // The caller may change its bytes while the read waits.
  return planned({ kind: 'until', separator: new BytePattern(separator.slice()), limitBytes, isLine: false }, readAs)
}

function planStructure(structureId: string, known: KnownStructure | null): ReadPlanResult {
  if (known === null) return refused('structure-not-found', { structureId })
  const { definition, library } = known
  const compiled = compileStructure(definition, library)
  if (!compiled.ok) return compiled
  const { structure } = compiled
  if (structure.size === null || structure.next !== null) {
    const layout = layoutStructure(definition, library)
    if (!layout.ok) return layout
    return refused('structure-size-varies', { structure: structure.name, fixedSize: layout.layout.fixedSize })
  }
  return planned({ kind: 'exactly', byteCount: structure.size }, { kind: 'structure', structureId, structure })
}
