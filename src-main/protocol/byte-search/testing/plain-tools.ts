import type { SearchTools } from '../pattern-scan.ts'

/** The plain way, without guard: for patterns of tests alone. */
export const plainTools: SearchTools = {
  findBytes: (bytes, wanted, from) => {
    for (let at = from; at + wanted.length <= bytes.length; at++) {
      if (wanted.every((byte, index) => bytes[at + index] === byte)) return at
    }
    return -1
  },
  latin1Text: (bytes, start, end) =>
    Array.from(bytes.subarray(start, end), (byte) => String.fromCharCode(byte)).join(''),
  runExpression: (expression, { text, from, startLimit, longestMatch, places }) => {
    expression.lastIndex = from
    for (let match = expression.exec(text); match !== null && match.index < startLimit; match = expression.exec(text)) {
      const length = Math.min(longestMatch, match[0].length)
      if (length > 0) places.push(match.index, length)
      expression.lastIndex = match.index + Math.max(1, length)
    }
  },
}
