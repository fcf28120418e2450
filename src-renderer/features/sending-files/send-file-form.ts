import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { RunPlan } from '../../../src-main/contract/schemas/sequence.ts'
import { reloadStorage } from '../../state/window-storage.ts'
import { sendFileWords as words } from '../../strings/sending-files.ts'
import type { FieldError } from '../../ui/field-error.ts'

export type FilePlan = Extract<RunPlan, { kind: 'file' }>

/** What was typed into the form, as it was typed. */
export interface SendFileTexts {
  readonly path: string
  readonly unit: 'bytes' | 'lines'
  readonly pace: 'rate' | 'free'
  readonly rate: string
  readonly chunking: 'usual' | 'size' | 'rate'
  readonly chunkSize: string
  readonly chunkRate: string
  readonly closes: boolean
}

export type SendFileField = 'path' | 'rate' | 'chunkSize' | 'chunkRate'
export type SendFileErrors = Partial<Record<SendFileField, FieldError>>
export type SendFileReading =
  { readonly ok: true; readonly plan: FilePlan } | { readonly ok: false; readonly errors: SendFileErrors }

export const firstTexts: SendFileTexts = {
  path: '',
  unit: 'bytes',
  pace: 'rate',
  rate: '100000',
  chunking: 'usual',
  chunkSize: '1000',
  chunkRate: '10',
  closes: false,
}

/** Reads the form. Only what is asked for is looked at: chunk size and chunk rate are never both in a plan. */
export function readSendFile(texts: SendFileTexts): SendFileReading {
  const { unit, closes, chunking } = texts
  const path = texts.path.trim()
  const paced = texts.pace === 'rate'
  const rate = paced ? numberWithin(texts.rate, 0.001, 1e12) : null
  const chunkSize = paced && chunking === 'size' ? wholeFromOne(texts.chunkSize) : null
  const chunkRate = paced && chunking === 'rate' ? numberWithin(texts.chunkRate, Number.MIN_VALUE, 1e9) : null
  const errors: SendFileErrors = {}
  if (path === '') errors.path = { message: words.pathMissing }
  if (paced && rate === null) errors.rate = { message: words.rateWrong }
  if (paced && chunking === 'size' && chunkSize === null) errors.chunkSize = { message: words.chunkSizeWrong }
  if (paced && chunking === 'rate') {
    if (chunkRate === null) errors.chunkRate = { message: words.chunkRateWrong }
    else if (rate !== null && rate < chunkRate)
      errors.chunkRate = { message: words.chunkTooSmall(rate / chunkRate, unit) }
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return { ok: true, plan: { kind: 'file', path, unit, rate, chunkSize, chunkRate, closesWhenFinished: closes } }
}

/** The field that an error of the engine is about; null when it is about none of them. */
export function fieldOfError(error: ErrorShape): SendFileField | null {
  const { field } = error.data
  if (field === 'rate' || field === 'chunkSize' || field === 'chunkRate' || field === 'path') return field
  return pathErrors.has(error.code) ? 'path' : null
}

const pathErrors: ReadonlySet<string> = new Set(['file-not-found', 'file-unreadable', 'message-too-large'])

/** A decimal number within the bounds; null when it is none. */
function numberWithin(text: string, least: number, most: number): number | null {
  const trimmed = text.trim()
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(trimmed)) return null
  const value = Number(trimmed)
  return value >= least && value <= most ? value : null
}

function wholeFromOne(text: string): number | null {
  const value = /^\d{1,13}$/.test(text.trim()) ? Number(text) : 0
  return value >= 1 && value <= 1e12 ? value : null
}

const storageKeyOf = (sessionId: string): string => `send-file-${sessionId}`

/** What the form of a session begins with: what it was started with last, also before a reload. */
export function keptTexts(sessionId: string): SendFileTexts {
  const stored = reloadStorage.read(storageKeyOf(sessionId))
  if (typeof stored !== 'object' || stored === null) return firstTexts
  const of = (name: keyof SendFileTexts): unknown => Reflect.get(stored, name)
  const textOf = (name: 'path' | 'rate' | 'chunkSize' | 'chunkRate', most: number): string => {
    const text = of(name)
    return typeof text === 'string' && text.length <= most ? text : firstTexts[name]
  }
  const chunking = of('chunking')
  return {
    path: textOf('path', 4096),
    unit: of('unit') === 'lines' ? 'lines' : 'bytes',
    pace: of('pace') === 'free' ? 'free' : 'rate',
    rate: textOf('rate', 32),
    chunking: chunking === 'size' || chunking === 'rate' ? chunking : 'usual',
    chunkSize: textOf('chunkSize', 32),
    chunkRate: textOf('chunkRate', 32),
    closes: of('closes') === true,
  }
}

export function keepTexts(sessionId: string, texts: SendFileTexts): void {
  reloadStorage.write(storageKeyOf(sessionId), { ...texts })
}
