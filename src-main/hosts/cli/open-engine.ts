import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Link } from '../../contract/connect.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { serve } from '../../contract/serve.ts'
import { createMemoryWirePair } from '../../contract/wires/memory-wire.ts'
import { composeEngine } from '../compose-engine.ts'
import { version } from '../version.ts'

/** An engine for one command, spoken to by the contract like any other. */
export interface CommandEngine {
  readonly link: Link
  close(): Promise<void>
}

/** An engine that works in a data folder. */
export async function openEngine(dataFolder: string): Promise<CommandEngine> {
  const capabilities = { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' } as const
  const composed = await composeEngine({ dataFolder, capabilities, version, workbench: false })
  const [client, server] = createMemoryWirePair()
  serve(server, composed.engine.handlers, composed.engine.events)
  const link = connect(client)
  return {
    link,
    close: async () => {
      link.close()
      await composed.close()
    },
  }
}

/** The same, where what is written must be kept. Errors: `data-folder-unwritable`. */
export async function openKeepingEngine(dataFolder: string): Promise<CommandEngine> {
  const engine = await openEngine(dataFolder)
  try {
    const { dataFolderProblem } = await engine.link.call('host.describe', {})
    if (dataFolderProblem !== null) throw WirebenchError.fromShape(dataFolderProblem)
    return engine
  } catch (thrown) {
    await engine.close()
    throw thrown
  }
}

/** An engine whose data folder is removed when it is closed. */
export async function openTemporaryEngine(): Promise<CommandEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-command-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const engine = await openKeepingEngine(folder)
    return {
      link: engine.link,
      close: async () => {
        try {
          await engine.close()
        } finally {
          await remove()
        }
      },
    }
  } catch (thrown) {
    await remove()
    throw thrown
  }
}
