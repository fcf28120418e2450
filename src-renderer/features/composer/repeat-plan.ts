import { reloadStorage } from '../../state/window-storage.ts'
import { repeatWords as words } from '../../strings/composer.ts'
import type { FieldError } from '../../ui/field-error.ts'

/** What was typed into the form of repeated sending. */
export interface RepeatTexts {
  readonly interval: string
  readonly count: string
  readonly jitter: string
}

export type RepeatPlan =
  | {
      readonly ok: true
      readonly numbers: { readonly intervalMs: number; readonly count: number | null; readonly jitterMs: number }
    }
  | { readonly ok: false; readonly errors: Partial<Record<keyof RepeatTexts, FieldError>> }

const dayMs = 24 * 3600 * 1000

/** Reads the form: milliseconds with fractions, a count or nothing for "until stopped". */
export function readRepeatPlan({ interval, count, jitter }: RepeatTexts): RepeatPlan {
  const intervalMs = milliseconds(interval, 1)
  const jitterMs = milliseconds(jitter, 0)
  const trimmed = count.trim()
  const number = /^\d{1,10}$/.test(trimmed) ? Number(trimmed) : 0
  const countIsFine = trimmed === '' || (number >= 1 && number <= 1_000_000_000)
  if (intervalMs !== null && jitterMs !== null && countIsFine) {
    return { ok: true, numbers: { intervalMs, jitterMs, count: trimmed === '' ? null : number } }
  }
  return {
    ok: false,
    errors: {
      ...(intervalMs === null ? { interval: { message: words.intervalError } } : {}),
      ...(jitterMs === null ? { jitter: { message: words.jitterError } } : {}),
      ...(countIsFine ? {} : { count: { message: words.countError } }),
    },
  }
}

const firstTexts: RepeatTexts = { interval: '1000', count: '10', jitter: '0' }
const storageKeyOf = (sessionId: string): string => `repeat-${sessionId}`

/** What the form of a session begins with: what it was started with last, also before a reload. */
export function keptRepeatTexts(sessionId: string): RepeatTexts {
  const stored = reloadStorage.read(storageKeyOf(sessionId))
  if (typeof stored !== 'object' || stored === null) return firstTexts
  const textOf = (name: keyof RepeatTexts): string => {
    const text: unknown = Reflect.get(stored, name)
    return typeof text === 'string' && text.length <= 32 ? text : firstTexts[name]
  }
  return { interval: textOf('interval'), count: textOf('count'), jitter: textOf('jitter') }
}

/** Keeps what the form of a session was started with. */
export function keepRepeatTexts(sessionId: string, { interval, count, jitter }: RepeatTexts): void {
  reloadStorage.write(storageKeyOf(sessionId), { interval, count, jitter })
}

function milliseconds(text: string, minimum: number): number | null {
  const trimmed = text.trim() === '' && minimum === 0 ? '0' : text.trim()
  if (!/^\d{1,9}(?:\.\d{1,6})?$/.test(trimmed)) return null
  const value = Number(trimmed)
  return value >= minimum && value <= dayMs ? value : null
}
