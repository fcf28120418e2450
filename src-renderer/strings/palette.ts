/** Words of the palette, of commands and of the shortcut list. */
export const paletteWords = {
  title: 'Search or run a command',
  placeholder: 'Connections, servers, captures, commands',
  results: 'Results',
  groups: { connection: 'Connections', server: 'Local servers', capture: 'Captures', command: 'Commands' },
  nothing: (text: string): string => `Nothing matches “${text}”.`,
  count: (count: number): string => (count === 1 ? '1 result' : `${count} results`),
} as const

export const commandWords = {
  groups: {
    window: 'Window',
    connections: 'Connections',
    traffic: 'In the traffic',
    composer: 'In the composer',
    tree: 'In the connections list',
    tabs: 'Tabs',
  },
  palette: 'Search or run a command',
  newConnection: 'New connection',
  newServer: 'New local server',
  importConnections: 'Import connections',
  exportConnections: 'Export all connections',
  closeTab: 'Close tab',
  nextTab: 'Next tab',
  previousTab: 'Previous tab',
  connect: 'Connect',
  disconnect: 'Disconnect',
  toggleSidebar: 'Show or hide the sidebar',
  filter: 'Filter the sidebar',
  nextRegion: 'Next part of the window',
  previousRegion: 'Previous part of the window',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  themeSystem: 'Theme: as the system',
  themeLight: 'Theme: light',
  themeDark: 'Theme: dark',
} as const

export const shortcutWords = {
  title: 'Keyboard shortcuts',
  composerKeys: [
    { title: 'Send', shortcut: 'Ctrl+Enter' },
    { title: 'Older or newer message of the history', shortcut: 'Alt+ArrowUp Alt+ArrowDown' },
  ],
  trafficKeys: [
    { title: 'Open a row in the inspector', shortcut: 'Enter' },
    { title: 'Copy what is selected', shortcut: 'Ctrl+C' },
    { title: 'Select more', shortcut: 'Shift+ArrowUp Shift+ArrowDown' },
  ],
  treeKeys: [
    { title: 'Open and connect', shortcut: 'Enter' },
    { title: 'Walk the list, fold and unfold', shortcut: 'ArrowUp ArrowDown ArrowLeft ArrowRight' },
    { title: 'Rename', shortcut: 'F2' },
    { title: 'Edit', shortcut: 'F4' },
    { title: 'Duplicate', shortcut: 'Ctrl+D' },
    { title: 'Move up or down', shortcut: 'Alt+ArrowUp Alt+ArrowDown' },
    { title: 'Delete', shortcut: 'Delete' },
    { title: 'Open the menu of a row', shortcut: 'Shift+F10' },
  ],
} as const
