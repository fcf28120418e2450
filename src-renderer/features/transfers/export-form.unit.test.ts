import { expect, it } from 'vitest'
import { rawInterpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { newExportTexts, readExportForm, type ExportTexts } from './export-form.ts'

const lines = { kind: 'lf', maximumFrameBytes: 1024 } as const
const interpretation = { ...rawInterpretation, received: { ...rawInterpretation.received, framing: lines } }
const read = (changed: Partial<ExportTexts>) => readExportForm({ ...newExportTexts, ...changed }, interpretation)
const everything = { direction: null, connections: null, fromNs: null, toNs: null }

it('asks for packets of everything, as a download, when nothing is changed', () => {
  expect(read({})).toEqual({
    ok: true,
    request: {
      options: { format: 'pcapng', scope: everything, framing: null, includesTlsSecrets: false },
      target: { kind: 'download' },
    },
  })
})

it('reads the scope', () => {
  const texts = { direction: 'sent', connections: ' 1, 3  5', from: '0.5', to: '12' } as const
  expect(read(texts)).toMatchObject({
    request: { options: { scope: { direction: 'sent', connections: [1, 3, 5], fromNs: 5e8, toNs: 12e9 } } },
  })
  expect(read({ format: 'wirebench', ...texts })).toMatchObject({ request: { options: { scope: {} } } })
})

it('cuts messages as the capture is read, or as is written, only where messages can be', () => {
  const framingOf = (changed: Partial<ExportTexts>) => {
    const reading = read(changed)
    return reading.ok ? reading.request.options.framing : reading.errors
  }
  expect([
    framingOf({ format: 'csv' }),
    framingOf({ format: 'csv', units: 'chunks' }),
    framingOf({ format: 'jsonl', units: 'own', framing: 'fixed:4' }),
    framingOf({ format: 'raw', units: 'own', framing: 'nonsense' }),
  ]).toEqual([
    { sent: { kind: 'raw' }, received: lines },
    null,
    { sent: { kind: 'fixed', frameBytes: 4 }, received: { kind: 'fixed', frameBytes: 4 } },
    null,
  ])
  expect(framingOf({ format: 'csv', units: 'own', framing: 'nonsense' })).toMatchObject({
    framing: { code: 'framing-malformed' },
  })
})

it('puts secrets into packets alone', () => {
  const secretsOf = (format: ExportTexts['format']) => {
    const reading = read({ format, includesTlsSecrets: true })
    return reading.ok && reading.request.options.includesTlsSecrets
  }
  expect([secretsOf('pcapng'), secretsOf('raw')]).toEqual([true, false])
})

it('says what is wrong at each field', () => {
  const fieldsOf = (changed: Partial<ExportTexts>) => {
    const reading = read(changed)
    return reading.ok ? [] : Object.keys(reading.errors)
  }
  expect([
    fieldsOf({ connections: 'one', from: 'noon', to: '-1', target: 'path', path: '  ' }),
    fieldsOf({ from: '3', to: '2.5' }),
    fieldsOf({ format: 'wirebench', connections: 'one' }),
  ]).toEqual([['connections', 'from', 'to', 'path'], ['to'], []])
})
