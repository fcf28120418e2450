import { WirebenchError } from '../../contract/errors.ts'
import type { ExpressionRunner, SearchTools } from '../../protocol/byte-search/pattern-scan.ts'

/** What Node does fast, with a runner that stops catastrophic expressions. */
export function nodeSearchTools(runExpression: ExpressionRunner): SearchTools {
  // Making a Buffer costs as much as looking through some hundred bytes, and the same array is asked for again and again.
  let known: { readonly bytes: Uint8Array; readonly buffer: Buffer } = {
    bytes: new Uint8Array(0),
    buffer: Buffer.alloc(0),
  }
  return {
    findBytes: (bytes, wanted, from) => {
      if (known.bytes !== bytes) known = { bytes, buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }
      return known.buffer.indexOf(wanted, from)
    },
    latin1Text: (bytes, start, end) =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', start, end),
    runExpression,
  }
}

/** The runner of who has no guard. Errors: `capability-missing`. */
export function refuseExpression(): never {
  throw new WirebenchError('capability-missing', { capability: 'looking for regular expressions' })
}
