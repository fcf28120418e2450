import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReadOutcome } from '../../contract/schemas/reading.ts'
import { ByteReader } from './byte-reader.ts'
import {
  exactly,
  json,
  line,
  plan,
  service,
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

  test('is told piece by piece: the pieces of all reads are the chunks, cut where reads ended', () => {
    const some = fc.constantFrom(
      exactly(1),
      exactly(5),
      upTo(3),
      until('ab', 4),
      line(3),
      text('utf-8', '\\r\\n', 5),
      service(),
    )
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(60), { maxLength: 20 }),
        fc.array(some, { maxLength: 30 }),
        (all, cuts, asked) => {
          const reader = new ByteReader()
          const chunks = chunksOf(Uint8Array.from(all), cuts)
          for (const chunk of chunks) reader.acceptChunk(chunk)
          const edges = new Set([0, ...edgesOf(chunks.map(({ length }) => length))])
          let at = 0
          for (const request of asked) {
            const before = reader.heldBytes
            const outcome = reader.request(plan(request)) ?? reader.acceptNothing()
            reader.giveUp()
            if (outcome?.kind === 'read') {
              expect(outcome.pieces.reduce((sum, size) => sum + size, 0)).toBe(outcome.bytes.length)
              for (const edge of edgesOf(outcome.pieces).slice(0, -1)) expect(edges).toContain(at + edge)
            }
            at += before - reader.heldBytes
          }
        },
      ),
    )
  })

  test('gives everything to services, once', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(60)), fc.array(fc.boolean()), (all, cuts, breaks) => {
        const reader = new ByteReader()
        const taken: number[] = []
        const take = (outcome: ReadOutcome | null): void => {
          if (outcome?.kind === 'read') taken.push(...outcome.bytes)
        }
        for (const [index, chunk] of chunksOf(Uint8Array.from(all), cuts).entries()) {
          if (!reader.isReading) take(reader.request(plan(service())))
          take(reader.acceptChunk(chunk))
          if (breaks[index] === true) take(reader.acceptNothing())
        }
        if (!reader.isReading) take(reader.request(plan(service())))
        take(reader.acceptEnd())
        expect(taken).toEqual(all)
      }),
    )
  })

  /** Where pieces of these sizes end. */
  function edgesOf(sizes: readonly number[]): number[] {
    let end = 0
    return sizes.map((size) => (end += size))
  }

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
