import type { CaptureStore } from '../../capture/capture-store.ts'
import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { LimitKeeper } from '../captures/limit-keeper.ts'

/** Answers `capture.*` that is about looking at captures and keeping them. */
export function captureCommands(captures: CaptureStore, limits: LimitKeeper) {
  return {
    'capture.list': async () => [...(await captures.list())],
    'capture.recovered': async () => [...(await captures.recovered())],
    'capture.open': ({ captureId }) => captures.openCapture(captureId),
    'capture.window': (request) => captures.window(request),
    'capture.locate': (request) => captures.locate(request),
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
    'capture.restore': ({ captureId }) => {
      limits.spare(captureId)
      return captures.restore(captureId)
    },
    'capture.trash': () => captures.trash(),
    'capture.empty-trash': async ({ captureIds }) => ({ freedBytes: await captures.emptyTrash(captureIds) }),
    'capture.beyond-limits': (request) => limits.beyond(request.limits),
    'capture.open-file': ({ path }) => captures.openFile(path),
    'capture.rebuild-index': ({ captureId }) => captures.rebuildIndex(captureId),
  } satisfies Partial<CommandHandlers>
}
