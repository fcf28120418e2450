import { render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { vi } from 'vitest'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

/** The whole window with one connected session in front, over an engine in memory. */
export async function showSession(): Promise<{ engine: FakeEngine; workbench: Workbench; sessionId: string }> {
  localStorage.clear()
  sessionStorage.clear()
  const engine = new FakeEngine()
  const workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
  const session = await workbench.connectWithoutSaving({ host: '127.0.0.1', port: 4001 }, 'Bench')
  return { engine, workbench, sessionId: session.sessionId }
}

/** Takes an entry of the session's menu. */
export async function chooseInMenu(entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}
