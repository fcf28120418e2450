import { cMalformed, type CToken } from './c-tokens.ts'

/** A place in a list of tokens that ends with `end`. */
export class CCursor {
  readonly #tokens: readonly CToken[]
  readonly #end: CToken
  #index = 0

  constructor(tokens: readonly CToken[]) {
    this.#tokens = tokens
    this.#end = tokens.at(-1) ?? { kind: 'end', text: '', index: 0, line: 1 }
  }

  /** The token `ahead` places further; the end for everything behind it. */
  peek(ahead = 0): CToken {
    return this.#tokens[this.#index + ahead] ?? this.#end
  }

  next(): CToken {
    const token = this.peek()
    this.#index++
    return token
  }

  /** True when the next token is this word or mark. */
  is(text: string): boolean {
    const token = this.peek()
    return token.text === text && (token.kind === 'word' || token.kind === 'mark')
  }

  /** Takes the next token when it is this word or mark. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.#index++
    return true
  }

  /** Takes this mark or throws. */
  expect(text: string, reason = `Write "${text}" here.`): CToken {
    if (!this.is(text)) throw cMalformed(this.peek(), reason)
    return this.next()
  }

  /** Takes a name or throws. */
  expectName(reason: string): CToken {
    if (this.peek().kind !== 'word') throw cMalformed(this.peek(), reason)
    return this.next()
  }

  /** Skips up to the mark that closes the one just taken, and returns what stood between. */
  skipTo(open: string, close: string): readonly CToken[] {
    const between: CToken[] = []
    for (let depth = 1; ;) {
      const token = this.next()
      if (token.kind === 'end') throw cMalformed(token, `"${close}" is missing.`)
      if (token.kind === 'mark' && token.text === open) depth++
      if (token.kind === 'mark' && token.text === close) depth--
      if (depth === 0) return between
      between.push(token)
    }
  }
}
