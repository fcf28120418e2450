import { render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { vi } from 'vitest'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import WindowRoot from '../shell/WindowRoot.svelte'

/** The window over an engine in memory, and how a person finds the parts of a server in it. */
export class ServerWindow {
  readonly engine = new FakeEngine()
  #workbench: Workbench | null = null

  constructor() {
    localStorage.clear()
    sessionStorage.clear()
  }

  get workbench(): Workbench {
    if (this.#workbench === null) throw new Error('The window is not shown yet.')
    return this.#workbench
  }

  async show(): Promise<void> {
    const workbench = new Workbench(this.engine.open())
    this.#workbench = workbench
    await render(WindowRoot, { workbench, keys: browserKeys })
    await vi.waitUntil(() => workbench.ready)
  }

  row(name: RegExp) {
    return page.getByRole('tree', { name: 'Local servers' }).getByRole('treeitem', { name })
  }

  /** Opens the tab of a server from the sidebar, at one of its views. */
  async open(name: string, view?: 'Clients' | 'Commands' | 'Rules' | 'Faults' | 'Traffic'): Promise<void> {
    await this.row(new RegExp(name)).click()
    await vi.waitUntil(() => page.getByRole('region', { name: `Server ${name}` }).query() !== null)
    if (view !== undefined) await this.view(view).click()
  }

  view(name: string) {
    return page.getByRole('tablist', { name: 'Views of the server' }).getByRole('tab', { name: new RegExp(`^${name}`) })
  }

  /** What was given to the server last. */
  get applied() {
    return this.engine.servers.defined.at(-1)
  }

  async apply(): Promise<void> {
    const before = this.engine.servers.defined.length
    await button('Apply').click()
    await vi.waitUntil(() => this.engine.servers.defined.length > before)
  }
}

export const button = (name: string) => page.getByRole('button', { name, exact: true })
export const textbox = (name: string) => page.getByRole('textbox', { name, exact: true })
export const combobox = (name: string) => page.getByRole('combobox', { name, exact: true })
export const checkbox = (name: string) => page.getByRole('checkbox', { name, exact: true })
export const menuItem = (name: string | RegExp) => page.getByRole('menuitem', { name })
