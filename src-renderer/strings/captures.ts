/** Words of captures. */
export const captureWords = {
  heading: 'Captures',
  list: 'Captures',
  empty: 'Everything a session sends and receives is kept here.',
  noMatch: (filter: string): string => `Nothing matches “${filter}”.`,
  open: 'Open',
  rename: 'Rename…',
  renameTitle: 'Rename capture',
  name: 'Name',
  renameConfirm: 'Rename',
  nameEmpty: 'Enter a name.',
  nameTooLong: 'The name is too long: at most 120 characters.',
  remove: 'Delete',
  removed: (name: string): string => `Deleted “${name}”.`,
  live: 'now',
  fileMark: 'file',
  liveLabel: 'Being written',
  problemLabel: 'Cannot be opened',
  uncleanLabel: 'Ended in the middle',
  inUse: 'It is still being written. Close its session first.',
  title: (name: string, started: string, size: string): string => `${name}\nBegan ${started}, ${size}`,
  recovered: (name: string, kept: string, until: string): string =>
    `“${name}” was not closed: Wirebench or the machine ended while it was being written. ${kept} until ${until} are there.`,
  recoveredWhole: 'Nothing that was on disk is lost.',
  recoveredLost: (bytes: string): string => `${bytes} of the file are no whole records and cannot be read.`,
  recoveredNothing: (name: string, reason: string): string =>
    `“${name}” was not closed: Wirebench or the machine ended while it was being written. ${reason}`,
  recoveredSeveral: (count: string, newest: string): string =>
    `${count} were not closed when Wirebench last ended. The newest: ${newest}`,
  showAll: (count: string): string => `Show all ${count}`,
} as const
