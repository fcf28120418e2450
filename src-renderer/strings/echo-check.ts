import { formatDuration } from '../format/durations.ts'
import { countOf, formatCount } from '../format/quantities.ts'

const of = (received: number, expected: number): string => `${formatCount(received)} of ${formatCount(expected)}`

/** Words of the echo check (seed-systems 5). */
export const echoWords = {
  menu: 'Echo check...',
  title: 'Echo check',
  description: 'Sends a message, then reads in pieces until as many bytes have come back, and compares them.',
  source: 'Message to send',
  sources: [
    { value: 'text', label: 'A text' },
    { value: 'composer', label: 'What is in the composer' },
  ],
  text: 'Text',
  textHint: 'With the escapes of the composer, such as \\r\\n.',
  /** The message of the blog post: 42 bytes, two spaces in the middle. */
  usualText: 'This is the message.  It will be repeated.',
  bytes: (count: number): string => countOf(count, 'byte', 'bytes'),
  empty: 'Enter at least one byte.',
  readSize: 'Read size',
  readSizes: 'Usual read sizes',
  readSizeHint: 'Most bytes of one piece.',
  readSizeWrong: 'Enter a whole number from 1 to 1048576.',
  timeout: 'Timeout',
  timeoutHint: 'Empty: as long as it takes.',
  timeoutWrong: 'Enter a time from 1 ms to 24 hours, or nothing.',
  start: 'Check',
  runTitle: 'Echo check',

  region: 'Echo check',
  states: {
    running: 'Checking',
    complete: 'Complete',
    differs: 'Not the same',
    early: 'Incomplete',
    stopped: 'Stopped',
  },
  received: (received: number, expected: number): string => `received ${of(received, expected)}`,
  pieces: 'Pieces',
  pieceList: (sizes: readonly number[], left: number): string =>
    `${sizes.map(formatCount).join(', ')}${left > 0 ? `, and ${countOf(left, 'more', 'more')}` : ''}`,
  noPieces: 'no piece yet',
  unchanged: (count: number): string => `All ${countOf(count, 'byte', 'bytes')} came back unchanged.`,
  unchangedSoFar: 'What came back is what was sent.',
  surplus: (count: number): string => `${countOf(count, 'byte', 'bytes')} more than were sent came back.`,
  differsAt: (offset: number): string =>
    `The first byte that is not what was sent has offset ${formatCount(offset)}, counted from 0.`,
  peerClosed: (received: number, expected: number): string => `${of(received, expected)}, peer closed.`,
  incomplete: (received: number, expected: number): string => `${of(received, expected)} came back.`,
  timedOut: (received: number, expected: number, ms: number): string =>
    `${of(received, expected)} within ${formatDuration(ms)}, then the time was over.`,
  took: (ms: number): string => `in ${formatDuration(ms)}`,
  stop: 'Stop',
  again: 'Check again',
  dismiss: 'Take it away',
} as const
