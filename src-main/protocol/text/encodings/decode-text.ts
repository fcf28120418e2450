import type { TextSpan } from '../utf8.ts'
import type { TextEncodingName } from './text-encodings.ts'

export function decodeText(_bytes: Uint8Array, _encoding: TextEncodingName): readonly TextSpan[] {
  throw new Error('not built yet')
}
