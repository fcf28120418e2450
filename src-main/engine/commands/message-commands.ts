import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { maximumSendBytes } from '../../contract/commands.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { measureMessageFile } from '../messages/message-files.ts'
import type { FileKeeper } from '../ports.ts'

/** Answers `message.*`. */
export function messageCommands(keeper: FileKeeper) {
  return {
    'message.keep-file': async ({ name, bytes }) => {
      if (bytes.length > maximumSendBytes) {
        throw new WirebenchError('message-too-large', { bytes: bytes.length, limit: maximumSendBytes })
      }
      return { path: await keeper.keep(name, bytes) }
    },
    'message.measure-file': async ({ path }) => ({ sizeBytes: await measureMessageFile(path) }),
  } satisfies Partial<CommandHandlers>
}
