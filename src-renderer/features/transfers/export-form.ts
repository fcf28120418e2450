import type { CommandInput } from '../../../src-main/contract/commands.ts'
import { toErrorShape } from '../../../src-main/contract/errors.ts'
import type { ExportFormat } from '../../../src-main/contract/schemas/capture-transfer.ts'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { parseFramingSpec } from '../../../src-main/protocol/framing/framing-spec.ts'
import { exportWords as words } from '../../strings/exports.ts'
import type { FieldError } from '../../ui/field-error.ts'

/** The form as it is written. */
export interface ExportTexts {
  readonly format: ExportFormat
  readonly direction: 'both' | 'sent' | 'received'
  readonly connections: string
  readonly from: string
  readonly to: string
  readonly units: 'chunks' | 'kept' | 'own'
  readonly framing: string
  readonly includesTlsSecrets: boolean
  readonly target: 'download' | 'path'
  readonly path: string
  readonly overwrite: boolean
}

export const newExportTexts: ExportTexts = {
  format: 'pcapng',
  direction: 'both',
  connections: '',
  from: '',
  to: '',
  units: 'kept',
  framing: '',
  includesTlsSecrets: false,
  target: 'download',
  path: '',
  overwrite: false,
}

export type ExportField = 'connections' | 'from' | 'to' | 'framing' | 'path'
export type ExportErrors = Partial<Record<ExportField, FieldError>>
type ExportRequest = Omit<CommandInput<'capture.export'>, 'captureId'>

/** Formats that can hold messages instead of chunks. */
export const hasUnits = (format: ExportFormat): boolean =>
  format === 'csv' || format === 'jsonl' || format === 'hexdump'

/** A copy holds everything. */
export const hasScope = (format: ExportFormat): boolean => format !== 'wirebench'

/** Reads the form. `interpretation`: how the capture is read now. */
export function readExportForm(
  texts: ExportTexts,
  interpretation: Interpretation,
): { readonly ok: true; readonly request: ExportRequest } | { readonly ok: false; readonly errors: ExportErrors } {
  const errors: ExportErrors = {}
  const scope = hasScope(texts.format) ? readScope(texts, errors) : {}
  const framing = hasUnits(texts.format) ? readFraming(texts, interpretation, errors) : null
  const path = texts.path.trim()
  if (texts.target === 'path' && path === '') errors.path = { message: words.noPath }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const { format, overwrite } = texts
  const includesTlsSecrets = format === 'pcapng' && texts.includesTlsSecrets
  return {
    ok: true,
    request: {
      options: { format, scope, framing, includesTlsSecrets },
      target: texts.target === 'path' ? { kind: 'path', path, overwrite } : { kind: 'download' },
    },
  }
}

function readScope({ direction, connections, from, to }: ExportTexts, errors: ExportErrors) {
  const numbers = connections
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : Number.NaN))
  if (numbers.some(Number.isNaN)) errors.connections = { message: words.badConnections }
  const fromNs = readSeconds(from)
  const toNs = readSeconds(to)
  if (Number.isNaN(fromNs)) errors.from = { message: words.badTime }
  if (Number.isNaN(toNs)) errors.to = { message: words.badTime }
  if (fromNs !== null && toNs !== null && toNs < fromNs) errors.to = { message: words.badOrder }
  return {
    direction: direction === 'both' ? null : direction,
    connections: numbers.length === 0 ? null : numbers,
    fromNs,
    toNs,
  }
}

/** Nanoseconds; null for nothing, not a number for what is no time. */
function readSeconds(text: string): number | null {
  const written = text.trim()
  if (written === '') return null
  const parts = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(written)
  return parts === null ? Number.NaN : Number(parts[1]) * 1e9 + Number((parts[2] ?? '').padEnd(9, '0'))
}

function readFraming(
  { units, framing }: ExportTexts,
  { sent, received }: Interpretation,
  errors: ExportErrors,
): { sent: FramingSettings; received: FramingSettings } | null {
  if (units === 'chunks') return null
  if (units === 'kept') return { sent: sent.framing, received: received.framing }
  try {
    const settings = parseFramingSpec(framing.trim())
    return { sent: settings, received: settings }
  } catch (thrown) {
    const { message, code } = toErrorShape(thrown)
    errors.framing = { message, code }
    return null
  }
}

const pathErrors: ReadonlySet<string> = new Set(['file-exists', 'file-unwritable', 'disk-full'])

/** Whether an error of `capture.export` is about the path. */
export const isAboutPath = (code: string): boolean => pathErrors.has(code)
