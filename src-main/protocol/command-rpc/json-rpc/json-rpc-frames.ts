import { describeError, WirebenchError } from '../../../contract/errors.ts'
import type { JsonRpcCallSettings } from '../../../contract/schemas/call-settings.ts'
import { encodeLengthField } from '../../framing/length-field.ts'
import { encodeUtf8 } from '../../text/utf8.ts'
import { contentLengthReader, lengthFieldReader } from '../receiving/length-readers.ts'
import { LineCollector } from '../receiving/line-collector.ts'
import type { MessageCollector } from '../receiving/message-collector.ts'
import { PrefixCollector } from '../receiving/prefix-collector.ts'

/** How messages of JSON-RPC are cut from the stream. A line above the maximum is told at its end, and the next one is read. */
export function jsonRpcCollector(settings: JsonRpcCallSettings): MessageCollector {
  const maximumBytes = settings.maximumReplyBytes
  switch (settings.framing) {
    case 'lines': {
      const overlong = (length: number) => describeError('reply-too-large', { length, maximumBytes })
      return new LineCollector({ ending: 'lf', maximumBytes, overlong })
    }
    case 'content-length':
      return new PrefixCollector(contentLengthReader(maximumBytes))
    case 'length-prefix':
      return new PrefixCollector(lengthFieldReader(settings.lengthField, maximumBytes))
  }
}

/** Where documents stand in the stream, as clients and servers set it. */
export type JsonRpcFrameSettings = Pick<JsonRpcCallSettings, 'framing' | 'lengthField'>

/** The bytes of a document with its framing, `text` on one line. Throws `payload-not-frameable` when its length does not fit the field. */
export function encodeJsonRpcFrame(settings: JsonRpcFrameSettings, text: string): Uint8Array {
  switch (settings.framing) {
    case 'lines':
      return utf8(`${text}\n`)
    case 'content-length': {
      const content = utf8(text)
      return joined(utf8(`Content-Length: ${content.length}\r\n\r\n`), content)
    }
    case 'length-prefix': {
      const content = utf8(text)
      const field = encodeLengthField(settings.lengthField, content.length)
      if (field !== null) return joined(field, content)
      const reason = `Its length, ${content.length}, does not fit into ${settings.lengthField}.`
      throw new WirebenchError('payload-not-frameable', { reason })
    }
  }
}

/** Bytes that a document takes without its framing. */
export function utf8Length(text: string): number {
  return utf8(text).length
}

/** Documents are written with every half of a pair escaped, so that all of them have UTF-8. Most are ASCII, which is quick. */
function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) return longerUtf8(text)
    bytes[index] = unit
  }
  return bytes
}

function longerUtf8(text: string): Uint8Array {
  const encoded = encodeUtf8(text)
  if (!encoded.ok) throw new WirebenchError('internal', { reason: 'A document holds half a character.' })
  return encoded.bytes
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
