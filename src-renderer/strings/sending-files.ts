import { formatDuration } from '../format/durations.ts'
import { countOf, formatByteCount, formatByteRate, formatCount } from '../format/quantities.ts'
import type { RunSnapshot } from '../../src-main/contract/schemas/sequence.ts'

type Unit = 'bytes' | 'lines'

const items = (count: number, unit: Unit): string =>
  unit === 'bytes' ? formatByteCount(count) : countOf(count, 'line', 'lines')
const averaged = (count: number, unit: Unit): string =>
  `${formatCount(Math.round(count * 10) / 10)} ${unit === 'bytes' ? 'B' : 'lines'}`

/** Words of sending a file at a controlled rate. */
export const sendFileWords = {
  menu: 'Send a file...',
  title: 'Send a file',
  path: 'Path of the file',
  pathHint: 'On the machine of the engine. It is read while it is sent, so it may be of any size.',
  choose: 'Choose file…',
  drop: 'or drop it here, up to 16 MiB; larger ones by their path',
  dropHere: 'Send this file',
  several: (name: string): string => `One file is sent at a time: ${name} was taken.`,
  handingOver: (name: string): string => `Handing ${name} over…`,
  measuring: 'Looking at the file…',
  size: (bytes: number): string =>
    bytes < 1000 ? countOf(bytes, 'byte', 'bytes') : `${formatByteCount(bytes)} (${formatCount(bytes)} bytes)`,
  pathMissing: 'Enter the path of a file, or choose one.',
  unit: 'Count',
  units: [
    { value: 'bytes', label: 'Bytes' },
    { value: 'lines', label: 'Lines' },
  ],
  pace: 'Pace',
  paces: [
    { value: 'rate', label: 'At a rate' },
    { value: 'free', label: 'As fast as possible' },
  ],
  rate: 'Rate',
  rateUnit: { bytes: 'B/s', lines: 'lines/s' },
  rateWrong: 'Enter a number from 0.001 to 1000000000000.',
  chunking: 'Chunks',
  chunkings: [
    { value: 'usual', label: 'Automatic' },
    { value: 'size', label: 'By size' },
    { value: 'rate', label: 'By rate' },
  ],
  usualHint: 'A chunk: a thousandth of the rate, but at least 1.',
  chunkSize: 'Chunk size',
  chunkSizeUnit: { bytes: 'B', lines: 'lines' },
  chunkSizeWrong: 'A chunk has a whole number of at least 1.',
  chunkRate: 'Chunk rate',
  chunkRateUnit: 'chunks/s',
  chunkRateWrong: 'Enter a number above 0, up to 1000000000.',
  chunkTooSmall: (size: number, unit: Unit): string =>
    `A chunk would have ${Number(size.toPrecision(2))} ${unit}; it needs at least 1. Lower the chunk rate or raise the rate.`,
  closes: 'Disconnect when everything was sent',
  start: 'Start sending',
  meaning: 'What it means',
  meaningless: 'What it comes to is shown once the numbers are right.',
  /** For example `500 chunks of 100 B, one every 1 ms, 500 ms in all`. */
  estimate: ({
    unit,
    chunkItems,
    intervalMs,
    chunkCount,
    totalMs,
    rate,
  }: {
    readonly unit: Unit
    readonly chunkItems: number
    readonly intervalMs: number
    readonly chunkCount: number | null
    readonly totalMs: number | null
    readonly rate: number
  }): string => {
    const chunk = Number.isInteger(chunkItems) ? items(chunkItems, unit) : `about ${averaged(chunkItems, unit)}`
    const every = `one every ${formatDuration(intervalMs)}`
    if (chunkCount === null || totalMs === null) {
      const speed = unit === 'bytes' ? formatByteRate(rate) : `${formatCount(rate)} lines/s`
      return `Chunks of ${chunk}, ${every}, ${speed}`
    }
    if (chunkCount === 0) return 'The file is empty: nothing goes out.'
    if (chunkCount === 1) return `1 chunk of ${items(chunkItems, unit)} at most, at once`
    return `${countOf(chunkCount, 'chunk', 'chunks')} of ${chunk}, ${every}, ${formatDuration(totalMs)} in all`
  },
  freely: (bytes: number | null): string =>
    `${bytes === null ? 'Everything' : formatByteCount(bytes)}, as fast as the peer takes it`,

  region: 'File being sent',
  progress: 'Progress of the file',
  states: {
    running: 'Sending',
    paused: 'Paused',
    done: 'Sent',
    stopped: 'Stopped',
    failed: 'Failed',
  } satisfies Record<RunSnapshot['state'], string>,
  sentOf: (sent: number, size: number): string => `${formatByteCount(sent)} of ${formatByteCount(size)}`,
  percent: (share: number): string => (share > 0 && share < 0.01 ? '<1 %' : `${Math.floor(share * 100)} %`),
  timeLeft: (ms: number): string => `${formatDuration(ms)} left`,
  chunks: (count: number): string => countOf(count, 'chunk', 'chunks'),
  lines: (count: number): string => countOf(count, 'line', 'lines'),
  /** The exact end: `50,000 of 50,000 bytes`. */
  total: (sent: number, size: number): string =>
    sent === size ? countOf(sent, 'byte', 'bytes') : `${formatCount(sent)} of ${countOf(size, 'byte', 'bytes')}`,
  took: (ms: number): string => `in ${formatDuration(ms)}`,
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  again: 'Send again',
  dismiss: 'Take it away',
} as const
