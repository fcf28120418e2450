import * as v from 'valibot'
import { callKind, parameterType } from '../../../src-main/contract/schemas/call-settings.ts'
import type { CallDraft } from './call-draft.ts'

const parameterDraft = v.object({
  name: v.string(),
  type: parameterType,
  value: v.string(),
  isIncluded: v.boolean(),
  required: v.boolean(),
  notes: v.string(),
})

const callDraft = v.object({
  kind: v.union([callKind, v.literal('turn')]),
  command: v.string(),
  notation: v.picklist(['form', 'json', 'pairs']),
  parameters: v.pipe(v.array(parameterDraft), v.maxLength(256)),
  positional: v.boolean(),
  jsonText: v.string(),
  pairsText: v.string(),
  componentName: v.string(),
  waits: v.picklist(['settings', 'none', 'own']),
  timeoutMs: v.string(),
})

/** A draft as it was kept over a reload; null for anything else. */
export function storedDraft(stored: unknown): CallDraft | null {
  const parsed = v.safeParse(callDraft, stored)
  return parsed.success ? parsed.output : null
}
