import { openWebLink } from './engine-link/web.ts'
import { startWorkbench } from './mount-workbench.ts'
import { browserKeys } from './state/shortcuts.ts'

void startWorkbench(openWebLink, browserKeys)
