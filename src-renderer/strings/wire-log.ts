import { countOf, formatByteCount, formatCount } from '../format/quantities.ts'

/** Words of the wire log (seed-systems 2.7). */
export const wireLogWords = {
  menu: 'Wire log...',
  title: 'Begin a wire log',
  description:
    'A live text log of what goes over the wire, beside the capture: one record per read or write of the socket.',
  directions: 'Directions',
  rx: 'Received (Rx)',
  tx: 'Sent (Tx)',
  directionMissing: 'Choose at least one direction.',
  arrangement: 'Arrangement',
  arrangements: [
    { value: 'together', label: 'One log' },
    { value: 'apart', label: 'One for each direction' },
  ],
  place: 'Kept',
  places: [
    { value: 'files', label: 'In files' },
    { value: 'memory', label: 'In memory' },
  ],
  memoryHint: 'The newest part is held while the log is on, and can be saved. Nothing is written to disk.',
  name: 'Name',
  nameWrong: 'Use 1 to 80 letters, digits, dots, dashes and underscores.',
  nameHint: (example: string): string => `Files are named like ${example}, with the time in UTC.`,
  folder: 'Folder',
  folderHint: 'On the machine of the engine. Empty: beside the captures.',
  temporary: 'Temporary: removed when the log ends',
  template: 'Template of a record',
  templateHint: '%(dx)b is Rx or Tx, %(who)b the remote end, %(data)b the bytes; %% a percent sign.',
  usualTemplate: 'Use the usual template',
  rawTemplate: 'Only the bytes',
  preview: 'One record',
  previewOf: 'Preview of one record',
  begin: 'Begin',

  region: 'Wire log',
  on: 'Wire log on',
  failed: 'Wire log failed',
  inMemory: 'in memory',
  temporaryFiles: 'temporary',
  counts: (records: number, bytes: number): string =>
    `${countOf(records, 'record', 'records')}, ${formatByteCount(bytes)}`,
  forgotten: (bytes: number): string => `the oldest ${formatByteCount(bytes)} are forgotten`,
  path: 'File of the wire log',
  copyPath: (path: string): string => `Copy the path ${path}`,
  pathCopied: (path: string): string => `Copied ${path}.`,
  /** Of a button that shows and hides it, and says which it is by its arrow. */
  text: 'Text',
  end: 'End',
  save: 'Save...',
  saved: (fileNames: readonly string[]): string => `Saved ${fileNames.join(' and ')}.`,
  savedPart: (fileNames: readonly string[]): string => `Saved the newest 1 MiB as ${fileNames.join(' and ')}.`,
  nothingLogged: 'Nothing was logged yet.',
  tail: 'Newest text of the wire log',
  side: 'Direction of the text',
  sides: [
    { value: 'rx', label: 'Received' },
    { value: 'tx', label: 'Sent' },
  ],
  ended: (records: number, paths: readonly string[]): string =>
    `The wire log has ended with ${countOf(records, 'record', 'records')}${paths.length === 0 ? '.' : `: ${paths.join(' and ')}`}`,
  copyPaths: 'Copy the path',
  askTitle: 'End the wire log?',
  askMemory: (records: number): string =>
    `Its ${formatCount(records)} records are in memory only and are forgotten. Save them first to keep them.`,
  askTemporary: (records: number): string =>
    `Its files are temporary: they are removed, with ${countOf(records, 'record', 'records')}.`,
  endAndForget: 'End and forget',
  keepOn: 'Keep it on',
} as const
