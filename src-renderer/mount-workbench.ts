import { mount } from 'svelte'
import type { Link } from '../src-main/contract/connect.ts'
import { toErrorShape } from '../src-main/contract/errors.ts'
import StartFailure from './features/shell/StartFailure.svelte'
import WindowRoot from './features/shell/WindowRoot.svelte'
import type { WindowKeys } from './state/shortcuts.ts'
import { Workbench } from './state/workbench.svelte.ts'
import './theme/base.css'

/** Draws the workbench over a link into the page's body and loads what the engine has. */
export function mountWorkbench(link: Link, keys: WindowKeys): Workbench {
  const workbench = new Workbench(link)
  mount(WindowRoot, { target: document.body, props: { workbench, keys } })
  return workbench
}

/** Opens a link and mounts the workbench over it; says so in the page when no link can be had. */
export async function startWorkbench(openLink: () => Promise<Link>, keys: WindowKeys): Promise<void> {
  try {
    mountWorkbench(await openLink(), keys)
  } catch (thrown) {
    mount(StartFailure, { target: document.body, props: { error: toErrorShape(thrown) } })
  }
}
