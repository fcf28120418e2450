import { errorCatalogue, type ErrorCode, type ErrorKind } from '../../contract/errors.ts'

/** What the program tells its caller in one number. Other programs rely on it. */
export const exitCodes = {
  asExpected: 0,
  /** The peer answered, but not as expected. */
  notAsExpected: 1,
  usage: 2,
  /** The connection could not be made, or broke. */
  connection: 3,
  timeout: 4,
  /** This machine failed: disk, port in use. */
  local: 5,
} as const

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  LocalMisuse: exitCodes.usage,
  PeerViolation: exitCodes.connection,
  HostFailure: exitCodes.local,
}

/** Where the kind alone does not say it. */
const byCode: Partial<Readonly<Record<ErrorCode, ExitCode>>> = {
  'closed-early': exitCodes.notAsExpected,
  'closed-before-reply': exitCodes.notAsExpected,
  'reply-malformed': exitCodes.notAsExpected,
  'reply-too-large': exitCodes.notAsExpected,
  cancelled: exitCodes.notAsExpected,
  'name-not-found': exitCodes.connection,
  'name-lookup-failed': exitCodes.connection,
  unreachable: exitCodes.connection,
  'connection-lost': exitCodes.connection,
  'connection-failed': exitCodes.connection,
  'connect-timeout': exitCodes.timeout,
  'handshake-timeout': exitCodes.timeout,
  'wait-timeout': exitCodes.timeout,
  'call-timeout': exitCodes.timeout,
  'file-not-found': exitCodes.local,
  'local-address-unavailable': exitCodes.local,
}

/** The exit code of a command that failed with this error. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return byCode[code] ?? byKind[errorCatalogue[code].kind]
}
