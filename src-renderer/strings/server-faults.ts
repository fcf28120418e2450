import type { ServerFault, ServerFaultKind } from '../../src-main/contract/schemas/server-faults.ts'
import { countOf, formatByteCount, formatByteRate, formatCount } from '../format/quantities.ts'

/** Words of the faults of a server. */
export const faultWords = {
  region: 'Faults',
  intro: 'Faults in what the server sends. With the same seed, client and bytes the same faults happen again.',
  seed: 'Seed',
  newSeed: 'New seed',
  clientsSee: 'What clients will see',
  nothing: 'Everything as the server sends it.',
  asText: 'For the command line',
  copy: 'Copy',
  copied: 'Copied the faults as text.',
  paste: 'Take a text',
  pasteLabel: 'Faults as text',
  take: 'Take it',
  done: (count: number): string => `${formatCount(count)} so far`,
  names: {
    refuse: 'Refuse clients',
    mute: 'Never answer',
    drop: 'Leave out messages',
    garbage: 'Garbage before messages',
    'flip-bits': 'Flip bits',
    'cut-message': 'Close in mid-message',
    stall: 'Stall',
    'half-close': 'End sending early',
    reset: 'Reset early',
    coalesce: 'Join messages',
    delay: 'Delay',
    throttle: 'Throttle',
    split: 'Split into segments',
  } satisfies Record<ServerFaultKind, string>,
  fields: {
    every: 'Every so many-th',
    probability: 'Probability, 0 to 1',
    maximumBytes: 'At most',
    message: 'In message number',
    afterBytes: 'After',
    waitMs: 'Wait for',
    delayMs: 'Late by',
    jitterMs: 'And up to',
    bytesPerSecond: 'At most',
    segmentBytes: 'Segments of',
    gapMs: 'Gap between',
  } as Readonly<Record<string, string>>,
  units: { probability: '', number: '', bytes: 'bytes', ms: 'ms', 'bytes/s': 'bytes/s' } as const,
} as const

/** `1 in 10`, `each`, `about 2 in 3`. */
function share(probability: number, one: string): string {
  if (probability === 0) return `no ${one}`
  if (probability === 1) return `every ${one}`
  const inverse = 1 / probability
  return inverse >= 1.5
    ? `about 1 in ${formatCount(Math.round(inverse))} ${one}s`
    : `about ${Math.round(probability * 100)} of 100 ${one}s`
}

const ordinal = (count: number): string => {
  const ending = ['th', 'st', 'nd', 'rd'][count % 100 > 10 && count % 100 < 14 ? 0 : count % 10] ?? 'th'
  return `${formatCount(count)}${ending}`
}

/** What clients see of a fault: a sentence. */
export function faultSentence(fault: ServerFault): string {
  switch (fault.kind) {
    case 'refuse':
      return fault.every === 1
        ? 'Every client is accepted and reset at once.'
        : `Every ${ordinal(fault.every)} client is accepted and reset at once.`
    case 'mute':
      return 'What they send is read; nothing ever comes back.'
    case 'drop':
      return `${upper(share(fault.probability, 'message'))} never arrives.`.replace(
        'messages never arrives',
        'messages never arrive',
      )
    case 'garbage':
      return `Before ${share(fault.probability, 'message')} come 1 to ${countOf(fault.maximumBytes, 'random byte', 'random bytes')}.`
    case 'flip-bits':
      return `One bit is wrong in ${share(fault.probability, 'byte')}.`
    case 'cut-message':
      return `The connection ends in the middle of the ${ordinal(fault.message)} message.`
    case 'stall':
      return `After ${formatByteCount(fault.afterBytes)} nothing more comes, and the connection stays open.`
    case 'half-close':
      return `After ${formatByteCount(fault.afterBytes)} the server ends its side; what they send is still read.`
    case 'reset':
      return `After ${formatByteCount(fault.afterBytes)} the connection is reset.`
    case 'coalesce':
      return `Messages of ${formatCount(fault.waitMs)} ms arrive together.`
    case 'delay':
      return fault.jitterMs === 0
        ? `Every message is ${formatCount(fault.delayMs)} ms late.`
        : `Every message is ${formatCount(fault.delayMs)} to ${formatCount(fault.delayMs + fault.jitterMs)} ms late, in order.`
    case 'throttle':
      return `No more than ${formatByteRate(fault.bytesPerSecond)} arrive.`
    case 'split':
      return `Everything comes in segments of ${countOf(fault.segmentBytes, 'byte', 'bytes')}${
        fault.gapMs === 0 ? '' : `, ${formatCount(fault.gapMs)} ms apart`
      }.`
  }
}

const upper = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** What is wrong with a field of a fault, by its name in the contract. */
export const faultErrors: Readonly<Record<string, string>> = {
  seed: 'Enter a whole number from 0 to 4294967295.',
  every: 'Enter a whole number of at least 1.',
  probability: 'Enter a number from 0 to 1, such as 0.05.',
  maximumBytes: 'Enter a whole number of bytes from 1 to 65536.',
  message: 'Enter a whole number of at least 1.',
  afterBytes: 'Enter a whole number of bytes.',
  waitMs: 'Enter a time from 0 to 3600000 ms.',
  delayMs: 'Enter a time from 0 to 3600000 ms.',
  jitterMs: 'Enter a time from 0 to 3600000 ms.',
  bytesPerSecond: 'Enter a number of bytes a second of at least 1.',
  segmentBytes: 'Enter a whole number of bytes of at least 1.',
  gapMs: 'Enter a time from 0 to 3600000 ms.',
}
