import { expect, it } from 'vitest'
import { sidesOf, type ComparisonSetup } from './comparison-setup.ts'

const setup: ComparisonSetup = {
  leftCaptureId: 'a',
  rightCaptureId: 'b',
  leftConnection: '',
  rightConnection: ' 3 ',
  framing: 'spec',
  framingSpec: 'fixed:4',
}

it('gives both sides as the engine takes them', () => {
  expect(sidesOf(setup).sides).toEqual({
    left: { captureId: 'a', connection: null, framing: { kind: 'fixed', frameBytes: 4 } },
    right: { captureId: 'b', connection: 3, framing: { kind: 'fixed', frameBytes: 4 } },
  })
  expect(sidesOf({ ...setup, framing: 'kept', framingSpec: '?' }).sides?.left.framing).toBeNull()
})

it('says what is wrong at its field', () => {
  const { sides, problems } = sidesOf({ ...setup, leftConnection: 'x', framingSpec: 'nonsense' })
  expect([sides, problems.leftConnection !== null, problems.rightConnection, problems.framingSpec !== null]).toEqual([
    null,
    true,
    null,
    true,
  ])
})
