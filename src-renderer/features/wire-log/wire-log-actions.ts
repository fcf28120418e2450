import type { WireLogState } from '../../../src-main/contract/schemas/wire-log.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { wireLogWords as words } from '../../strings/wire-log.ts'
import { downloadBytes } from '../library/text-files.ts'
import { copyToClipboard } from '../traffic/traffic-actions.ts'

/** Most of a memory log that one answer can hold. */
const mostSavedBytes = 1024 * 1024

/** Ends the log; asks first when its text would be lost. */
export function endWireLog(session: SessionState, workbench: Workbench): void {
  const log = session.snapshot.wireLog
  if (log === null) return
  const { filed, temporary } = log.settings
  const end = (): void => void workbench.attempt(() => endNow(session, workbench, log))
  if (log.recordCount === 0 || (filed && !temporary)) {
    end()
    return
  }
  workbench.dialogs.open({
    kind: 'confirm',
    confirmation: {
      title: words.askTitle,
      text: filed ? words.askTemporary(log.recordCount) : words.askMemory(log.recordCount),
      confirmLabel: words.endAndForget,
      cancelLabel: words.keepOn,
      run: end,
    },
  })
}

async function endNow(session: SessionState, workbench: Workbench, asked: WireLogState): Promise<void> {
  const { recordCount, paths, settings } = session.snapshot.wireLog ?? asked
  await session.setWireLog(null)
  const kept = settings.temporary ? [] : paths
  workbench.toasts.show({
    message: words.ended(recordCount, kept),
    action:
      kept.length === 0 ? undefined : { label: words.copyPaths, run: () => void copyPath(kept.join('\n'), workbench) },
  })
}

export async function copyPath(path: string, workbench: Workbench): Promise<void> {
  await workbench.attempt(async () => {
    await copyToClipboard(path)
    workbench.toasts.show({ message: words.pathCopied(path) })
  })
}

/** Saves what a memory log holds, a file for each of its directions or one for both. */
export async function saveWireLog(session: SessionState, workbench: Workbench, log: WireLogState): Promise<void> {
  await workbench.attempt(async () => {
    const text = await session.wireLogText(mostSavedBytes)
    const { samed, rx, tx, name } = log.settings
    const files = samed
      ? [{ fileName: `${name}.log`, bytes: text.both }]
      : [
          ...(rx ? [{ fileName: `${name}.rx.log`, bytes: text.rx }] : []),
          ...(tx ? [{ fileName: `${name}.tx.log`, bytes: text.tx }] : []),
        ]
    for (const { fileName, bytes } of files) downloadBytes(fileName, bytes)
    const isPart = log.forgottenBytes > 0 || files.some(({ bytes }) => bytes.length >= mostSavedBytes)
    const fileNames = files.map(({ fileName }) => fileName)
    workbench.toasts.show({ message: isPart ? words.savedPart(fileNames) : words.saved(fileNames) })
  })
}
