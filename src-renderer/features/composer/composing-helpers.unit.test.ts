import { describe, expect, it } from 'vitest'
import type { ComputedField } from '../../../src-main/contract/schemas/message.ts'
import { composeMessage } from '../../../src-main/protocol/message/compose-message.ts'
import { contextOf, sourceOf } from '../../../src-main/protocol/message/testing/compose-context.ts'
import { computedPresets, newField, wholeNumber, withAlgorithm, withValueKind } from './computed-form.ts'
import { editorPieces } from './editor-pieces.ts'
import { completedPlaceholder, openPlaceholder, placeholderHighlights } from './placeholder-help.ts'
import { previewPieces, shownBytes } from './preview-pieces.ts'
import { readRepeatPlan } from './repeat-plan.ts'

describe('pieces of a preview', () => {
  const message = {
    bytes: Uint8Array.of(0, 2, 0x41, 0x42, 0x43, 0x0d),
    contentStart: 2,
    contentEnd: 5,
    masked: [{ start: 3, end: 4 }],
    computed: [{ start: 4, end: 5 }],
  }

  it('tells framing, content, secrets and computed bytes apart', () => {
    const kinds = previewPieces(message).map(({ kind, text }) => `${kind} ${text}`)
    expect(kinds).toEqual(['framing 00 02', 'content 41', 'secret ••', 'computed 43', 'framing 0D'])
  })

  it('leaves out the middle of a long message and counts it', () => {
    const bytes = new Uint8Array(shownBytes * 2 + 10)
    const long = { bytes, contentStart: 0, contentEnd: bytes.length, masked: [], computed: [] }
    const pieces = previewPieces(long).map(({ kind, start, end }) => [kind, end - start])
    expect(pieces).toEqual([
      ['content', shownBytes],
      ['left-out', 10],
      ['content', shownBytes],
    ])
  })
})

describe('the layer behind an editor', () => {
  const cut = (...given: Parameters<typeof editorPieces>): string[] =>
    editorPieces(...given).map(({ kind, text }) => `${kind}:${text}`)

  it('marks placeholders, and an error over them', () => {
    expect(cut('a{{b}}c', [{ from: 1, to: 6 }], null, null)).toEqual(['plain:a', 'placeholder:{{b}}', 'plain:c'])
    expect(cut('a{{b}}c', [{ from: 1, to: 6 }], { from: 1, to: 6 }, null)).toEqual([
      'plain:a',
      'error:{{b}}',
      'plain:c',
    ])
    expect(cut('ab\\q', [], { from: 2, to: 2 }, null)).toEqual(['plain:ab', 'error:\\q'])
    expect(cut('ab', [], { from: 2, to: 2 }, null)).toEqual(['plain:ab', 'error: '])
  })

  it('holds the whole text in order whatever is marked', () => {
    const text = 'x{{a}} {{b'
    const pieces = editorPieces(text, placeholderHighlights(text), { from: 7, to: 9 }, 9)
    expect(pieces.map((piece) => piece.text).join('')).toBe(text)
    expect(pieces.filter(({ kind }) => kind === 'caret')).toHaveLength(1)
  })
})

describe('placeholders being written', () => {
  it.each([
    ['a{{se', 5, { from: 3, typed: 'se' }],
    ['a{{$time u', 10, { from: 3, typed: '$time u' }],
    ['a\\{{se', 6, null],
    ['a{{se}}', 7, null],
    ['a{{se', 2, null],
  ])('%s at %i', (text, cursor, expected) => {
    expect(openPlaceholder(text, cursor)).toEqual(expected)
  })

  it('closes the braces only where they are not closed', () => {
    const offer = { text: 'name', detail: '' }
    expect([completedPlaceholder(offer, '{{na', 4), completedPlaceholder(offer, '{{na}}', 4)]).toEqual([
      'name}}',
      'name',
    ])
  })
})

describe('computed fields of the form', () => {
  it.each(computedPresets.map(({ label, field }) => [label, field] as const))('composes: %s', (_label, field) => {
    const source = sourceOf({ mode: 'hex', hex: '01 02 03' }, { computed: [field] })
    expect(composeMessage(source, contextOf()).ok).toBe(true)
  })

  it('keeps encoding and range in step with the checksum', () => {
    const field = computedPresets.find(({ label }) => label.startsWith('CRC-16/MODBUS'))?.field ?? newField()
    expect(withAlgorithm(field, 'CRC-32')).toMatchObject({
      value: { algorithm: 'CRC-32', of: { from: 0, to: -4 } },
      encoding: { type: 'u32le' },
    })
  })

  it('writes every kind of value in an encoding that holds it', () => {
    const kinds = ['length', 'checksum', 'counter', 'time', 'random', 'variable', 'captured'] as const
    const composed = kinds.map((kind) => {
      const field = withValueKind(newField(), kind)
      const named: ComputedField = 'name' in field.value ? { ...field, value: { ...field.value, name: 'x' } } : field
      const source = sourceOf({ mode: 'hex', hex: '01 02 03 04 05' }, { computed: [named] })
      return composeMessage(source, contextOf({ variables: { x: 'abc' }, captures: { x: 'abc' } })).ok
    })
    expect(composed).toEqual(kinds.map(() => true))
  })

  it('reads whole numbers only', () => {
    expect(['12', '-3', '0x1F', '-0x10', '', '1.5', '1e3', 'end'].map(wholeNumber)).toEqual([
      12,
      -3,
      31,
      -16,
      null,
      null,
      null,
      null,
    ])
  })
})

it('reads the form of repeated sending, each error at its field', () => {
  expect(readRepeatPlan({ interval: '2.5', count: '', jitter: '' })).toEqual({
    ok: true,
    numbers: { intervalMs: 2.5, count: null, jitterMs: 0 },
  })
  const wrong = readRepeatPlan({ interval: '0', count: '-1', jitter: 'x' })
  expect(wrong.ok ? [] : Object.keys(wrong.errors)).toEqual(['interval', 'jitter', 'count'])
})
