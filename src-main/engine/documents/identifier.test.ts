import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { identifier } from '../../contract/schemas/common.ts'
import { makeIdentifier, slugOf } from './identifier.ts'

describe('identifiers', () => {
  it('come from the name', () => {
    expect(['Echo on  this machine!', 'Prüfstand №3', '測試', '../../etc/passwd', '-x-'].map(slugOf)).toEqual([
      'echo-on-this-machine',
      'prufstand-no3',
      '',
      'etc-passwd',
      'x',
    ])
    expect(makeIdentifier('測試', 'profile', () => 0)).toBe('profile-aaaaaa')
  })

  it('are safe file names whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat(), (name, random) =>
        v.is(
          identifier,
          makeIdentifier(name, 'profile', (below) => random % below),
        ),
      ),
    )
  })
})
