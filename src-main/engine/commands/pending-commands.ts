import type { CommandHandlers } from '../../contract/command-handlers.ts'
import { notYet } from '../not-yet.ts'

/** Commands of the contract that are being built. */
export function pendingCommands() {
  const pending = (name: string) => (): never => {
    throw notYet(name)
  }
  return {
    'session.start-tls': pending('session.start-tls'),
    'session.certificates': pending('session.certificates'),
    'session.set-key-log': pending('session.set-key-log'),
    'session.close-connection': pending('session.close-connection'),
    'session.end-receiving': pending('session.end-receiving'),
    'session.unsent': pending('session.unsent'),
    'session.socket-details': pending('session.socket-details'),
    'diagnosis.run': pending('diagnosis.run'),
  } satisfies Partial<CommandHandlers>
}
