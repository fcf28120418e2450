import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { framingSettings, type FramingSettingsInput } from '../../../src-main/contract/schemas/framing.ts'
import { shortFraming } from '../../strings/interpretation.ts'
import { draftOfFraming, readFraming, type FramingDraft } from './framing-draft.ts'
import { framingPresets } from './framing-presets.ts'

const settingsOf = (input: FramingSettingsInput) => v.parse(framingSettings, input)
const raw = draftOfFraming({ kind: 'raw' })

function errorsOf(change: Partial<FramingDraft>): Record<string, string> {
  const read = readFraming({ ...raw, ...change })
  return read.ok ? {} : Object.fromEntries(read.errors)
}

describe('the draft of a framing', () => {
  it('of every preset stands for the preset', () => {
    const changed = framingPresets.filter(({ framing }) => {
      const read = readFraming(draftOfFraming(framing))
      return !read.ok || JSON.stringify(read.settings) !== JSON.stringify(framing)
    })
    expect(changed).toEqual([])
  })

  it('of any length header stands for the same one', () => {
    fc.assert(
      fc.property(
        fc.record({
          bytesBeforeField: fc.nat(64),
          bytesAfterField: fc.nat(64),
          addedBytes: fc.integer({ min: -1024, max: 65_536 }),
          maximumFrameBytes: fc.integer({ min: 1, max: 2 ** 30 }),
          valueCounts: fc.constantFrom('content' as const, 'frame' as const),
        }),
        (fields) => {
          const settings = settingsOf({ kind: 'length-prefix', field: 'u16le', ...fields })
          expect(readFraming(draftOfFraming(settings))).toEqual({ ok: true, settings })
        },
      ),
    )
  })

  it('takes hex and numbers as people write them', () => {
    expect(readFraming({ ...raw, kind: 'delimiter', delimiterHex: '0x0D, 0x0A', maximumFrameBytes: '65,536' })).toEqual(
      {
        ok: true,
        settings: { kind: 'delimiter', delimiterHex: '0d0a', keepDelimiter: false, maximumFrameBytes: 65_536 },
      },
    )
  })

  it.each<[string, Partial<FramingDraft>, Record<string, unknown>]>([
    [
      'no delimiter',
      { kind: 'delimiter', delimiterHex: '' },
      { delimiterHex: expect.stringContaining('at least one') },
    ],
    ['half a byte', { kind: 'delimiter', delimiterHex: '0' }, { delimiterHex: expect.any(String) }],
    ['no number', { kind: 'fixed', frameBytes: 'many' }, { frameBytes: 'Enter a number.' }],
    ['no size', { kind: 'fixed', frameBytes: '0' }, { frameBytes: 'The size must be at least 1.' }],
    [
      'too long a header',
      { kind: 'length-prefix', bytesBeforeField: '65' },
      { bytesBeforeField: 'The number of bytes before the field can be at most 64.' },
    ],
    ['no silence', { kind: 'idle-gap', idleGapMs: '0' }, { idleGapMs: 'The idle gap must be at least 0.001 ms.' }],
    ['two escape bytes', { kind: 'markers', isEscaped: true, escapeByte: '1010' }, { escapeByte: expect.any(String) }],
    [
      'an escape byte that is a whole marker',
      { kind: 'markers', isEscaped: true, escapeByte: '02' },
      { startHex: expect.stringContaining('escape byte') },
    ],
    ['too great a maximum', { kind: 'lf', maximumFrameBytes: '2000000000' }, { maximumFrameBytes: expect.any(String) }],
  ])('says at the field what is wrong: %s', (_, change, errors) => {
    expect(errorsOf(change)).toEqual(errors)
  })
})

describe('a framing in few words', () => {
  it.each<[FramingSettingsInput, string]>([
    [{ kind: 'raw' }, 'Raw chunks'],
    [{ kind: 'crlf' }, 'CRLF lines'],
    [{ kind: 'length-prefix', field: 'u32be' }, 'u32be length'],
    [{ kind: 'length-prefix', field: 'u16be', bytesBeforeField: 4 }, 'u16be length at 4'],
    [{ kind: 'delimiter', delimiterHex: '0d0a' }, 'ends with 0D 0A'],
    [{ kind: 'fixed', frameBytes: 16 }, '16 bytes each'],
    [{ kind: 'markers', startHex: '02', endHex: '03' }, '02 … 03'],
    [{ kind: 'idle-gap', idleGapMs: 20 }, '20 ms silence'],
    [{ kind: 'tcpy' }, 'tcpy'],
  ])('%j', (input, words) => {
    expect(shortFraming(settingsOf(input))).toBe(words)
  })
})
