import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chooseLineEnding,
  draftOfBytes,
  draftOfSource,
  draftSource,
  emptyDraft,
  otherIsMalformed,
  readDraft,
  switchMode,
  takeBack,
  typeInDraft,
  type ComposerDraft,
} from './composer-draft.ts'

const hexOf = (draft: ComposerDraft): string => {
  const reading = readDraft(draft)
  return reading.ok ? Buffer.from(reading.bytes).toString('hex') : `${reading.error.code}@${reading.index}`
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('composer draft', () => {
  it('reads text with escapes and adds the line ending', () => {
    const draft = typeInDraft(emptyDraft(), 'A\\x00é')
    expect([hexOf(draft), hexOf(chooseLineEnding(draft, 'crlf')), hexOf(chooseLineEnding(draft, 'none'))]).toEqual([
      '4100c3a90a',
      '4100c3a90d0a',
      '4100c3a9',
    ])
  })

  it('sends typed line breaks as the chosen line ending, escapes as they are written', () => {
    const draft = typeInDraft(emptyDraft(), 'GET /\nA\\n\n')
    const endings = (['crlf', 'cr', 'lf', 'none'] as const).map((ending) => hexOf(chooseLineEnding(draft, ending)))
    const malformed = hexOf(chooseLineEnding(typeInDraft(emptyDraft(), 'a\n\n\\q'), 'crlf'))
    expect([...endings, malformed]).toEqual([
      '474554202f0d0a410a0d0a0d0a',
      '474554202f0d410a0d0d',
      '474554202f0a410a0a0a',
      '474554202f0a410a0a',
      'escape-malformed@3',
    ])
  })

  it('shows the same bytes in the other notation, the line ending included', () => {
    const asHex = switchMode(typeInDraft(emptyDraft(), '*IDN?'), 'hex')
    const asText = switchMode(asHex, 'text')
    const shorter = switchMode(typeInDraft(asHex, '2A 49'), 'text')
    expect([
      draftSource(asHex),
      hexOf(asHex),
      draftSource(asText),
      asText.lineEnding,
      draftSource(shorter),
      shorter.lineEnding,
    ]).toEqual(['2A 49 44 4E 3F 0A', '2a49444e3f0a', '*IDN?', 'lf', '*I', 'none'])
  })

  it('keeps a layout typed by hand when the bytes are the same', () => {
    const typed = typeInDraft(emptyDraft('hex', 'none'), '0x2A,\n0x49')
    expect(draftSource(switchMode(switchMode(typed, 'text'), 'hex'))).toBe('0x2A,\n0x49')
  })

  it('begins empty in both notations', () => {
    const asHex = switchMode(emptyDraft(), 'hex')
    const back = switchMode(asHex, 'text')
    expect([draftSource(asHex), hexOf(asHex), draftSource(back), hexOf(back)]).toEqual(['', '', '', '0a'])
  })

  it('points at the malformed character', () => {
    const drafts = [typeInDraft(emptyDraft(), 'ab\\q'), typeInDraft(emptyDraft('hex'), '01 2')]
    expect(drafts.map(hexOf)).toEqual(['escape-malformed@2', 'hex-malformed@3'])
  })

  it('keeps both texts when switching with malformed content', () => {
    const malformed = typeInDraft(typeInDraft(emptyDraft(), 'ok'), 'ok\\q')
    const asHex = switchMode(malformed, 'hex')
    const back = switchMode(asHex, 'text')
    const told = [otherIsMalformed(asHex), otherIsMalformed(typeInDraft(asHex, '41'))]
    expect([draftSource(asHex), draftSource(back), hexOf(back), ...told]).toEqual([
      '6F 6B 0A',
      'ok\\q',
      'escape-malformed@2',
      true,
      false,
    ])
  })

  it('keeps malformed hex when the text was left empty', () => {
    const there = switchMode(typeInDraft(switchMode(emptyDraft(), 'hex'), '41 4G'), 'text')
    const back = switchMode(there, 'hex')
    expect([there.text, back.hex, back.setAside]).toEqual(['', '41 4G', null])
  })

  it('sets malformed text aside when other bytes take its place, and takes it back', () => {
    const malformed = typeInDraft(typeInDraft(emptyDraft(), 'ok'), 'ok\\q')
    const edited = switchMode(typeInDraft(switchMode(malformed, 'hex'), '41 0A'), 'text')
    const restored = takeBack(edited)
    expect([draftSource(edited), edited.setAside, draftSource(restored), restored.setAside]).toEqual([
      'A',
      { mode: 'text', source: 'ok\\q' },
      'ok\\q',
      null,
    ])
  })

  it('opens bytes as text where they are text, else as hex', () => {
    const before = emptyDraft()
    const drafts = [
      draftOfBytes(bytes(0x41, 0x0d, 0x0a), before),
      draftOfBytes(bytes(0x41, 0x0a), before),
      draftOfBytes(bytes(0x41), before),
      draftOfBytes(bytes(0x41, 0xff), before),
      draftOfBytes(bytes(0x00, 0x01), before),
    ]
    expect(drafts.map((draft) => `${draft.mode} ${draftSource(draft)} ${draft.lineEnding} ${hexOf(draft)}`)).toEqual([
      'text A crlf 410d0a',
      'text A lf 410a',
      'text A none 41',
      'hex 41 FF lf 41ff',
      'hex 00 01 lf 0001',
    ])
  })

  it('opens what was sent before as it was written', () => {
    const draft = draftOfSource({ mode: 'hex', text: '0x41', lineEnding: 'crlf' }, emptyDraft())
    expect([draft.mode, draftSource(draft), hexOf(draft)]).toEqual(['hex', '0x41', '41'])
  })

  it('never changes the bytes by switching, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.constantFrom('none', 'lf', 'crlf', 'cr'),
        (input, ending) => {
          const draft = draftOfBytes(input, emptyDraft('text', ending))
          const there = switchMode(draft, draft.mode === 'text' ? 'hex' : 'text')
          const back = switchMode(there, draft.mode)
          const expected = Buffer.from(input).toString('hex')
          expect([hexOf(draft), hexOf(there), hexOf(back)]).toEqual([expected, expected, expected])
        },
      ),
    )
  })

  it('never loses what was typed, malformed or not', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, hex) => {
        const typedText = typeInDraft(emptyDraft(), text)
        const typedHex = typeInDraft(switchMode(typedText, 'hex'), hex)
        const back = switchMode(typedHex, 'text')
        const kept = [back.text, back.setAside?.source]
        if (!readDraft(typedText).ok) expect(kept).toContain(text)
        expect(back.hex).toBe(hex)
      }),
    )
  })
})
