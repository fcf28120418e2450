/** Constant expressions of C, as enums and array sizes have them: whole numbers of any size, checked by their users. */
import type { CCursor } from './c-cursor.ts'
import { cMalformed, type CToken } from './c-tokens.ts'
import { parseIntegerText } from './leaf-text.ts'

/** Parentheses and signs inside of each other. */
const maximumDepth = 64
/** Results beyond this are no number of C. */
const mostBits = 72n

const binaryLevels: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']]

/** Reads an expression; names are looked up in `constants`. Throws `c-declaration-malformed`. */
export function readExpression(cursor: CCursor, constants: ReadonlyMap<string, bigint>): bigint {
  return readLevel(cursor, constants, 0, 0)
}

function readLevel(cursor: CCursor, constants: ReadonlyMap<string, bigint>, level: number, depth: number): bigint {
  const operators = binaryLevels[level]
  if (operators === undefined) return readUnary(cursor, constants, depth)
  let value = readLevel(cursor, constants, level + 1, depth)
  while (cursor.peek().kind === 'mark' && operators.includes(cursor.peek().text)) {
    const operator = cursor.next()
    value = apply(operator, value, readLevel(cursor, constants, level + 1, depth))
  }
  return value
}

function apply(operator: CToken, left: bigint, right: bigint): bigint {
  if ((operator.text === '<<' || operator.text === '>>') && (right < 0n || right > 64n)) {
    throw cMalformed(operator, 'Shift by 0 to 64 bits.')
  }
  if ((operator.text === '/' || operator.text === '%') && right === 0n) throw cMalformed(operator, 'This divides by 0.')
  const value = compute(operator.text, left, right)
  if (value >> mostBits !== 0n && value >> mostBits !== -1n) throw cMalformed(operator, 'The number exceeds 64 bits.')
  return value
}

function compute(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '|':
      return left | right
    case '^':
      return left ^ right
    case '&':
      return left & right
    case '<<':
      return left << right
    case '>>':
      return left >> right
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    default:
      return left % right
  }
}

function readUnary(cursor: CCursor, constants: ReadonlyMap<string, bigint>, depth: number): bigint {
  const token = cursor.next()
  if (depth > maximumDepth) throw cMalformed(token, 'The expression is nested too deeply.')
  if (token.kind === 'mark') {
    if (token.text === '-') return -readUnary(cursor, constants, depth + 1)
    if (token.text === '+') return readUnary(cursor, constants, depth + 1)
    if (token.text === '~') return ~readUnary(cursor, constants, depth + 1)
    if (token.text === '(') {
      const value = readLevel(cursor, constants, 0, depth + 1)
      cursor.expect(')')
      return value
    }
  }
  if (token.kind === 'number' || token.kind === 'character') return numberOf(token)
  if (token.kind === 'word') {
    const value = constants.get(token.text)
    if (value !== undefined) return value
    throw cMalformed(token, `${token.text} is not a known number here. Put its #define or enum before it.`)
  }
  throw cMalformed(token, 'A whole number is expected here.')
}

/** A number with the suffixes of C; one that begins with 0 is octal. */
function numberOf(token: CToken): bigint {
  if (token.kind === 'character') {
    const value = parseIntegerText(token.text)
    if (value !== null) return value
    throw cMalformed(token, 'This is not one character.')
  }
  const digits = token.text.replaceAll("'", '').replace(/(?<![a-z])([ul]{1,3})$/i, '')
  const plain = /^(0x[\da-f]+?|0b[01]+|\d+)(u|l|ul|lu|ll|ull|llu)?$/i.exec(digits)?.[1]
  if (plain === undefined || plain.length > 70) throw cMalformed(token, 'This is not a whole number.')
  if (!/^0\d/.test(plain)) return BigInt(plain)
  if (/[89]/.test(plain))
    throw cMalformed(token, 'A number that begins with 0 is octal in C: 8 and 9 are no digits of it.')
  return BigInt(`0o${plain.slice(1)}`)
}
