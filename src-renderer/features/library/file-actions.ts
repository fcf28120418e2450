import { toErrorShape } from '../../../src-main/contract/errors.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { chooseTextFiles, downloadText } from './text-files.ts'

/** Saves what `make` answers as a file and says so. */
export async function exportFile(
  workbench: Workbench,
  make: () => Promise<{ readonly fileName: string; readonly text: string }>,
  exported: (fileName: string) => string,
): Promise<void> {
  await workbench.attempt(async () => {
    const { fileName, text } = await make()
    downloadText(fileName, text)
    workbench.toasts.show({ message: exported(fileName) })
  })
}

/** Lets a person choose files and takes each; a file that cannot be read does not stop the others. */
export async function importFiles(
  workbench: Workbench,
  take: (text: string) => Promise<readonly unknown[]>,
  imported: (count: number) => string,
): Promise<void> {
  await workbench.attempt(async () => {
    let count = 0
    for (const file of await chooseTextFiles('.json,application/json')) {
      try {
        count += (await take(file.text)).length
      } catch (thrown) {
        const { code, message } = toErrorShape(thrown)
        workbench.toasts.show({ level: 'error', message: `${file.name}: ${message}`, code })
      }
    }
    if (count > 0) workbench.toasts.show({ message: imported(count) })
  })
}
