import type { RunPlanInput } from '../../../src-main/contract/schemas/sequence.ts'
import { parseEscapedText } from '../../../src-main/protocol/text/escapes.ts'
import type { ComposedLine } from '../../state/dialogs.svelte.ts'
import { reloadStorage } from '../../state/window-storage.ts'
import { echoWords as words } from '../../strings/echo-check.ts'
import type { FieldError } from '../../ui/field-error.ts'

export type EchoPlan = Extract<RunPlanInput, { kind: 'echo-check' }>

/** What was typed into the form, as it was typed. */
export interface EchoTexts {
  readonly source: 'text' | 'composer'
  readonly text: string
  readonly readSize: string
  readonly timeout: string
}

export type EchoErrors = Partial<Record<'text' | 'readSize' | 'timeout', FieldError>>
export type EchoReading =
  { readonly ok: true; readonly plan: EchoPlan } | { readonly ok: false; readonly errors: EchoErrors }

/** The read sizes of the blog post, and of the other seed clients. */
export const usualReadSizes = [16, 256, 1024, 8096] as const

export const firstTexts: EchoTexts = { source: 'text', text: words.usualText, readSize: '16', timeout: '10000' }
const longestTimeoutMs = 24 * 3600 * 1000

/** Reads the form. A text goes out as it is: no framing around it, no line ending behind it. */
export function readEchoForm(texts: EchoTexts, composed: ComposedLine | null): EchoReading {
  const errors: EchoErrors = {}
  const usesComposer = texts.source === 'composer' && composed !== null
  const written = usesComposer ? null : parseEscapedText(texts.text)
  if (written !== null) {
    if (!written.ok) errors.text = written.error
    else if (written.bytes.length === 0) errors.text = { message: words.empty }
  }
  const readSizeBytes = wholeWithin(texts.readSize, 1024 * 1024)
  if (readSizeBytes === null) errors.readSize = { message: words.readSizeWrong }
  const waits = texts.timeout.trim() !== ''
  const timeoutMs = waits ? wholeWithin(texts.timeout, longestTimeoutMs) : null
  if (waits && timeoutMs === null) errors.timeout = { message: words.timeoutWrong }
  if (readSizeBytes === null || Object.keys(errors).length > 0) return { ok: false, errors }
  const message: EchoPlan['message'] = usesComposer
    ? composed.message
    : { content: { mode: 'text', text: texts.text, lineEnding: 'none' }, framed: false }
  return { ok: true, plan: { kind: 'echo-check', message, readSizeBytes, timeoutMs } }
}

/** How many bytes the text stands for; null while it is malformed or a placeholder in it is worked out when it is sent. */
export function textByteCount(text: string): number | null {
  const parsed = parseEscapedText(text)
  return parsed.ok && !text.includes('{{') ? parsed.bytes.length : null
}

function wholeWithin(text: string, most: number): number | null {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
  return value >= 1 && value <= most ? value : null
}

const storageKeyOf = (sessionId: string): string => `echo-check-${sessionId}`

/** What the form of a session begins with: what it was started with last, also before a reload. */
export function keptTexts(sessionId: string): EchoTexts {
  const stored = reloadStorage.read(storageKeyOf(sessionId))
  if (typeof stored !== 'object' || stored === null) return firstTexts
  const textOf = (name: 'text' | 'readSize' | 'timeout'): string => {
    const text: unknown = Reflect.get(stored, name)
    return typeof text === 'string' ? text : firstTexts[name]
  }
  return {
    source: Reflect.get(stored, 'source') === 'composer' ? 'composer' : 'text',
    text: textOf('text'),
    readSize: textOf('readSize'),
    timeout: textOf('timeout'),
  }
}

export function keepTexts(sessionId: string, texts: EchoTexts): void {
  reloadStorage.write(storageKeyOf(sessionId), { ...texts })
}
