import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader } from './frame-reader.ts'
import { UnreadMessages } from './unread-messages.ts'

const lines = (): FrameReader => new FrameReader({ kind: 'lines' }, 1000)

function takeAll(unread: UnreadMessages): string[] {
  const messages: string[] = []
  for (let message = unread.take(); message !== undefined; message = unread.take()) {
    messages.push(new TextDecoder().decode(message))
  }
  return messages
}

describe('messages that nobody has looked at', () => {
  it('are those of the stream however it is split, and whenever they are taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 6000 }), { maxLength: 6 }),
        fc.boolean(),
        (chunks, takesBetween) => {
          const whole = new TextEncoder().encode(chunks.join(''))
          const reader = lines()
          const expected = reader.accept(whole).map((message) => new TextDecoder().decode(message))
          const unread = new UnreadMessages(lines())
          const taken: string[] = []
          for (const chunk of chunks) {
            unread.add(new TextEncoder().encode(chunk))
            if (takesBetween) taken.push(...takeAll(unread))
          }
          taken.push(...takeAll(unread))
          expect([taken, unread.isEmpty()]).toEqual([expected, true])
        },
      ),
    )
  })

  it('are cut as they are taken: the rest of a chunk stays bytes', () => {
    const unread = new UnreadMessages(lines())
    unread.add(new TextEncoder().encode('x\n'.repeat(40_000)))
    const before = unread.isFull
    for (let taken = 0; taken < 10_000; taken++) unread.take()
    expect([before, unread.isFull, takeAll(unread).length]).toEqual([true, false, 30_000])
  })

  it('are full of many small chunks as well', () => {
    const unread = new UnreadMessages(lines())
    for (let count = 0; count < 65; count++) unread.add(new Uint8Array(1))
    const before = unread.isFull
    unread.skipAll()
    expect([before, unread.isFull]).toEqual([true, false])
  })

  it('behind what cannot be read are none', () => {
    const reader = lines()
    const unread = new UnreadMessages(reader)
    unread.add(new TextEncoder().encode(`a\n${'y'.repeat(6000)}\nb\n`))
    expect([takeAll(unread), reader.refusal?.kind, unread.isFull]).toEqual([['a'], 'too-large', false])
  })
})
