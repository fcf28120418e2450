import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentText } from '../traffic/row-content.ts'
import { logLines } from './log-lines.ts'
import { firstTexts, previewRecord, readWireLogForm, usualTemplate, type WireLogTexts } from './wire-log-form.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const lines = (content: Uint8Array): string[] => logLines(content).map((pieces) => contentText(pieces))
const read = (texts: Partial<WireLogTexts>) => readWireLogForm({ ...firstTexts, ...texts })

describe('the text of a log', () => {
  it('is cut at LF, with controls named', () => {
    expect(lines(bytes('\nRx bob:\nAB\r\n\u0000\n'))).toEqual(['', 'Rx bob:', 'AB CR ', ' NUL '])
  })

  it('shows bytes that are no text as hex, and never as markup', () => {
    expect(logLines(Uint8Array.of(0x3c, 0x62, 0x3e, 0xff))).toEqual([
      [
        { kind: 'text', text: '<b>' },
        { kind: 'hex-marked', text: 'FF' },
      ],
    ])
  })

  it('keeps the newest lines and breaks long ones', () => {
    const many = lines(bytes(Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('')))
    expect([many.length, many[0], many.at(-1)]).toEqual([400, 'line 600', 'line 999'])
    expect(lines(bytes('x'.repeat(1100))).map(({ length }) => length)).toEqual([512, 512, 76])
  })

  it('loses no byte of a short log', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 60 }), (characters) => {
        const text = characters.join('')
        const expected = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
        expect(lines(bytes(text))).toEqual(text === '' ? [] : expected)
      }),
    )
  })
})

describe('the form', () => {
  it('begins as the contract does: everything, in one log, in files, in the format of hio', () => {
    expect(read({})).toEqual({
      ok: true,
      settings: {
        rx: true,
        tx: true,
        samed: true,
        filed: true,
        template: usualTemplate,
        name: 'main',
        folder: null,
        temporary: false,
      },
    })
  })

  it.each<[Partial<WireLogTexts>, object]>([
    [
      { place: 'memory', name: '*', folder: '/x', temporary: true },
      { filed: false, folder: null, temporary: false },
    ],
    [{ folder: ' /var/log ' }, { folder: '/var/log' }],
    [
      { folder: '/var/log', temporary: true },
      { folder: null, temporary: true },
    ],
    [
      { arrangement: 'apart', tx: false },
      { samed: false, rx: true, tx: false },
    ],
  ])('%j gives %j', (texts, settings) => {
    expect(read(texts)).toMatchObject({ ok: true, settings })
  })

  it.each<[Partial<WireLogTexts>, readonly string[]]>([
    [{ rx: false, tx: false }, ['directions']],
    [{ name: '' }, ['name']],
    [{ name: '../x' }, ['name']],
    [{ template: '%(dx)q' }, ['template']],
    [{ template: '' }, ['template']],
  ])('%j is wrong at %j', (texts, fields) => {
    const reading = read(texts)
    expect(reading.ok ? [] : Object.keys(reading.errors)).toEqual(fields)
  })

  it('shows one record, with the remote end as Python writes it', () => {
    const shown = previewRecord(firstTexts, { address: '127.0.0.1', port: 5025, family: 'ipv4' })
    expect(new TextDecoder().decode(shown ?? undefined)).toBe("\nRx ('127.0.0.1', 5025):\nThis is the message.\r\n\n")
    expect(previewRecord({ ...firstTexts, template: '%' }, null)).toBeNull()
  })
})
