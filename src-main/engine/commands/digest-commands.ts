import type { CaptureStore } from '../../capture/capture-store.ts'
import { digestStretch } from '../../capture/digest/digest-stretch.ts'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { Pulse } from '../pulse.ts'

/** Answers `capture.digest`. */
export function digestCommands(captures: CaptureStore, events: EventHub, pulse: Pulse) {
  return {
    'capture.digest': async ({ captureId, digestId, connection = null, ...stretch }, { signal }) => {
      const tell = (doneBytes: number): void => {
        if (digestId === undefined) return
        const totalBytes = stretch.length
        pulse.mark(`digest ${digestId}`, () => events.publish('digest.progress', { digestId, doneBytes, totalBytes }))
      }
      return digestStretch(
        { ...stretch, connection },
        {
          read: (range) => captures.reading(captureId, (reader) => reader.readStreamPart(range)),
          signal,
          onProgress: tell,
        },
      )
    },
  } satisfies Partial<CommandHandlers>
}
