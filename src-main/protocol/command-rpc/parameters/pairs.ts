/**
 * Parameters as words of `name=text` and `name:=json`, separated by white space or lines:
 *
 *     x:=1 label=hello note="two words" path='C:\\temp' pos:=[1, 2.5] flags:={"on": true}
 *
 * Rules: a name ends at its first `=`; a colon before that makes the value JSON. A name or a text with white space stands in single or
 * double quotes, where a backslash escapes (`\\ \" \' \n \r \t \uXXXX`); without quotes a backslash is itself. JSON that begins with
 * `{`, `[` or `"` goes on to its end, other JSON to the next white space; it may stand in single quotes.
 */
import { WirebenchError } from '../../../contract/errors.ts'
import type { JsonMember, JsonNode } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { nameCharacter } from '../../text/parsed-bytes.ts'
import { jsonObject, jsonString, newMember } from '../new-json.ts'
import { givenTwice } from './json-parameters.ts'

const maximumPairs = 4096

/**
 * Reads pairs into an object, in their order; null for none. Errors: `call-parameters-malformed` with `position` (from 1, in UTF-16
 * units) and `reason`; `call-parameter-malformed` with `name` too.
 */
export function readPairs(text: string): JsonNode | null {
  const members = new PairReader(text).read()
  return members.length === 0 ? null : jsonObject(members)
}

/**
 * Words of a command line, each a whole pair, as text that `readPairs` reads as the same pairs: what the shell has unquoted is quoted
 * again. A word without `=` stays as it is, and is refused there.
 */
export function pairsOfWords(words: readonly string[]): string {
  return words
    .map((word) => {
      const equals = word.indexOf('=')
      if (equals < 0) return quotedText(word)
      const isJson = word[equals - 1] === ':'
      const name = word.slice(0, isJson ? equals - 1 : equals)
      return `${name === '' ? '' : quotedText(name)}${isJson ? ':=' : '='}${quotedText(word.slice(equals + 1))}`
    })
    .join('\n')
}

function quotedText(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

class PairReader {
  readonly #text: string
  #index = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): readonly JsonMember[] {
    const members: JsonMember[] = []
    const names = new Set<string>()
    while (true) {
      this.#skipSpace()
      const start = this.#index
      if (start >= this.#text.length) return members
      if (members.length === maximumPairs) throw this.#malformed(start, `At most ${maximumPairs} are read.`)
      const { name, isJson } = this.#name()
      if (names.has(name)) throw givenTwice(name, { position: start + 1 })
      names.add(name)
      members.push(newMember(name, isJson ? this.#json(name) : jsonString(this.#value())))
    }
  }

  #name(): { readonly name: string; readonly isJson: boolean } {
    const start = this.#index
    const quoted = this.#isQuote(this.#text[start]) ? this.#quoted() : null
    const found = /[=\s]/.exec(this.#text.slice(this.#index))
    const end = found === null ? this.#text.length : this.#index + found.index
    const written = this.#text.slice(this.#index, end)
    if (this.#text[end] !== '=') {
      throw this.#malformed(end, 'Write name=text or name:=json; quotes hold white space together.')
    }
    const isJson = written.endsWith(':')
    const rest = isJson ? written.slice(0, -1) : written
    if (quoted !== null && rest !== '') throw this.#malformed(this.#index, 'After the quote stands = or :=.')
    const name = quoted ?? rest
    if (name === '') throw this.#malformed(start, 'A name stands before the =.')
    this.#index = end + 1
    return { name, isJson }
  }

  #value(): string {
    if (!this.#isQuote(this.#text[this.#index])) return this.#word()
    const value = this.#quoted()
    if (/^\S/.test(this.#text.slice(this.#index, this.#index + 1))) {
      throw this.#malformed(this.#index, 'White space stands between two parameters.')
    }
    return value
  }

  #json(name: string): JsonNode {
    const start = this.#index
    const isQuoted = this.#text[start] === "'"
    const text = isQuoted ? this.#value() : this.#jsonText()
    const document = parseJsonDocument(text)
    if (document.ok) return document.root
    const position = isQuoted ? start + 1 : start + document.index + 1
    throw new WirebenchError('call-parameter-malformed', { name, position, reason: document.error.message })
  }

  /** As far as brackets and strings reach, else to the next white space. */
  #jsonText(): string {
    const start = this.#index
    let depth = 0
    let inString = false
    let index = start
    for (; index < this.#text.length; index++) {
      const character = this.#text[index] ?? ''
      if (inString) {
        if (character === '\\') index++
        else if (character === '"') inString = false
      } else if (character === '"') inString = true
      else if (character === '{' || character === '[') depth++
      else if (character === '}' || character === ']') depth--
      else if (depth <= 0 && /\s/.test(character)) break
    }
    this.#index = Math.min(index, this.#text.length)
    return this.#text.slice(start, this.#index)
  }

  #word(): string {
    const start = this.#index
    const found = /\s/.exec(this.#text.slice(start))
    this.#index = found === null ? this.#text.length : start + found.index
    return this.#text.slice(start, this.#index)
  }

  #quoted(): string {
    const start = this.#index
    const mark = this.#text[start]
    let value = ''
    for (this.#index++; this.#index < this.#text.length; this.#index++) {
      const character = this.#text[this.#index] ?? ''
      if (character === mark) {
        this.#index++
        return value
      }
      value += character === '\\' ? this.#escaped() : character
    }
    throw this.#malformed(start, 'This quote is not closed.')
  }

  /** What the escape at the index means; leaves the index at its last character. */
  #escaped(): string {
    const at = this.#index++
    const letter = this.#text[this.#index] ?? ''
    const meaning = escapes.get(letter)
    if (meaning !== undefined) return meaning
    const code = /^u([0-9a-f]{4})/i.exec(this.#text.slice(this.#index, this.#index + 5))?.[1]
    if (code === undefined) {
      throw this.#malformed(at, String.raw`After a backslash in quotes stands one of \ " ' n r t or uXXXX.`)
    }
    this.#index += 4
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  #isQuote(character: string | undefined): boolean {
    return character === '"' || character === "'"
  }

  #skipSpace(): void {
    while (this.#index < this.#text.length && /\s/.test(this.#text[this.#index] ?? '')) this.#index++
  }

  #malformed(index: number, reason: string): WirebenchError {
    const found = nameCharacter(this.#text, index)
    return new WirebenchError('call-parameters-malformed', { position: index + 1, found, reason })
  }
}
