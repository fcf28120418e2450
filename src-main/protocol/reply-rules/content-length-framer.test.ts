import fc from 'fast-check'
import { expect, test } from 'vitest'
import { latin1Bytes, latin1Text } from '../sequence/byte-regular-expression.ts'
import { MessageCutter, type ClientPiece } from './message-cutter.ts'

/** The pieces of a stream in chunks, the content of messages in brackets. */
function cut(...chunks: readonly (string | Uint8Array)[]): string[] {
  const cutter = new MessageCutter({ kind: 'content-length', maximumFrameBytes: 1000 })
  const pieces: ClientPiece[] = []
  for (const chunk of chunks) pieces.push(...cutter.accept(typeof chunk === 'string' ? latin1Bytes(chunk) : chunk, 0))
  pieces.push(...cutter.end())
  return pieces.map((piece) => (piece.kind === 'message' ? `[${latin1Text(piece.content)}]` : latin1Text(piece.bytes)))
}

test.each<[string, readonly string[], readonly string[]]>([
  ['a message', ['Content-Length: 2\r\n\r\n{}'], ['[{}]']],
  ['several, and other lines', ['content-length:1\nX: y\n\n1Content-Length: 0\r\n\r\n'], ['[1]', '[]']],
  ['in pieces', ['Content-', 'Length: 3\r', '\n\r\nab', 'cCont'], ['[abc]', 'Cont']],
  ['a message that is cut off', ['Content-Length: 3\r\n\r\nab'], ['Content-Length: 3\r\n\r\nab']],
  [
    'a header without a length',
    ['X: 1\r\n\r\n{}Content-Length: 1\r\n\r\nx'],
    ['X: 1\r\n\r\n{}Content-Length: 1\r\n\r\nx'],
  ],
  ['a length that is too large', ['Content-Length: 1001\r\n\r\nab'], ['Content-Length: 1001\r\n\r\nab']],
  ['a length that is no number', ['Content-Length: -1\r\n\r\nab'], ['Content-Length: -1\r\n\r\nab']],
])('%s', (_, chunks, pieces) => {
  expect(cut(...chunks)).toEqual(pieces)
})

test('what cannot be read comes out at once', () => {
  const cutter = new MessageCutter({ kind: 'content-length', maximumFrameBytes: 1000 })
  const chunks = ['Content-Length: x\r\n\r\n', 'ab', 'c'].map(latin1Bytes)
  expect(chunks.map((chunk) => cutter.accept(chunk, 0))).toEqual(chunks.map((bytes) => [{ kind: 'rest', bytes }]))
})

test('a header without an end is given up and kept nowhere', () => {
  const cutter = new MessageCutter({ kind: 'content-length', maximumFrameBytes: 1000 })
  const out = cutter.accept(new Uint8Array(9_000).fill(0x61), 0)
  expect(out.map(({ kind, bytes }) => [kind, bytes.length])).toEqual([['rest', 9_000]])
})

test('any split gives the same messages', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', '\r', '\n', ':'), maxLength: 5 }), { maxLength: 4 })
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 9 })), (contents, sizes) => {
      const bytes = latin1Bytes(contents.map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`).join(''))
      let at = 0
      const chunks = [...sizes, bytes.length].map((size) => bytes.subarray(at, (at += size)))
      expect(cut(...chunks)).toEqual(contents.map((text) => `[${text}]`))
    }),
  )
})
