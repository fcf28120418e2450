import { mount } from 'svelte'
import type { Link } from '../src-main/contract/connect.ts'
import { toErrorShape } from '../src-main/contract/errors.ts'
import StartFailure from './features/shell/StartFailure.svelte'
import WindowRoot from './features/shell/WindowRoot.svelte'
import type { WindowKeys } from './state/shortcuts.ts'
import { applyRememberedTheme } from './state/theme.ts'
import { Workbench } from './state/workbench.svelte.ts'
import './theme/base.css'

/**
 * Opens a link, draws the workbench over it into the page's body and loads what the engine has; says so in the page when
 * no link can be had. Nothing is drawn before the settings are known, so that neither colours nor panes jump.
 */
export async function startWorkbench(openLink: () => Promise<Link>, keys: WindowKeys): Promise<void> {
  applyRememberedTheme()
  try {
    const workbench = new Workbench(await openLink())
    // A failure is shown by the window, whose start waits for the same answer.
    await Promise.allSettled([workbench.settings.start()])
    mount(WindowRoot, { target: document.body, props: { workbench, keys } })
  } catch (thrown) {
    mount(StartFailure, { target: document.body, props: { error: toErrorShape(thrown) } })
  }
}
