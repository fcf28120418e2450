import { cleanup, render } from 'vitest-browser-svelte'
import { page, userEvent } from 'vitest/browser'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { JobResult } from '../../../src-main/contract/schemas/job.ts'
import { browserKeys } from '../../state/shortcuts.ts'
import { Workbench } from '../../state/workbench.svelte.ts'
import { FakeEngine } from '../../testing/fake-link.ts'
import '../../theme/base.css'
import WindowRoot from '../shell/WindowRoot.svelte'

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

const result: JobResult = {
  captureIds: [],
  path: null,
  downloadId: 'd-1',
  fileName: 'run.pcapng',
  byteCount: 2_000_000,
  notes: ['Nothing was left out.'],
  isWhole: true,
}

async function show(): Promise<void> {
  workbench = new Workbench(engine.open())
  await render(WindowRoot, { workbench, keys: browserKeys })
  await vi.waitUntil(() => workbench.ready)
}

const jobsButton = (name: string) => page.getByRole('button', { name, exact: true })
const list = () => page.getByRole('dialog', { name: 'Jobs' })

it('shows nothing while there are no jobs, and how far they are while there are', async () => {
  await show()
  expect(page.getByRole('button', { name: /Exporting|jobs/ }).elements()).toEqual([])

  const { jobId } = engine.jobs.begin({ subject: 'Night run' })
  engine.jobs.change(jobId, { doneBytes: 450 })
  await jobsButton('Exporting 45 %').click()

  const progress = list().getByRole('progressbar', { name: 'Progress of Export: Night run' })
  await expect.element(progress).toHaveAttribute('value', '450')
  await list().getByRole('button', { name: 'Cancel Export: Night run' }).click()
  await expect.element(list()).toHaveTextContent('Cancelled')

  await list().getByRole('button', { name: 'Dismiss Export: Night run' }).click()
  await expect.element(list()).not.toBeInTheDocument()
  expect(engine.jobs.jobs).toEqual([])
})

it('offers what a job made, with what it has to say', async () => {
  const { jobId } = engine.jobs.begin({ subject: 'Night run' })
  await show()
  engine.jobs.change(jobId, { state: 'done', doneBytes: 1000, result })

  await jobsButton('1 job has ended').click()
  const link = list().getByRole('link', { name: 'Download' })
  await expect.element(link).toHaveAttribute('href', '/downloads/d-1')
  await expect.element(link).toHaveAttribute('download', 'run.pcapng')
  await expect.element(list()).toHaveTextContent('Nothing was left out.')
  await expect.element(list()).toHaveTextContent('Done, 2 MB')
})

it('tells why a job failed, also where nobody looks at the list', async () => {
  await show()
  const { jobId } = engine.jobs.begin({ kind: 'import', subject: 'bad.pcap', captureId: null })
  const error = { code: 'import-damaged', kind: 'HostFailure', message: 'It is damaged.', data: {} } as const
  engine.jobs.change(jobId, { state: 'failed', error })

  await expect.element(page.getByText('Import of “bad.pcap” failed: It is damaged.')).toBeVisible()
  await jobsButton('1 job has ended').click()
  await expect.element(list()).toHaveTextContent('Failed: It is damaged. import-damaged')
  await expect.element(page.getByText('Import of “bad.pcap” failed: It is damaged.')).not.toBeInTheDocument()
})

it('takes all that have ended out of sight at once', async () => {
  await show()
  for (const subject of ['One', 'Two', 'Three']) {
    const { jobId } = engine.jobs.begin({ subject })
    if (subject !== 'Three') engine.jobs.change(jobId, { state: 'cancelled' })
  }

  await jobsButton('Exporting 0 %').click()
  await list().getByRole('button', { name: 'Dismiss all that have ended' }).click()
  await expect.element(list().getByRole('listitem')).toHaveLength(1)
  await userEvent.keyboard('{Escape}')
  await expect.element(jobsButton('Exporting 0 %')).toHaveFocus()
})
