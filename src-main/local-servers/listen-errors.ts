import { WirebenchError, type ErrorShape, describeError } from '../contract/errors.ts'
import { tlsReason } from './handshake-failure.ts'

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** Why listening failed, as a coded error. */
export function listenFailure(error: Error, host: string, port: number): WirebenchError {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new WirebenchError('port-in-use', { host, port }, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new WirebenchError('port-not-permitted', { host, port }, { cause: error })
    case 'EADDRNOTAVAIL':
      return new WirebenchError('local-address-unavailable', { address: host }, { cause: error })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new WirebenchError('name-not-found', { host }, { cause: error })
    case 'EMFILE':
    case 'ENFILE':
      return new WirebenchError('too-many-open-files', {}, { cause: error })
    default:
      return new WirebenchError('listen-failed', { host, port, reason: `${error.message}.` }, { cause: error })
  }
}

/** Why a client's connection broke. */
export function clientFailure(error: Error): ErrorShape {
  const reason = tlsReason(error)
  if (reason !== null) return describeError('connection-lost', { reason })
  switch (codeOf(error)) {
    case 'ECONNRESET':
      return describeError('connection-reset')
    case 'EPIPE':
      return describeError('broken-pipe')
    default:
      return describeError('connection-lost', { reason: `${error.message}.` })
  }
}
