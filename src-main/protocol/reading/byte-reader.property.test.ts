import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader } from './byte-reader.ts'
import {
  exactly,
  json,
  line,
  plan,
  structure,
  text,
  told,
  until,
  untilClose,
  upTo,
  type RequestInput,
} from './testing/read-requests.ts'

describe('any split of the stream', () => {
  const requests: readonly RequestInput[] = [
    exactly(1),
    exactly(5),
    until('ab', 4),
    until('aab', 6),
    line(3),
    line(),
    text('utf-8', '\\r\\n', 5),
    json(),
    structure('packed'),
    untilClose(),
  ]
  const stream = fc.array(fc.constantFrom(0x61, 0x62, 0x0d, 0x0a, 0x31, 0xff), { maxLength: 60 })

  test('gives the same results', () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.constantFrom(...requests), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(60), { maxLength: 10 }),
        (all, asked, cuts) => {
          const whole = results(Uint8Array.from(all), asked, [])
          expect(results(Uint8Array.from(all), asked, cuts)).toEqual(whole)
        },
      ),
    )
  })

  test('gives the same bytes to "up to n", and loses none', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(60)), fc.integer({ min: 1, max: 9 }), (all, cuts, byteCount) => {
        const reader = new ByteReader()
        const taken: number[] = []
        for (const chunk of chunksOf(Uint8Array.from(all), cuts)) {
          reader.acceptChunk(chunk)
          const outcome = reader.request(plan(upTo(byteCount)))
          if (outcome?.kind === 'read') taken.push(...outcome.bytes)
          reader.giveUp()
        }
        reader.acceptEnd()
        for (let outcome = reader.request(plan(upTo(byteCount))); outcome?.kind === 'read' && !outcome.atEnd;) {
          taken.push(...outcome.bytes)
          outcome = reader.request(plan(upTo(byteCount)))
        }
        expect(taken).toEqual(all)
      }),
    )
  })

  /** The reads one after the other, each fed until it has its outcome; then the end. */
  function results(all: Uint8Array, asked: readonly RequestInput[], cuts: readonly number[]): string[] {
    const reader = new ByteReader()
    const chunks = chunksOf(all, cuts)
    return asked.map((request) => {
      let outcome = reader.request(plan(request))
      while (outcome === null) {
        const chunk = chunks.shift()
        outcome = chunk === undefined ? reader.acceptEnd() : reader.acceptChunk(chunk)
      }
      return told(outcome)
    })
  }

  function chunksOf(all: Uint8Array, cuts: readonly number[]): Uint8Array[] {
    const places = [...new Set(cuts)].filter((cut) => cut > 0 && cut < all.length).sort((a, b) => a - b)
    return [0, ...places].map((from, index) => all.subarray(from, places[index] ?? all.length))
  }
})
