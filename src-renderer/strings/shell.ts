/** Words of the window's frame. */
export const shellWords = {
  product: 'Wirebench',
  palette: 'Search or run a command',
  openSettings: 'Settings',
  showSidebar: 'Show sidebar',
  hideSidebar: 'Hide sidebar',
  sidebar: 'Sidebar',
  sidebarEdge: 'Width of the sidebar',
  filter: 'Filter',
  clearFilter: 'Clear the filter',
  tabs: 'Sessions and captures',
  closeTab: (title: string): string => `Close ${title}`,
  newConnection: 'New connection',
  work: 'Work area',
  statusBar: 'Status',
  capturing: 'Capturing to disk',
  notCapturing: 'Nothing is being captured',
  records: (count: string): string => `${count} records`,
  diskFree: (size: string): string => `disk ${size} free`,
  diskUnknown: 'free disk space unknown',
  engineMemory: (size: string): string => `engine ${size}`,
  hostKinds: { electron: 'Desktop', web: 'Web host', cli: 'Terminal' },
  webOnLoopback: 'Web host, loopback',
  hostUnknown: 'Connecting to the engine',
  engineGone: 'The connection to the Wirebench engine is gone. What is shown here stays, but nothing is live.',
  reload: 'Reload',
  dataFolder: (message: string): string => `${message} Nothing is kept until this is mended.`,
  problem: 'Something went wrong',
} as const

export const dialogWords = {
  close: 'Close',
  cancel: 'Cancel',
} as const

export const overlayWords = {
  place: 'Menus and hints',
} as const

export const toastWords = {
  region: 'Notifications',
  dismiss: 'Dismiss',
  undo: 'Undo',
} as const

export const tabWords = {
  closeOpenTitle: (title: string): string => `Close ${title}?`,
  closeOpenText: 'It is connected. Closing ends the connection; the capture is kept.',
  disconnectAndClose: 'Disconnect and close',
  keepOpen: 'Keep it open',
  captureKept: (title: string): string => `Closed ${title}. Its capture is kept.`,
  openCapture: 'Open capture',
  deletedSequence: 'Deleted sequence',
  deletedServer: 'Deleted server',
  closeUnsavedTitle: (title: string): string => `Close ${title}?`,
  closeUnsavedText: 'The changes are not saved.',
  discardAndClose: 'Discard changes and close',
  keepEditing: 'Keep editing',
} as const

export const welcomeWords = {
  title: 'See every byte',
  text: 'Connect to anything that speaks TCP, send exact bytes, and read back everything that was on the wire. The echo server on this machine sends back what it gets, so you can try it now.',
  connectToEcho: 'Connect to the echo server',
  emptyTitle: 'No session is open',
  emptyText: 'Open a connection from the list on the left, or make a new one.',
  newConnection: 'New connection',
  noEcho: 'The sample connection and its echo server were removed. Make a new connection to begin.',
  hints: 'Good to know',
} as const

export const startWords = {
  failedTitle: 'Wirebench could not start',
  failedText: 'The page is loaded, but its engine does not answer.',
} as const
