import type { CaptureStore } from '../../capture/capture-store.ts'
import type { CommandHandlers } from '../../contract/command-handlers.ts'

/** Answers `capture.*`. */
export function captureCommands(captures: CaptureStore) {
  return {
    'capture.list': async () => [...(await captures.list())],
    'capture.recovered': async () => [...(await captures.recovered())],
    'capture.open': ({ captureId }) => captures.openCapture(captureId),
    'capture.window': (request) => captures.window(request),
    'capture.read': ({ captureId, record, offset, length }) => captures.read(captureId, record, offset, length),
    'capture.read-stream': async ({ captureId, connection = null, ...range }) => ({
      bytes: await captures.readStream(captureId, { ...range, connection }),
    }),
    'capture.interpret': ({ captureId, interpretation }) => captures.setInterpretation(captureId, interpretation),
    'capture.latest': ({ captureId }) => captures.latest(captureId),
    'capture.rates': (request) => captures.rates(request),
    'capture.rename': ({ captureId, name }) => captures.rename(captureId, name),
    'capture.annotate': ({ captureId, ...change }) => captures.annotate(captureId, change),
    'capture.remove': async ({ captureId }) => {
      await captures.remove(captureId)
      return {}
    },
    'capture.restore': ({ captureId }) => captures.restore(captureId),
  } satisfies Partial<CommandHandlers>
}
