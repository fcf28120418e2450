import { join } from 'node:path'
import { CaptureStore } from '../../../capture/capture-store.ts'
import { EventHub } from '../../../contract/event-hub.ts'
import type { ServerDefinition } from '../../../contract/schemas/server.ts'
import type { Clock } from '../../../engine/ports.ts'
import { ServerCaptures, type ServerCapture } from '../../../engine/servers/server-capture.ts'
import { version } from '../../version.ts'

/** The capture of one run of `wirebench serve`. */
export interface ServeRecording {
  readonly capture: ServerCapture
  /** Closes it, and deletes an empty one; answers whether it is there afterwards. Errors: `disk-full`, `file-unwritable`. */
  end(): Promise<boolean>
}

/**
 * Begins a capture in the data folder. `onProblem` is told when the disk takes nothing, and when it does again; nothing is lost
 * meanwhile. Errors: `data-folder-unwritable`, `disk-full`.
 */
export async function beginRecording(
  dataFolder: string,
  definition: ServerDefinition,
  clock: Clock,
  onProblem: (message: string) => void,
): Promise<ServeRecording> {
  const events = new EventHub()
  events.subscribe('host.notice', null, ({ message }) => onProblem(message))
  const store = await CaptureStore.open({ folder: join(dataFolder, 'captures'), clock, programVersion: version })
  const captures = new ServerCaptures({ captures: store, events, clock })
  const capture = await captures.begin(definition)
  return {
    capture,
    end: async () => {
      try {
        return await capture.end()
      } finally {
        captures.close()
        await store.close()
      }
    },
  }
}
