import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectAccessible } from './fixtures/accessibility.ts'
import { hashOfReceived } from './fixtures/captured-bytes.ts'
import { expect, test } from './fixtures/workbench.ts'
import { WorkbenchPage } from './pages/workbench-page.ts'

/** Why no small disk can be made here; null when it was mounted at `folder`. */
function mountSmallDisk(folder: string, size: string): string | null {
  const { status, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  return error === undefined && status === 0 ? null : 'This user may not mount a small disk.'
}

const onSmallDisk = test.extend({
  dataFolder: async ({}, use, testInfo) => {
    const folder = await mkdtemp(join(tmpdir(), 'wirebench-disk-'))
    const reason = mountSmallDisk(folder, '8m')
    testInfo.skip(reason !== null, reason ?? '')
    await use(folder)
    spawnSync('umount', ['--lazy', folder])
    await rm(folder, { recursive: true, force: true })
  },
})

onSmallDisk(
  'a full disk is told, receiving waits, and once there is room it goes on without a lost byte',
  async ({ page, workbench, peers }) => {
    const flood = await peers.flooding(48_000_000)
    const window = new WorkbenchPage(page)
    await window.newConnection(flood, 'Connect without saving')
    await expect(page.getByText(/The disk is full/).first()).toBeVisible()
    await expect(window.session.bar.getByText('Receiving waits for the disk')).toBeVisible()
    await expectAccessible(page)

    const { status } = spawnSync('mount', ['-o', 'remount,size=128m', workbench.dataFolder])
    expect(status).toBe(0)
    await expect(window.session.row('Peer ended sending (FIN)')).toBeVisible({ timeout: 30_000 })
    await page.goto('about:blank')
    await workbench.stop()
    const captures = join(workbench.dataFolder, 'captures')
    const file = (await readdir(captures)).find((name) => name.endsWith('.wirebench')) ?? ''
    expect(await hashOfReceived(join(captures, file))).toEqual({ sha256: flood.sha256, byteCount: flood.byteCount })
  },
)

const onUnwritableFolder = test.extend({
  // A file stands where the folder should be: not even root can make it.
  dataFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'wirebench-disk-'))
    await writeFile(join(folder, 'a-file'), '')
    await use(join(folder, 'a-file', 'data'))
    await rm(folder, { recursive: true, force: true })
  },
})

onUnwritableFolder('an unwritable data folder is told, and the workbench works without it', async ({ page, peers }) => {
  await expect(page.getByText(/The data folder .*a-file.data cannot be written/).first()).toBeVisible()
  const window = new WorkbenchPage(page)
  await window.connectTo(await peers.echo())
  await window.session.composeText('still works')
  await window.session.send()
  await expect(window.session.receivedRow('still works')).toBeVisible()
  await expectAccessible(page)
})
