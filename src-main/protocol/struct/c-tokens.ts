/** C text as tokens, each with its place. */
import { WirebenchError } from '../../contract/errors.ts'

/** `directive`: a preprocessor line without its `#`, continued lines joined. */
export interface CToken {
  readonly kind: 'word' | 'number' | 'character' | 'text' | 'mark' | 'directive' | 'end'
  readonly text: string
  /** UTF-16 units from 0. */
  readonly index: number
  /** From 1. */
  readonly line: number
}

/** Most characters of a pasted text. */
const maximumCharacters = 1_000_000

/** The error of a place in C text, to be thrown: `found` is what stands there. */
export function cMalformed(token: CToken, reason: string): WirebenchError {
  const found = token.kind === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`
  return new WirebenchError('c-declaration-malformed', { line: token.line, position: token.index + 1, found, reason })
}

const blank = /(?:[ \t\r\f\v\u00a0\ufeff]|\\\r?\n)+/y
const word = /[A-Za-z_$][\w$]*/y
const number = /(?:0[xX][\da-fA-F']+|0[bB][01']+|\d[\d']*)[\w.]*/y
const quoted = /'(?:\\[^\n]|[^'\\\n]){1,8}'/y
const string = /"(?:\\[^\n]|[^"\\\n])*"/y
const mark = /<<|>>|::|->|\[\[|\]\]|[{}()[\];:,*+\-/%|&^~=<>.!?#]/y

/** Splits C text. Comments are left out. Throws `c-declaration-malformed` for characters that C does not have. */
export function tokenizeC(text: string): readonly CToken[] {
  const tokens: CToken[] = []
  let line = 1
  let index = 0
  let isLineStart = true
  const end = (): CToken => ({ kind: 'end', text: '', index, line })
  if (text.length > maximumCharacters) throw cMalformed(end(), 'The text is longer than 1,000,000 characters.')
  const skipTo = (next: number): void => {
    // Looking for the next line break would go through the rest of a long line again and again.
    for (; index < next; index++) if (text[index] === '\n') line++
  }
  const take = (pattern: RegExp, kind: CToken['kind']): boolean => {
    pattern.lastIndex = index
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return false
    tokens.push({ kind, text: found, index, line })
    index += found.length
    return true
  }
  while (index < text.length) {
    blank.lastIndex = index
    if (blank.test(text)) {
      skipTo(blank.lastIndex)
    } else if (text[index] === '\n') {
      skipTo(index + 1)
      isLineStart = true
    } else if (text.startsWith('//', index)) {
      skipTo(endOfLine(text, index))
    } else if (text.startsWith('/*', index)) {
      const close = text.indexOf('*/', index + 2)
      if (close === -1) throw cMalformed({ ...end(), kind: 'mark', text: '/*' }, 'The comment does not end.')
      skipTo(close + 2)
    } else if (isLineStart && text[index] === '#') {
      const after = endOfDirective(text, index)
      tokens.push({ kind: 'directive', text: directiveText(text.slice(index + 1, after)), index, line })
      skipTo(after)
    } else {
      isLineStart = false
      const isTaken =
        take(word, 'word') ||
        take(number, 'number') ||
        take(quoted, 'character') ||
        take(string, 'text') ||
        take(mark, 'mark')
      if (!isTaken) {
        const found = String.fromCodePoint(text.codePointAt(index) ?? 0)
        throw cMalformed({ ...end(), kind: 'mark', text: found }, 'Declarations in C do not hold this character.')
      }
    }
  }
  tokens.push(end())
  return tokens
}

/** Where a line ends, lines continued with a backslash included. */
function endOfLine(text: string, from: number): number {
  let at = text.indexOf('\n', from)
  while (at !== -1 && /\\\r?$/.test(text.slice(Math.max(from, at - 2), at))) at = text.indexOf('\n', at + 1)
  return at === -1 ? text.length : at
}

/** As `endOfLine`; a comment that begins in the line and ends in a later one belongs to it. */
function endOfDirective(text: string, from: number): number {
  const end = endOfLine(text, from)
  const line = text.slice(from, end)
  if (line.includes('//') || line.lastIndexOf('/*') <= line.lastIndexOf('*/')) return end
  const close = text.indexOf('*/', end)
  return close === -1 ? text.length : endOfLine(text, close)
}

function directiveText(line: string): string {
  return line
    .replace(/\\\r?\n/g, ' ')
    .replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\*.*$|\/\/.*$/gs, ' ')
    .trim()
}
