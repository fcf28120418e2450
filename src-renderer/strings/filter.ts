/** Words of the filter of the timeline, and of the conditions that a search shares with it. */
export const filterWords = {
  region: 'Filter of the timeline',
  open: 'Filter',
  openTitle: 'Filter the rows of the timeline',
  close: 'Close the filter',
  more: 'More conditions',
  moreActive: (count: number): string => `More conditions, ${count} set`,
  clear: 'Clear the filter',
  remove: (condition: string): string => `Remove the condition ${condition}`,
  shown: (rows: string): string => `${rows} shown`,
  hidden: (rows: string): string => `${rows} hidden`,
  counting: 'still counting',
  onlyTimeline: 'The stream and the text show every byte. The filter works on the rows of the timeline.',
  showTimeline: 'Show the timeline',
  emptyTitle: 'The filter hides everything',
  emptyText: (rows: string): string => `${rows} are there, and none of them fits the filter.`,
  emptyCounting: 'No row fits the filter so far. The capture is still being looked through.',
  events: 'Show events',
  content: 'Content',
  pattern: 'Text or bytes',
  refused: 'The filter cannot be used.',
  contains: [
    { value: 'contains', label: 'contains' },
    { value: 'lacks', label: 'lacks' },
  ],
  chips: {
    direction: { sent: 'Sent only', received: 'Received only' },
    connections: (list: string): string => `Connection ${list}`,
    atLeast: (size: string): string => `At least ${size}`,
    atMost: (size: string): string => `At most ${size}`,
    from: (time: string): string => `From ${time}`,
    to: (time: string): string => `To ${time}`,
    noEvents: 'Without events',
    contains: (pattern: string): string => `Contains ${pattern}`,
    lacks: (pattern: string): string => `Does not contain ${pattern}`,
  },
} as const

/** Words of the conditions: direction, connection, size, time. */
export const scopeWords = {
  direction: 'Direction',
  directions: [
    { value: 'both', label: 'Both' },
    { value: 'sent', label: 'Sent' },
    { value: 'received', label: 'Received' },
  ],
  /** Where nothing beside it says that it is the direction. */
  directionsAlone: [
    { value: 'both', label: 'Both ways' },
    { value: 'sent', label: 'Sent' },
    { value: 'received', label: 'Received' },
  ],
  connections: 'Connections',
  connectionsHint: '1, 3-5',
  minimumBytes: 'Size from',
  sizeHint: '4 kB',
  from: 'Time from',
  toTold: { size: 'Size to', time: 'Time to' },
  timeHint: '10:02:17',
  connectionsMalformed: 'Write numbers, such as 1, 3-5: at most 256 connections.',
  sizeMalformed: 'Write a size, such as 1500, 0x5dc or 4 kB.',
  sizeOrder: 'This is less than the size it begins with.',
  timeMalformed: 'Write a time of day, such as 10:02:17.201, or +1.5 s after the beginning.',
  timeOrder: 'This is before the time it begins with.',
} as const

/** Words of a pattern that is looked for. */
export const patternWords = {
  kind: 'Look for',
  kinds: [
    { value: 'text', label: 'Text' },
    { value: 'hex', label: 'Hex' },
    { value: 'expression', label: 'Regex' },
  ],
  placeholders: { text: 'Text', hex: 'de ad ?? 4?', expression: String.raw`ERR\d+` },
  encoding: 'Text encoding',
  ignoresCase: 'Ignore case',
  at: (position: number): string => `See character ${position}.`,
} as const
