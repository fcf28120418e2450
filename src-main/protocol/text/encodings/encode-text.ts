import type { ParsedBytes } from '../parsed-bytes.ts'

export function encodeText(_text: string, _encoding: string): ParsedBytes {
  throw new Error('not built yet')
}
