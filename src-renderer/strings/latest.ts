/** Words of the newest message of every identifier. */
export const latestWords = {
  region: 'Latest messages',
  filter: 'Filter by message id',
  filterPlaceholder: 'Filter by id',
  path: 'Path of the message id',
  pathPlaceholder: 'automatic',
  pathHint: 'Where the id of a message stands: $.id, header.id. Empty finds the usual ones.',
  columns: {
    messageId: 'Message id',
    direction: 'Direction',
    count: 'Count',
    ratePerSecond: 'Per second',
    lastTime: 'Last',
    summary: 'Latest',
  },
  sortBy: (column: string): string => `Sort by ${column}`,
  noId: 'no id',
  rates: (sent: string, received: string): string => `Messages a second: ${sent} sent, ${received} received`,
  perSecond: (count: string): string => `${count} msg/s`,
  unknownRate: '–',
  counting: 'Looking through the capture',
  others: (count: string): string =>
    `${count} messages of further ids are counted together: there is no room for more ids.`,
  messages: (shown: string, all: string): string => `${shown} of ${all} ids`,
  emptyTitle: 'No messages yet',
  emptyText: 'The newest message of every id appears here. Set a framing so that the stream is cut into messages.',
  noneTitle: 'No id fits the filter',
} as const
