import * as v from 'valibot'
import { readRequest, type ReadOutcome } from '../../../contract/schemas/reading.ts'
import { structureDefinition, type StructureDefinition } from '../../../contract/schemas/structure.ts'
import { escapeBytes, parseEscapedText } from '../../text/escapes.ts'
import { planRead, type ReadPlan, type ReadPlanResult } from '../read-plan.ts'

export type RequestInput = v.InferInput<typeof readRequest>

/** The structure of seed-systems 3.3, packed: 22 bytes. */
const packed: StructureDefinition = v.parse(structureDefinition, {
  name: 'Sample',
  alignment: 'packed',
  fields: [
    { name: 'a', type: { kind: 'integer', integer: 'u16' } },
    { name: 'b', type: { kind: 'integer', integer: 'i64' } },
    { name: 'c', type: { kind: 'float', float: 'f64' } },
    { name: 'd', type: { kind: 'float', float: 'f32' } },
  ],
})
const natural = { ...packed, alignment: 'natural' as const }
const varying: StructureDefinition = v.parse(structureDefinition, {
  name: 'Varying',
  fields: [
    { name: 'n', type: { kind: 'integer', integer: 'u16' } },
    { name: 'rest', type: { kind: 'bytes', length: { field: 'n' } } },
  ],
})
const library = new Map([
  ['packed', packed],
  ['natural', natural],
  ['varying', varying],
])

export function planned(input: RequestInput): ReadPlanResult {
  const request = v.parse(readRequest, input)
  const definition = request.kind === 'structure' ? library.get(request.structureId) : undefined
  return planRead(request, definition === undefined ? null : { definition, library: () => null })
}

export const bytesOf = (escaped: string): Uint8Array => {
  const parsed = parseEscapedText(escaped)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.bytes
}

export function plan(request: RequestInput): ReadPlan {
  const result = planned(request)
  if (!result.ok) throw new Error(result.error.message)
  return result.plan
}

export const upTo = (byteCount: number): RequestInput => ({ kind: 'up-to', byteCount })
export const poll = (byteCount: number): RequestInput => ({ kind: 'poll', byteCount })
export const service = (): RequestInput => ({ kind: 'service' })
export const exactly = (byteCount: number): RequestInput => ({ kind: 'exactly', byteCount })
export const until = (separator: string, limitBytes = 65_536): RequestInput => ({
  kind: 'until',
  separator: bytesOf(separator),
  limitBytes,
})
export const line = (limitBytes = 65_536): RequestInput => ({ kind: 'line', limitBytes })
export const text = (encoding = 'utf-8', terminator = '\\r\\n', limitBytes = 65_536): RequestInput => ({
  kind: 'text',
  encoding,
  terminator: bytesOf(terminator),
  limitBytes,
})
export const json = (): RequestInput => ({ kind: 'json' })
export const untilClose = (): RequestInput => ({ kind: 'until-close' })
export const structure = (structureId: string): RequestInput => ({ kind: 'structure', structureId })

/** In one line: `read "ab\n"`, `read "x" = value, end`, `nothing`, `failed read-incomplete "ab"`, `waits`. */
export function told(outcome: ReadOutcome | null): string {
  if (outcome === null) return 'waits'
  if (outcome.kind === 'nothing') return 'nothing'
  const bytes = `"${escapeBytes(outcome.bytes)}"`
  if (outcome.kind === 'failed') return `failed ${outcome.error.code} ${bytes}`
  const { value } = outcome
  const words = value === null ? '' : ` = ${value.kind === 'structure' ? value.summary : value.text}`
  return `read ${bytes}${words}${outcome.atEnd ? ', end' : ''}`
}
