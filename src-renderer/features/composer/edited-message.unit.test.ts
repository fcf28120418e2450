import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import type { MessageSource } from '../../../src-main/contract/schemas/message.ts'
import { encodeFrame } from '../../../src-main/protocol/framing/frame-codec.ts'
import { composeMessage } from '../../../src-main/protocol/message/compose-message.ts'
import { contextOf } from '../../../src-main/protocol/message/testing/compose-context.ts'
import { draftOfMessage } from './edited-message.ts'
import { mainText } from './message-contents.ts'
import { emptyDraft, presentContent, sourceOfDraft, withContent, type MessageDraft } from './message-draft.ts'
import { readContent } from './message-preview.ts'

const maximumFrameBytes = 1000
const tcpy: FramingSettings = { kind: 'tcpy', maximumFrameBytes }
const lf: FramingSettings = { kind: 'lf', maximumFrameBytes }
const slip: FramingSettings = { kind: 'slip', maximumFrameBytes }

const composed = (source: MessageSource, framing: FramingSettings): Uint8Array | null => {
  const composition = composeMessage(source, { ...contextOf(), framing })
  return composition.ok ? composition.bytes : null
}
const opened = (bytes: Uint8Array, framing: FramingSettings): MessageDraft => {
  const read = (content: MessageSource['content']) =>
    readContent(content, { context: contextOf(), needsEngine: () => false })
  return draftOfMessage(bytes, emptyDraft(), read, framing, (source) => composed(source, framing))
}
const asBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

describe('a message opened to be edited', () => {
  it.each<[string, FramingSettings, string, string, boolean]>([
    ['its content, within a length', tcpy, '\0\0\0\x02hi', 'text hi', true],
    ['its content, within a line', lf, 'status\n', 'text status', true],
    ['its content, with escapes undone', slip, '\xc0A\xdb\xdc\xc0', 'hex 41 C0', true],
    ['exact where the length is wrong', tcpy, '\0\0\0\x05hi', 'hex 00 00 00 05 68 69', false],
    ['exact where it is several', lf, 'a\nb\n', 'text a\\nb', false],
    ['exact where it ends otherwise', lf, 'a\r\n', 'text a', false],
    ['exact where nothing cuts', { kind: 'raw' }, 'a', 'text a', false],
    ['exact where its end is missing', lf, 'a', 'text a', false],
  ])('is %s', (_name, framing, text, expected, framed) => {
    const draft = opened(asBytes(text), framing)
    expect([`${draft.mode} ${mainText(presentContent(draft))}`, draft.framed]).toEqual([expected, framed])
    expect(composed(sourceOfDraft(draft), framing)).toEqual(asBytes(text))
  })

  it('goes out with the length of what was changed', () => {
    const draft = withContent(opened(asBytes('\0\0\0\x02hi'), tcpy), 'text', { text: 'hello' })
    expect(composed(sourceOfDraft(draft), tcpy)).toEqual(asBytes('\0\0\0\x05hello'))
  })

  it('goes out unchanged as the same bytes, whatever they are', () => {
    const input = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.string({ minLength: 1 }).map(asBytes))
    fc.assert(
      fc.property(input, fc.constantFrom(tcpy, lf, slip), fc.boolean(), (content, framing, within) => {
        let bytes = content
        try {
          if (within) bytes = encodeFrame(framing, content)
        } catch {
          // Such content cannot be framed: it is taken as it is.
        }
        expect(composed(sourceOfDraft(opened(bytes, framing)), framing)).toEqual(bytes)
      }),
    )
  })
})
