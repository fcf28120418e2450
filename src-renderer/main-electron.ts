import { openElectronLink } from './engine-link/electron.ts'
import { startWorkbench } from './mount-workbench.ts'
import { desktopKeys } from './state/shortcuts.ts'

void startWorkbench(openElectronLink, desktopKeys)
