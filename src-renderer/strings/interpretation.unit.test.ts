import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { interpretation, type InterpretationInput } from '../../src-main/contract/schemas/interpretation.ts'
import { appliedSentence } from './interpretation.ts'

const both = (
  framing: NonNullable<InterpretationInput['received']>['framing'],
  decoder: NonNullable<InterpretationInput['received']>['decoder'],
): InterpretationInput => ({ sent: { framing, decoder }, received: { framing, decoder } })
const u16be = { kind: 'length-prefix', field: 'u16be' } as const
const automatic = { kind: 'automatic' } as const
const telemetry = { kind: 'structure', structureId: 's1' } as const

describe('what is said after framing and decoding were applied', () => {
  it.each<[string, InterpretationInput, InterpretationInput, string]>([
    ['a framing', {}, both(u16be, automatic), 'Framing: u16be length.'],
    [
      'a decoder',
      both(u16be, automatic),
      both(u16be, telemetry),
      'Framing: u16be length, read as Structure telemetry_t.',
    ],
    [
      'the decoder of one direction',
      both(u16be, automatic),
      { ...both(u16be, automatic), received: { framing: u16be, decoder: { kind: 'hex' } } },
      'Framing: u16be length, read as ↑ Automatic, ↓ Hex.',
    ],
    ['back to automatic', both(u16be, telemetry), both(u16be, automatic), 'Framing: u16be length, read as Automatic.'],
    [
      'the path of the message id',
      both(u16be, automatic),
      { ...both(u16be, automatic), messageIdPath: '$.id' },
      'Framing: u16be length, message id at $.id.',
    ],
    ['no path any more', { messageIdPath: '$.id' }, {}, 'Framing: Raw chunks, message id found by itself.'],
  ])('%s', (_, before, after, expected) => {
    const name = (structureId: string): string | null => (structureId === 's1' ? 'telemetry_t' : null)
    expect(appliedSentence(v.parse(interpretation, before), v.parse(interpretation, after), name)).toBe(expected)
  })
})
