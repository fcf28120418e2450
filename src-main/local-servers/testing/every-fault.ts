import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import { parseFaultSpec } from '../../protocol/server-faults/fault-spec.ts'

/** Each kind of fault at least once, alone, then in company. Small numbers: a conversation of a few messages meets them all. */
const specs = [
  'refuse:1',
  'refuse:2',
  'mute',
  'drop:0.3',
  'garbage:0.5,max=8',
  'flip-bits:0.02',
  'cut-message:1',
  'cut-message:2',
  'stall:0',
  'stall:7',
  'half-close:0',
  'half-close:9',
  'reset:0',
  'reset:11',
  'coalesce:5',
  'delay:3',
  'delay:1,jitter=8',
  'throttle:2000',
  'split',
  'split:3,gap=1',
  'split coalesce:3 delay:1,jitter=4 throttle:20000',
  'drop:0.2 garbage:0.2,max=4 flip-bits:0.005 split:2',
  'cut-message:3 delay:2,jitter=3 split',
] as const

/** Faults of every kind, for tests of clients: none may make one hang past its timeout, fail otherwise or mix up two calls. */
export function everyFault(seed: number): ServerFaults[] {
  return specs.map((spec) => parseFaultSpec([spec, `seed:${seed}`]))
}
