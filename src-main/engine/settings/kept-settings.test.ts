import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import { defaultSettings, type Settings } from '../../contract/schemas/settings.ts'
import { FolderLock } from '../../storage/folder-lock.ts'
import { JsonDocumentFile } from '../../storage/json-document-file.ts'
import { FaultyDisk } from '../../storage/testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from '../../storage/testing/temporary-folder.ts'
import { KeptSettings } from './kept-settings.ts'

interface Opened {
  readonly settings: KeptSettings
  readonly clock: ManualClock
  readonly disk: FaultyDisk
  readonly problems: ErrorShape[]
}

function openSettings(folder: string): Opened {
  const disk = new FaultyDisk()
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  const lock = new FolderLock({ files: disk, folder })
  const store = new JsonDocumentFile({ files: disk, path: join(folder, 'settings.json'), lock })
  return { disk, clock, problems, settings: new KeptSettings({ store, clock, onProblem: (e) => problems.push(e) }) }
}

/** What stands in each file of the folder, as JSON where it is. */
async function documentsIn(folder: string): Promise<Record<string, unknown>> {
  const texts = Object.entries(await filesIn(folder))
  return Object.fromEntries(
    texts.map(([name, text]) => [name, name.endsWith('.broken') ? text : (JSON.parse(text) as unknown)]),
  )
}

describe('the settings', { timeout: 60_000 }, () => {
  it('are the defaults at first, without a file', async () => {
    const folder = await makeTemporaryFolder()
    const { settings, problems } = openSettings(folder)
    expect(await settings.read()).toEqual(defaultSettings)
    await settings.close()
    expect([await filesIn(folder), problems]).toEqual([{}, []])
  })

  it('are there again after a restart', async () => {
    const folder = await makeTemporaryFolder()
    const first = openSettings(folder).settings
    await first.write({ theme: 'dark', sidebarWidthPx: 301 })
    expect(await first.write({ foldedFolders: ['Lab/Rack 2'] })).toEqual({
      ...defaultSettings,
      theme: 'dark',
      sidebarWidthPx: 301,
      foldedFolders: ['Lab/Rack 2'],
    })
    await first.close()
    expect(await openSettings(folder).settings.read()).toEqual(await first.read())
  })

  it('are written once for a burst, half a second after its beginning', async () => {
    const folder = await makeTemporaryFolder()
    const { settings, clock } = openSettings(folder)
    await settings.write({ sidebarWidthPx: 260 })
    clock.advance(400)
    await settings.write({ sidebarWidthPx: 300 })
    const before = await filesIn(folder)
    clock.advance(100)
    await settings.close()
    expect([before, await documentsIn(folder), clock.waitingCount]).toEqual([
      {},
      { 'settings.json': { schemaVersion: 1, sidebarWidthPx: 300 } },
      0,
    ])
  })

  it('tell every change, and nothing when there is none', async () => {
    const { settings } = openSettings(await makeTemporaryFolder())
    const told: Settings[] = []
    const stop = settings.onChanged((changed) => told.push(changed))
    await settings.write({ theme: 'light' })
    await settings.write({})
    stop()
    await settings.write({ theme: 'dark' })
    await settings.close()
    expect(told).toEqual([{ ...defaultSettings, theme: 'light' }])
  })

  it('of two programs on one folder do not undo each other', async () => {
    const folder = await makeTemporaryFolder()
    const [one, other] = [openSettings(folder).settings, openSettings(folder).settings]
    await Promise.all([one.read(), other.read()])
    await one.write({ theme: 'dark' })
    await other.write({ inspectorHidden: true })
    await one.close()
    await other.close()
    expect(await openSettings(folder).settings.read()).toEqual({
      ...defaultSettings,
      theme: 'dark',
      inspectorHidden: true,
    })
  })
})

describe('a settings file', { timeout: 60_000 }, () => {
  it('keeps the names this version does not know', async () => {
    const folder = await makeTemporaryFolder()
    await writeFile(join(folder, 'settings.json'), '{"schemaVersion":1,"fontSizePx":15,"theme":"dark"}')
    const { settings, problems } = openSettings(folder)
    await settings.write({ theme: 'light' })
    await settings.close()
    expect([await documentsIn(folder), problems]).toEqual([
      { 'settings.json': { schemaVersion: 1, fontSizePx: 15, theme: 'light' } },
      [],
    ])
  })

  it('with an unusable value is used without it; the value is named and stays until it is set', async () => {
    const folder = await makeTemporaryFolder()
    await writeFile(join(folder, 'settings.json'), '{"schemaVersion":1,"theme":"blue","sidebarWidthPx":300}')
    const { settings, problems } = openSettings(folder)
    expect(await settings.write({ inspectorHidden: true })).toEqual({
      ...defaultSettings,
      sidebarWidthPx: 300,
      inspectorHidden: true,
    })
    await settings.close()
    expect([await documentsIn(folder), problems.map(({ code, data }) => [code, data.reason])]).toEqual([
      { 'settings.json': { schemaVersion: 1, theme: 'blue', sidebarWidthPx: 300, inspectorHidden: true } },
      [
        [
          'file-unreadable',
          'theme: Expected ("system" | "light" | "dark") but received "blue". The default is used instead.',
        ],
      ],
    ])
  })

  it.each([
    ['{ "theme": ', 'It ends in the middle: it is not whole JSON.'],
    ['{"schemaVersion":2}', 'It was written by a newer Wirebench (format 2).'],
    ['[]', 'It is not a JSON object.'],
  ])('that cannot be used is set aside and reported (%#)', async (text, reason) => {
    const folder = await makeTemporaryFolder()
    await writeFile(join(folder, 'settings.json'), text)
    const { settings, problems } = openSettings(folder)
    await settings.write({ theme: 'dark' })
    await settings.close()
    expect([await documentsIn(folder), problems]).toMatchObject([
      { 'settings.json': { schemaVersion: 1, theme: 'dark' }, 'settings.json.broken': text },
      [
        {
          code: 'file-unreadable',
          data: { reason: `${reason} It was kept as settings.json.broken, and the settings begin anew.` },
        },
      ],
    ])
  })

  it('is not overwritten when it broke while in use', async () => {
    const folder = await makeTemporaryFolder()
    const { settings, problems } = openSettings(folder)
    await settings.write({ theme: 'dark' })
    await writeFile(join(folder, 'settings.json'), 'oops')
    await settings.close()
    expect([await filesIn(folder), problems.map(({ code }) => code)]).toEqual([
      { 'settings.json': 'oops' },
      ['file-unwritable'],
    ])
  })

  it('on a full disk is told once, and what was set goes with a later change', async () => {
    const folder = await makeTemporaryFolder()
    const { settings, clock, disk, problems } = openSettings(folder)
    disk.fail('writeNew', 'ENOSPC')
    await settings.write({ theme: 'dark' })
    clock.advance(500)
    await settings.write({ sidebarHidden: true, theme: 'light' })
    await settings.close()
    const whileFull = await filesIn(folder)
    disk.mend()
    await settings.write({ composerHeightPx: 300 })
    await settings.close()
    expect([whileFull, await documentsIn(folder), problems.map(({ code }) => code)]).toEqual([
      {},
      { 'settings.json': { schemaVersion: 1, theme: 'light', sidebarHidden: true, composerHeightPx: 300 } },
      ['disk-full'],
    ])
  })
})
