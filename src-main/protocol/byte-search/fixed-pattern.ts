import { chooseProbe } from './probe.ts'
import type { SearchTools } from './pattern-scan.ts'

/** Stretch of a pattern that may be one of several sequences of the same length. */
export interface ByteChoice {
  readonly at: number
  readonly forms: readonly Uint8Array[]
}

export interface FixedPatternParts {
  readonly values: Uint8Array
  /** A byte fits when it is the value under the mask; outside of the choices. */
  readonly masks: Uint8Array
  readonly choices: readonly ByteChoice[]
}

/**
 * A pattern of a fixed number of bytes, found by its least usual literal bytes, or, where it has none, by leaps as long as the bytes
 * allow (Horspool 1980, with sets of bytes in place of bytes).
 */
export class FixedPattern {
  readonly length: number
  readonly #parts: FixedPatternParts
  readonly #findBytes: SearchTools['findBytes']
  /** Bytes that stand in every match, and where in it; null when there are too few. */
  readonly #probe: { readonly bytes: Uint8Array; readonly at: number } | null
  /** Nothing but the probe is to be compared. */
  readonly #isProbe: boolean
  /** By the byte at the place of the pattern's last one: how far the next place is at which it could fit; 0 when it fits. */
  readonly #leaps: Uint16Array

  constructor(parts: FixedPatternParts, findBytes: SearchTools['findBytes']) {
    this.#parts = parts
    this.#findBytes = findBytes
    this.length = parts.values.length
    const literal = parts.masks.slice()
    for (const { at, forms } of parts.choices) literal.fill(0, at, at + (forms[0]?.length ?? 0))
    this.#probe = chooseProbe(parts.values, literal)
    this.#isProbe = this.#probe?.bytes.length === this.length
    this.#leaps = leapsOf(parts)
  }

  get pace(): 'probe' | 'leaps' {
    return this.#probe === null ? 'leaps' : 'probe'
  }

  /** Where the first match that lies in `bytes[from .. end)` begins, or -1. */
  next(bytes: Uint8Array, from: number, end: number): number {
    return this.#probe === null ? this.#leapOn(bytes, from, end) : this.#probeOn(this.#probe, bytes, from, end)
  }

  /** The first place in `bytes[from .. end)` from which on everything fits as far as it goes, less than the pattern; `end` when none. */
  partialFrom(bytes: Uint8Array, from: number, end: number): number {
    let at = Math.max(from, end - this.length + 1)
    while (at < end && !this.#fits(bytes, at, end - at)) at++
    return at
  }

  #probeOn(probe: { bytes: Uint8Array; at: number }, bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; ;) {
      const found = this.#findBytes(bytes, probe.bytes, at + probe.at)
      at = found - probe.at
      if (found < 0 || at + this.length > end) return -1
      if (this.#isProbe || this.#fits(bytes, at, this.length)) return at
      at++
    }
  }

  #leapOn(bytes: Uint8Array, from: number, end: number): number {
    const leaps = this.#leaps
    const { length } = this
    for (let last = from + length - 1; last < end;) {
      const leap = leaps[bytes[last] ?? 0] ?? 1
      if (leap === 0) {
        if (this.#fits(bytes, last - length + 1, length)) return last - length + 1
        last++
      } else last += leap
    }
    return -1
  }

  /** Whether the first `length` bytes of the pattern stand at a place. A form of a choice may stand there in part. */
  #fits(bytes: Uint8Array, at: number, length: number): boolean {
    const { values, masks, choices } = this.#parts
    for (let index = 0; index < length; index++) {
      if (((bytes[at + index] ?? 0) & (masks[index] ?? 0)) !== values[index]) return false
    }
    for (const choice of choices) {
      if (choice.at >= length) return true
      const shown = Math.min(choice.forms[0]?.length ?? 0, length - choice.at)
      if (!choice.forms.some((form) => startsWith(bytes, at + choice.at, form, shown))) return false
    }
    return true
  }
}

function startsWith(bytes: Uint8Array, at: number, form: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[at + index] !== form[index]) return false
  return true
}

function leapsOf({ values, masks, choices }: FixedPatternParts): Uint16Array {
  const { length } = values
  const leaps = new Uint16Array(256).fill(length)
  const forms = new Map<number, Set<number>>()
  for (const choice of choices) {
    for (const form of choice.forms) {
      for (const [index, byte] of form.entries()) {
        const at = choice.at + index
        forms.set(at, (forms.get(at) ?? new Set()).add(byte))
      }
    }
  }
  for (let at = 0; at < length; at++) {
    const leap = length - 1 - at
    const chosen = forms.get(at)
    if (chosen !== undefined) for (const byte of chosen) leaps[byte] = leap
    else for (let byte = 0; byte < 256; byte++) if ((byte & (masks[at] ?? 0)) === values[at]) leaps[byte] = leap
  }
  return leaps
}
