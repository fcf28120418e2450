import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlabArena } from './slab-arena.ts'

const kiB = 1024

test('the arena never gives out what is in use, and is whole again when all is back', () => {
  const leastBytes = 64 * kiB
  const byteCount = 4096 * kiB
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(40)), { maxLength: 80 }), (steps) => {
      const arena = new SlabArena(byteCount, leastBytes)
      const held: Uint8Array[] = []
      for (const [exponent, pick] of steps) {
        if (pick % 3 === 0 && held.length > 0) {
          const [piece] = held.splice(pick % held.length, 1)
          if (piece !== undefined) arena.giveBack(piece)
          continue
        }
        const piece = arena.take(leastBytes << exponent)
        if (piece === null) continue
        const clashes = held.filter(
          (other) =>
            piece.byteOffset < other.byteOffset + other.length && other.byteOffset < piece.byteOffset + piece.length,
        )
        expect([piece.length, piece.byteOffset % piece.length, clashes]).toEqual([leastBytes << exponent, 0, []])
        held.push(piece)
      }
      for (const piece of held) arena.giveBack(piece)
      expect(arena.take(byteCount)?.length).toBe(byteCount)
      expect(arena.take(leastBytes)).toBe(null)
    }),
    { seed: 18, numRuns: 100 },
  )
})
