import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageContent, MessageMode } from '../../../src-main/contract/schemas/message.ts'
import { composeMessage } from '../../../src-main/protocol/message/compose-message.ts'
import { contextOf, type ContextFacts } from '../../../src-main/protocol/message/testing/compose-context.ts'
import { mainText } from './message-contents.ts'
import {
  draftOfBytes,
  draftOfSource,
  emptyDraft,
  leftMalformed,
  presentContent,
  switchMode,
  takeBack,
  withContent,
  type ContentReading,
  type MessageDraft,
} from './message-draft.ts'
import { readContent } from './message-preview.ts'
import { maximumNotationBytes } from './notations.ts'

const reader =
  (facts: ContextFacts = {}) =>
  (content: MessageContent): ContentReading =>
    readContent(content, { context: contextOf(facts), needsEngine: () => false })
const read = reader()

const hexOf = (draft: MessageDraft): string => {
  const reading = read(presentContent(draft))
  return reading.ok ? Buffer.from(reading.bytes).toString('hex') : String(reading.error?.code)
}
const typed = (draft: MessageDraft, text: string): MessageDraft => {
  if (draft.mode === 'hex') return withContent(draft, 'hex', { hex: text })
  if (draft.mode === 'base64') return withContent(draft, 'base64', { base64: text })
  return withContent(draft, 'text', { text })
}
/** As the composer does it: what was readable last is remembered while one types. */
const switched = (draft: MessageDraft, mode: MessageMode, lastReadable: MessageContent | null = null): MessageDraft =>
  switchMode(draft, mode, read, lastReadable)
const source = (draft: MessageDraft): string => mainText(presentContent(draft))
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('notations of the same bytes', () => {
  it('shows the same bytes in the other notation, the line ending included', () => {
    const asHex = switched(typed(emptyDraft(), '*IDN?'), 'hex')
    const asBase64 = switched(asHex, 'base64')
    const asText = switched(asBase64, 'text')
    const shorter = switched(typed(asHex, '2A 49'), 'text')
    expect([source(asHex), source(asBase64), source(asText), asText.contents.text.lineEnding]).toEqual([
      '2A 49 44 4E 3F 0A',
      'KklETj8K',
      '*IDN?',
      'lf',
    ])
    expect([source(shorter), shorter.contents.text.lineEnding]).toEqual(['*I', 'none'])
  })

  it('keeps a layout typed by hand when the bytes are the same', () => {
    const hex = typed(emptyDraft('hex', 'none'), '0x2A,\n0x49')
    const text = switched(hex, 'text')
    const retyped = typed(typed(text, 'other'), source(text))
    expect(source(switched(retyped, 'hex'))).toBe('0x2A,\n0x49')
  })

  it('begins empty in every notation', () => {
    const asHex = switched(emptyDraft(), 'hex')
    const back = switched(asHex, 'text')
    expect([source(asHex), hexOf(asHex), source(back), hexOf(back)]).toEqual(['', '', '', '0a'])
  })

  it('empties the other notations with one that was emptied', () => {
    const hex = typed(switched(typed(emptyDraft(), 'A'), 'hex'), '')
    expect(source(switched(hex, 'text'))).toBe('')
  })

  it('keeps the encoding where it has the bytes, and is exact where it has not', () => {
    const text = withContent(emptyDraft('text', 'crlf'), 'text', { text: 'é\\t', encoding: 'utf-16be' })
    const asHex = switched(text, 'hex')
    const edited = switched(typed(asHex, '00 E8 00 0D 00 0A'), 'text').contents.text
    const odd = switched(typed(asHex, '00 E8 FF'), 'text')
    expect(source(asHex)).toBe('00 E9 00 09 00 0D 00 0A')
    expect(edited).toEqual({ mode: 'text', text: 'è', encoding: 'utf-16be', lineEnding: 'crlf' })
    expect(hexOf(odd)).toBe('00e8ff')
  })

  it('does not take braces of bytes for a placeholder', () => {
    const text = switched(typed(emptyDraft('hex'), '7B 7B 61 7D 7D'), 'text')
    expect([source(text), hexOf(text)]).toEqual(['\\{{a}}', '7b7b617d7d'])
  })

  it('leaves a notation alone when there are too many bytes for it', () => {
    const many = typed(emptyDraft('hex'), '41'.repeat(maximumNotationBytes + 1))
    expect(source(switched(many, 'text'))).toBe('')
  })

  it.each([
    ['lf', '0a'],
    ['crlf', '0d0a'],
    ['cr', '0d'],
  ] as const)('keeps bytes that are nothing but the line ending %s', (ending, hex) => {
    const text = switched(typed(emptyDraft('hex', ending), hex), 'text')
    expect([hexOf(text), hexOf(switched(text, 'base64')), hexOf(switched(text, 'hex'))]).toEqual([hex, hex, hex])
  })

  it('never changes the bytes by switching, whatever they are', () => {
    const other = fc.constantFrom<MessageMode>('hex', 'base64')
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.constantFrom('none', 'lf', 'crlf', 'cr'),
        fc.constantFrom('utf-8', 'utf-16le', 'shift_jis', 'latin-1', 'gbk', 'utf-32be'),
        other,
        (input, ending, encoding, mode) => {
          const hex = typed(emptyDraft('hex', ending), Buffer.from(input).toString('hex'))
          const draft = withContent(hex, 'text', { encoding })
          const there = switched(draft, 'text')
          const back = switched(there, mode)
          const expected = Buffer.from(input).toString('hex')
          expect([hexOf(there), hexOf(back)]).toEqual([expected, expected])
        },
      ),
    )
  })
})

describe('nothing typed is lost', () => {
  it('keeps both texts when switching with malformed content', () => {
    const readable = typed(emptyDraft(), 'ok')
    const malformed = typed(readable, 'ok\\q')
    const asHex = switched(malformed, 'hex', presentContent(readable))
    const back = switched(asHex, 'text')
    const told = [leftMalformed(asHex), leftMalformed(typed(asHex, '41')), leftMalformed(back)]
    expect([source(asHex), source(back), ...told]).toEqual(['6F 6B 0A', 'ok\\q', 'text', null, null])
  })

  it('keeps malformed hex when the text was left empty', () => {
    const there = switched(typed(switched(emptyDraft(), 'hex'), '41 4G'), 'text')
    const back = switched(there, 'hex')
    expect([there.contents.text.text, back.contents.hex.hex, back.setAside]).toEqual(['', '41 4G', null])
  })

  it('sets malformed text aside when other bytes take its place, and takes it back', () => {
    const readable = typed(emptyDraft(), 'ok')
    const malformed = typed(readable, 'ok\\q')
    const edited = switched(typed(switched(malformed, 'hex', presentContent(readable)), '41 0A'), 'text')
    const restored = takeBack(edited, read)
    expect([source(edited), edited.setAside, source(restored), restored.setAside]).toEqual([
      'A',
      presentContent(malformed),
      'ok\\q',
      null,
    ])
  })

  it('finds placeholders again when the other notation was only looked at', () => {
    const variables = reader({ variables: { name: 'ABC' } })
    const text = typed(emptyDraft('text', 'none'), '{{name}}{{$random 2}}')
    const asHex = switchMode(text, 'hex', variables, null)
    const chain = switchMode(switchMode(asHex, 'base64', variables, null), 'text', variables, null)
    const edited = switchMode(typed(asHex, '42'), 'text', variables, null)
    expect([source(asHex), source(chain), chain.setAside]).toEqual([
      '41 42 43 30 30 30 31',
      '{{name}}{{$random 2}}',
      null,
    ])
    expect([source(edited), edited.setAside]).toEqual(['B', presentContent(text)])
  })

  it('finds what was written in the other modes', () => {
    const json = withContent(emptyDraft('json', 'none'), 'json', { text: '{"a": 1.0}' })
    const asHex = switched(json, 'hex')
    const back = switched(typed(asHex, '00'), 'json')
    expect([source(asHex), source(back)]).toEqual(['7B 22 61 22 3A 31 2E 30 7D', '{"a": 1.0}'])
  })

  it('is as it was after a look at an empty form', () => {
    const hex = typed(emptyDraft('hex'), '02 0E 00 00')
    const kept = (['json', 'structure', 'm2', 'msgpack', 'file'] as const).map((mode) =>
      source(switched(switched(hex, mode), 'hex')),
    )
    expect(new Set(kept)).toEqual(new Set(['02 0E 00 00']))
  })

  it('never loses what was typed, malformed or not', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, hex) => {
        const typedText = typed(emptyDraft(), text)
        const typedHex = typed(switched(typedText, 'hex'), hex)
        const back = switched(typedHex, 'text')
        const kept = [back.contents.text.text, back.setAside === null ? null : mainText(back.setAside)]
        if (!read(presentContent(typedText)).ok) expect(kept).toContain(text)
        expect(back.contents.hex.hex).toBe(hex)
      }),
    )
  })
})

describe('messages from elsewhere', () => {
  it('opens bytes as text where they are text, else as hex', () => {
    const inputs = [bytes(0x41, 0x0d, 0x0a), bytes(0x41, 0x0a), bytes(0x41), bytes(0x41, 0xff), bytes(0x00, 0x01)]
    const drafts = inputs.map((input) => draftOfBytes(input, emptyDraft(), read))
    expect(drafts.map((draft) => `${draft.mode} ${source(draft)} ${draft.framed} ${hexOf(draft)}`)).toEqual([
      'text A false 410d0a',
      'text A false 410a',
      'text A false 41',
      'hex 41 FF false 41ff',
      'hex 00 01 false 0001',
    ])
    expect(drafts[0]?.contents.text.lineEnding).toBe('crlf')
  })

  it('opens a message with all of its options, and sets aside what was malformed', () => {
    const message = { content: { mode: 'hex', hex: '0x41' } as const, computed: [], framed: false }
    const draft = draftOfSource(message, typed(emptyDraft(), '\\q'), read)
    expect([draft.mode, source(draft), draft.framed, draft.setAside && mainText(draft.setAside)]).toEqual([
      'hex',
      '0x41',
      false,
      '\\q',
    ])
  })
})

it('reads what composing sends', () => {
  const draft = typed(emptyDraft(), 'A\\x00é')
  const composed = composeMessage({ content: presentContent(draft), computed: [], framed: false }, contextOf())
  expect(composed.ok && Buffer.from(composed.bytes).toString('hex')).toBe(hexOf(draft))
})
