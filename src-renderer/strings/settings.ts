/** Words of the settings. */
export const settingsWords = {
  title: 'Settings',
  theme: 'Theme',
  themes: [
    { value: 'system', label: 'As the system' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ],
  data: 'Data folder',
  dataDescription: 'Connections are one readable file each in it, made to be kept in git; captures lie beside them.',
  copy: 'Copy path',
  copied: 'Copied the path of the data folder.',
  about: 'About',
  version: 'Wirebench',
  node: 'Node.js',
  platform: 'System',
  host: 'Runs as',
  hostKinds: { electron: 'Desktop program', web: 'Web page served on this machine', cli: 'Terminal' },
  secrets: 'Secret storage',
  secretKinds: { none: 'None', unprotected: 'Not protected', protected: 'Protected by the system' },
  unknown: 'Not known yet',
  shortcuts: 'Keyboard shortcuts',
} as const
