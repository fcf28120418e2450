import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { CollectionContent, CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'

/**
 * Saves a change that was made from `base`. Where it was changed or deleted elsewhere meanwhile, nothing is overwritten and
 * a dialog lets the person choose; the answer is null then. `takeTheirs` gets the other version when it is chosen,
 * `saved` what became of the person's own.
 */
export async function updateOrAsk(
  workbench: Workbench,
  base: Pick<CollectionEntry, 'id' | 'revision'>,
  content: CollectionContent,
  takeTheirs: (entry: CollectionEntry) => void,
  saved: (entry: CollectionEntry) => void = () => undefined,
): Promise<CollectionEntry | null> {
  const { collection, dialogs, link } = workbench
  try {
    const entry = await collection.update(base.id, base.revision, content)
    saved(entry)
    return entry
  } catch (thrown) {
    const code = thrown instanceof WirebenchError ? thrown.code : null
    if (code !== 'library-conflict' && code !== 'library-entry-not-found') throw thrown
  }
  const { entries } = await link.call('collection.library', {})
  const theirs = entries.find(({ id }) => id === base.id) ?? null
  dialogs.open({
    kind: 'entry-conflict',
    conflict: {
      mine: content,
      theirs,
      takeTheirs,
      keepMine: async () => {
        if (theirs === null) saved(await collection.create(content))
        else await updateOrAsk(workbench, theirs, content, takeTheirs, saved)
      },
    },
  })
  return null
}
