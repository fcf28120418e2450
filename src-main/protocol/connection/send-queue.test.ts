import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SendQueue } from './send-queue.ts'

const action = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), byteCount: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant('take' as const), byteCount: fc.constant(0) }),
  fc.record({ kind: fc.constant('accept' as const), byteCount: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constantFrom('hold' as const, 'release' as const), byteCount: fc.constant(0) }),
)

const joined = (parts: readonly Uint8Array[]): number[] => parts.flatMap((part) => [...part])

test('every byte goes out once and in order; what is unsent is known at every moment', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const queue = new SendQueue()
      const accepted: number[] = []
      let pushed = 0
      let inFlight = 0
      for (const { kind, byteCount } of actions) {
        if (kind === 'push') queue.push(Uint8Array.from({ length: byteCount }, () => pushed++ % 256))
        else if (kind === 'hold') queue.hold()
        else if (kind === 'release') queue.release()
        else if (kind === 'take') inFlight += queue.takePiece()?.length ?? 0
        else {
          const count = Math.min(byteCount, inFlight)
          accepted.push(...joined(queue.accept(count)))
          inFlight -= count
        }
        const everything = Array.from({ length: pushed }, (_, index) => index % 256)
        expect([...accepted, ...joined(queue.unsent())]).toEqual(everything)
        expect(queue.unsentBytes).toBe(pushed - accepted.length)
      }
    }),
  )
})

test('a million small messages go out while somebody waits', () => {
  const queue = new SendQueue()
  const bytes = new Uint8Array(1)
  const count = 1_000_000
  for (let index = 0; index < count; index++) queue.push(bytes)
  let taken = 0
  while (queue.takePiece() !== null) {
    queue.accept(1)
    taken += 1
  }
  expect([taken, queue.unsentBytes]).toEqual([count, 0])
})
