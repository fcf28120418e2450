/**
 * Reads RFC 8259 and nothing more, but for the three specials of Python and a byte order mark. What is wrong is told at
 * the first unit that cannot belong to a document.
 */
import {
  anyValue,
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  escapeCodes,
  hasLoneSurrogate,
  hexDigit,
  isDigit,
  minus,
  openBrace,
  openBracket,
  quote,
  valueHints,
  words,
} from './json-letters.ts'
import type { JsonMember, JsonNode, JsonRemark } from './json-node.ts'
import type { JsonSource } from './json-source.ts'

export const defaultMaximumDepth = 512
/** Readers of trees go down by calls; this many levels fit any stack. */
export const hardMaximumDepth = 1024
export const defaultMaximumValues = 4_000_000
const maximumRemarks = 1000

/** Why reading stopped: what stands at `index`, unless named by `found`, and what had to stand there. */
export interface ReadFault {
  readonly index: number
  readonly reason: string
  readonly found?: string
}

export interface ReadLimits {
  readonly maximumDepth: number
  readonly maximumValues: number
  /** True when the end may come anywhere. */
  readonly tolerant: boolean
}

/** Objects with more members than this look their keys up in a set. */
const comparedKeys = 12

export class JsonReader {
  readonly remarks: JsonRemark[] = []
  /** Set when the document is none. */
  fault: ReadFault | null = null
  /** The end came before the document was complete; only when tolerant. */
  truncated = false
  readonly #source: JsonSource
  readonly #units: Uint8Array | Uint16Array
  readonly #length: number
  readonly #limits: ReadLimits
  #index = 0
  #values = 0
  /** Faulty or cut off: everything that is open returns what it has. */
  #stopped = false

  constructor(source: JsonSource, limits: ReadLimits) {
    this.#source = source
    this.#units = source.units
    this.#length = source.units.length
    this.#limits = limits
  }

  /** The document, as far as it goes: null when there is not even a first value. */
  read(): JsonNode | null {
    const { markLength } = this.#source
    if (markLength > 0) this.#remark('byte-order-mark', 0, markLength, '')
    this.#index = markLength
    this.#skipSpace()
    const root = this.#value(0)
    if (this.#stopped) return root
    this.#skipSpace()
    if (this.#index < this.#length) this.#fail(this.#index, 'The document ends before it: nothing may follow.')
    return root
  }

  /** The value at the index, where no white space stands. */
  #value(depth: number): JsonNode | null {
    const start = this.#index
    if (start >= this.#length) return this.#end('A value has to stand here.')
    if (++this.#values > this.#limits.maximumValues) {
      const found = `value number ${this.#values}`
      return this.#fail(start, `At most ${this.#limits.maximumValues} values are read.`, found)
    }
    const unit = this.#units[start] ?? 0
    if (unit === quote) {
      const value = this.#string()
      return value === null ? null : { kind: 'string', value, start, end: this.#index }
    }
    if (unit === openBrace) return this.#descend(depth) ? this.#object(start, depth + 1) : null
    if (unit === openBracket) return this.#descend(depth) ? this.#array(start, depth + 1) : null
    if (isDigit(unit) || (unit === minus && this.#units[start + 1] !== 0x49)) return this.#number(start, depth)
    return this.#word(start)
  }

  #descend(depth: number): boolean {
    if (depth < this.#limits.maximumDepth) return true
    const found = `an object or array at level ${depth + 1}`
    this.#fail(this.#index, `At most ${this.#limits.maximumDepth} may stand inside each other.`, found)
    return false
  }

  #array(start: number, depth: number): JsonNode {
    const elements: JsonNode[] = []
    this.#index++
    this.#skipSpace()
    if (this.#units[this.#index] === closeBracket) this.#index++
    else {
      while (true) {
        const element = this.#value(depth)
        if (element !== null) elements.push(element)
        if (this.#stopped || !this.#goesOn(closeBracket, 'An array goes on with a comma or ends with ].')) break
      }
    }
    return { kind: 'array', elements, start, end: this.#index }
  }

  #object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = []
    let keys: Set<string> | null = null
    this.#index++
    this.#skipSpace()
    if (this.#units[this.#index] === closeBrace) this.#index++
    else {
      while (true) {
        const keyStart = this.#index
        const key = this.#key()
        if (key === null) break
        const keyEnd = this.#index
        if (!this.#takeColon()) break
        if (keys === null && members.length === comparedKeys) keys = new Set(members.map((member) => member.key))
        if (keys === null ? members.some((member) => member.key === key) : keys.has(key)) {
          this.#remark('duplicate-key', keyStart, keyEnd, key)
        }
        keys?.add(key)
        const value = this.#value(depth)
        if (value !== null) members.push({ key, keyStart, keyEnd, value })
        if (this.#stopped || !this.#goesOn(closeBrace, 'An object goes on with a comma or ends with }.')) break
      }
    }
    return { kind: 'object', members, start, end: this.#index }
  }

  #key(): string | null {
    const unit = this.#units[this.#index]
    if (unit === quote) {
      const key = this.#string()
      return this.truncated ? null : key
    }
    if (unit === undefined) return this.#end('A key in double quotes has to stand here.')
    return this.#fail(this.#index, 'A key has to stand here, in double quotes.')
  }

  #takeColon(): boolean {
    this.#skipSpace()
    if (this.#units[this.#index] !== colon) {
      const reason = 'A colon has to stand between key and value.'
      if (this.#index >= this.#length) this.#end(reason)
      else this.#fail(this.#index, reason)
      return false
    }
    this.#index++
    this.#skipSpace()
    return true
  }

  /** True when a comma was taken and another value follows. */
  #goesOn(closing: number, reason: string): boolean {
    this.#skipSpace()
    const index = this.#index
    if (index >= this.#length) {
      this.#end(reason)
      return false
    }
    const unit = this.#units[index]
    if (unit === closing) {
      this.#index++
      return false
    }
    if (unit !== comma) {
      this.#fail(index, reason)
      return false
    }
    this.#index++
    this.#skipSpace()
    if (this.#units[this.#index] === closing) {
      this.#fail(this.#index, 'Another value has to follow the comma: remove the comma, or add the value.')
      return false
    }
    return true
  }

  #number(start: number, depth: number): JsonNode | null {
    const units = this.#units
    const first = units[start] === minus ? start + 1 : start
    let index = this.#digits(first)
    if (index < 0) return null
    if (units[first] === 0x30 && index > first + 1) {
      return this.#fail(first + 1, 'After a leading 0 stands no other digit.')
    }
    if (units[index] === 0x2e) {
      index = this.#digits(index + 1)
      if (index < 0) return null
    }
    if (((units[index] ?? 0) | 0x20) === 0x65) {
      const sign = units[index + 1]
      index = this.#digits(sign === 0x2b || sign === minus ? index + 2 : index + 1)
      if (index < 0) return null
    }
    // A number that reaches the end may have lost digits, which makes it another number.
    if (index >= this.#length && depth > 0) return this.#end('The document goes on here.')
    this.#index = index
    return { kind: 'number', text: this.#source.asciiText(start, index), start, end: index }
  }

  /** Index after the digits, at least one; -1 when there is none. */
  #digits(start: number): number {
    const units = this.#units
    const length = this.#length
    let index = start
    while (index < length && isDigit(units[index] ?? 0)) index++
    if (index > start) return index
    if (start >= length) this.#end('A digit has to stand here.')
    else this.#fail(start, 'A digit has to stand here.')
    return -1
  }

  #word(start: number): JsonNode | null {
    for (const word of words) {
      const { text } = word
      let length = 0
      while (length < text.length && this.#units[start + length] === text.charCodeAt(length)) length++
      if (length < text.length) {
        if (length > 0 && start + length >= this.#length) return this.#end(`${text} has to stand here.`)
        continue
      }
      const end = start + length
      this.#index = end
      if (word.kind === 'null') return { kind: 'null', start, end }
      if (word.kind === 'boolean') return { kind: 'boolean', value: word.text === 'true', start, end }
      this.#remark('special-number', start, end, text)
      return { kind: 'special', text: word.text, start, end }
    }
    return this.#fail(start, valueHints.get(this.#units[start] ?? 0) ?? anyValue)
  }

  /** The string at the index; as far as it goes when it is cut off. */
  #string(): string | null {
    const units = this.#units
    const length = this.#length
    const start = this.#index + 1
    let index = start
    while (index < length) {
      const unit = units[index] ?? 0
      if (unit === quote) {
        this.#index = index + 1
        return this.#source.asciiText(start, index)
      }
      if (unit < 0x20 || unit === backslash || unit >= 0x80) break
      index++
    }
    return this.#longString(start, index)
  }

  /** The rest of a string that has more in it than plain ASCII. */
  #longString(start: number, firstOdd: number): string | null {
    const units = this.#units
    const source = this.#source
    let text = ''
    let runStart = start
    let index = firstOdd
    let surrogates = false
    while (index < this.#length) {
      const unit = units[index] ?? 0
      if (unit === quote) {
        text += source.text(runStart, index)
        this.#index = index + 1
        if (surrogates && hasLoneSurrogate(text)) this.#remark('lone-surrogate', start - 1, index + 1, '')
        return text
      }
      if (unit === backslash) {
        text += source.text(runStart, index)
        const code = this.#escape(index)
        if (code < 0) return this.#cut(text)
        surrogates ||= (code & 0xf800) === 0xd800
        text += String.fromCharCode(code)
        index += units[index + 1] === 0x75 ? 6 : 2
        runStart = index
      } else if (unit >= 0x80) {
        const characterLength = source.characterLength(index)
        if (characterLength === 0) {
          if (this.#limits.tolerant && source.isCutCharacter(index)) break
          return this.#fail(index, 'A string holds UTF-8 only.')
        }
        surrogates ||= (unit & 0xf800) === 0xd800
        index += characterLength
      } else if (unit < 0x20) {
        return this.#fail(index, 'In a string it has to be written as an escape, like \\n or \\u0000.')
      } else index++
    }
    text += source.text(runStart, index)
    this.#end('The string has to end with a double quote.')
    return this.#cut(text)
  }

  /** What is there of a string that was cut off; nothing of a faulty one. */
  #cut(text: string): string | null {
    return this.truncated ? text : null
  }

  /** The UTF-16 unit that the escape at the index stands for; -1 when it is none. */
  #escape(index: number): number {
    const letter = this.#units[index + 1]
    if (letter === undefined) {
      this.#end('An escape goes on after its backslash.')
      return -1
    }
    if (letter !== 0x75) {
      const code = escapeCodes.get(letter)
      if (code !== undefined) return code
      this.#fail(index + 1, 'After a backslash stands one of " \\ / b f n r t u; write \\\\ for a backslash.')
      return -1
    }
    let code = 0
    for (let digit = index + 2; digit < index + 6; digit++) {
      const unit = this.#units[digit]
      if (unit === undefined) {
        this.#end('After \\u stand four hex digits.')
        return -1
      }
      const value = hexDigit(unit)
      if (value < 0) {
        this.#fail(digit, 'After \\u stand four hex digits.')
        return -1
      }
      code = code * 16 + value
    }
    return code
  }

  #skipSpace(): void {
    const units = this.#units
    const length = this.#length
    let index = this.#index
    while (index < length) {
      const unit = units[index] ?? 0
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) break
      index++
    }
    this.#index = index
  }

  #remark(code: JsonRemark['code'], start: number, end: number, text: string): void {
    if (this.remarks.length < maximumRemarks) this.remarks.push({ code, start, end, text })
  }

  /** The end came too early: fine when tolerant, a fault when not. */
  #end(reason: string): null {
    if (!this.#limits.tolerant) return this.#fail(this.#length, reason)
    this.#index = this.#length
    this.truncated = true
    this.#stopped = true
    return null
  }

  #fail(index: number, reason: string, found?: string): null {
    this.fault = found === undefined ? { index, reason } : { index, reason, found }
    this.#stopped = true
    return null
  }
}
