import { cleanup, render } from 'vitest-browser-svelte'
import { page } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SequenceStep } from '../../../../src-main/contract/schemas/sequence.ts'
import { browserKeys } from '../../../state/shortcuts.ts'
import { Workbench } from '../../../state/workbench.svelte.ts'
import { FakeEngine } from '../../../testing/fake-link.ts'
import '../../../theme/base.css'
import WindowRoot from '../../shell/WindowRoot.svelte'

let engine: FakeEngine
let workbench: Workbench

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  engine = new FakeEngine()
})

afterEach(() => {
  cleanup()
})

async function draw(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

/** A window with two connected sessions, the first in front, and a sequence opened from there. */
async function show(steps: SequenceStep[]): Promise<void> {
  const { id } = engine.collection.add({ name: 'Log in', item: { kind: 'sequence', steps } })
  const link = engine.open()
  for (const [index, title] of ['First', 'Second'].entries()) {
    const settings = { host: '127.0.0.1', port: 4001 + index }
    const { sessionId } = await link.call('session.open', { title, settings })
    await link.call('session.connect', { sessionId })
  }
  await draw()
  workbench.tabs.open('session', 'session-1')
  workbench.tabs.open('sequence', id)
}

const sequenceTab = () => page.getByRole('tab', { name: /Log in/ })
const sessionTab = (name: RegExp) => page.getByRole('tablist').first().getByRole('tab', { name })
const target = () => page.getByRole('combobox', { name: 'On the session' })

it('runs on the session it was opened for, whatever comes in front, until that is gone', async () => {
  const startedOn: string[] = []
  engine.answers = {
    'run.start': ({ sessionId }) => {
      startedOn.push(sessionId)
      throw new Error('Not run in this test.')
    },
  }
  await show([{ kind: 'pause', durationMs: 5 }])
  const start = page.getByRole('button', { name: 'Start', exact: true })
  await expect.element(target()).toHaveValue('session-1')

  await sessionTab(/Second/).click()
  await sequenceTab().click()
  await expect.element(target()).toHaveValue('session-1')
  await start.click()
  await vi.waitFor(() => expect(startedOn).toEqual(['session-1']))

  cleanup()
  workbench.tabs.open('session', 'session-2')
  await draw()
  await sequenceTab().click()
  await expect.element(target()).toHaveValue('session-1')

  await workbench.sessions.closeSession('session-1')
  await expect.element(page.getByText(/“First” was closed/)).toBeVisible()
  await expect.element(target()).toHaveValue('session-2')
  await start.click()
  await vi.waitFor(() => expect(startedOn).toEqual(['session-1', 'session-2']))
  await expect.element(page.getByText(/“First” was closed/)).not.toBeInTheDocument()
})

it('tells at the pattern why it is malformed, while it is written', async () => {
  await show([
    {
      kind: 'wait',
      condition: { kind: 'regular-expression', pattern: 'T', ignoreCase: false },
      timeoutMs: 5,
      captures: [],
    },
  ])
  await page.getByRole('button', { name: /Wait up to/ }).click()
  const pattern = page.getByRole('textbox', { name: 'Regular expression' })
  await pattern.fill('(T\\d+')
  await expect.element(pattern).toHaveAttribute('aria-invalid', 'true')
  await expect.element(pattern).toHaveAccessibleDescription(/cannot be read: a \( is not closed\.pattern-malformed/)
  await expect.element(page.getByRole('button', { name: /Wait for a reply: has an error/ })).toBeVisible()
  await pattern.fill('')
  await expect.element(pattern).not.toHaveAttribute('aria-invalid')
  await pattern.fill('(T\\d+)')
  await expect.element(page.getByRole('button', { name: /Wait up to/ })).toBeVisible()
})

it('shows that the framing of the session it runs on ends the lines', async () => {
  const content = { mode: 'text', text: 'ab', encoding: 'utf-8', lineEnding: 'crlf' } as const
  await show([{ kind: 'send', message: { content, computed: [], framed: true } }])
  await page.getByRole('button', { name: /Send text ab/ }).click()
  const ending = page.getByRole('region', { name: 'Sequence Log in' }).getByRole('combobox', { name: 'Line ending' })
  await expect.element(ending).toBeEnabled()

  const framing = { kind: 'lf', maximumFrameBytes: 1000 } as const
  const interpretation = engine.keptCaptures.list.find(({ captureId }) => captureId === 'capture-2')?.interpretation
  if (interpretation === undefined) throw new Error('The session has no capture.')
  engine.keptCaptures.change('capture-2', {
    interpretation: { ...interpretation, sent: { ...interpretation.sent, framing } },
  })
  await target().selectOptions('session-2')
  await expect.element(ending).toBeDisabled()
  await expect.element(ending).toHaveTextContent('By the framing')

  await page.getByRole('checkbox', { name: 'Add the framing of the session' }).click()
  await expect.element(ending).toBeEnabled()
  await expect.element(ending).toHaveValue('crlf')
  await page.getByRole('checkbox', { name: 'Add the framing of the session' }).click()
  await expect.element(ending).toBeDisabled()
  await target().selectOptions('session-1')
  await expect.element(ending).toHaveValue('crlf')
})
