import { describeError, type ErrorCode, type ErrorData, type ErrorShape } from '../contract/errors.ts'

/** The code that Node puts on a failure of the system, such as `ECONNREFUSED`; null when there is none. */
export function systemErrorCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null
  const code: unknown = Reflect.get(thrown, 'code')
  return typeof code === 'string' ? code : null
}

function shapeOf(codes: ReadonlyMap<string, ErrorCode>, fallback: ErrorCode, thrown: unknown, data: ErrorData) {
  const systemCode = systemErrorCode(thrown)
  const known = systemCode === null ? undefined : codes.get(systemCode)
  if (known !== undefined) return describeError(known, { ...data, systemCode })
  const reason = thrown instanceof Error ? `${thrown.message}.` : `${String(thrown)}.`
  return describeError(fallback, { ...data, systemCode, reason })
}

const anySocketCodes: readonly (readonly [string, ErrorCode])[] = [
  ['ECONNRESET', 'connection-reset'],
  ['EPIPE', 'broken-pipe'],
  ['EMFILE', 'too-many-open-files'],
  ['ENFILE', 'too-many-open-files'],
]

const dialCodes = new Map<string, ErrorCode>([
  ...anySocketCodes,
  ['ECONNREFUSED', 'connection-refused'],
  ['ETIMEDOUT', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EAFNOSUPPORT', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
])

/** Of a dial to `remote` that did not connect. `local` is what was asked for at this end; port 0 is any. */
export function describeDialError(
  thrown: unknown,
  remote: { address: string; port: number },
  local: { address: string | null; port: number } = { address: null, port: 0 },
): ErrorShape {
  return (
    describeBindError(thrown, local) ??
    shapeOf(dialCodes, 'connection-failed', thrown, { address: remote.address, port: remote.port })
  )
}

const portCodes = new Map<string, ErrorCode>([
  ['EADDRINUSE', 'port-in-use'],
  // Of a pair of ports that was in use a moment ago (TIME-WAIT), too.
  ['EADDRNOTAVAIL', 'port-in-use'],
  ['EACCES', 'port-not-permitted'],
])

/** Null when this end is not at fault. */
function describeBindError(thrown: unknown, local: { address: string | null; port: number }): ErrorShape | null {
  const systemCode = systemErrorCode(thrown)
  if (systemCode === null || !(thrown instanceof Error)) return null
  const isBind = Reflect.get(thrown, 'syscall') === 'bind'
  if (isBind && (systemCode === 'EADDRNOTAVAIL' || systemCode === 'EINVAL') && local.address !== null) {
    return describeError('local-address-unavailable', { address: local.address, systemCode })
  }
  const known = local.port === 0 ? undefined : portCodes.get(systemCode)
  if (known === undefined) return null
  return describeError(known, { host: local.address ?? 'this machine', port: local.port, systemCode })
}

const openCodes = new Map<string, ErrorCode>([...anySocketCodes, ['ECONNABORTED', 'connection-reset']])

/** Of a connection that was open. */
export function describeConnectionError(thrown: unknown): ErrorShape {
  return shapeOf(openCodes, 'connection-lost', thrown, {})
}

const listenCodes = new Map<string, ErrorCode>([
  ['EADDRINUSE', 'port-in-use'],
  ['EACCES', 'port-not-permitted'],
  ['EADDRNOTAVAIL', 'local-address-unavailable'],
  ['EMFILE', 'too-many-open-files'],
  ['ENFILE', 'too-many-open-files'],
])

/** Of a server that could not listen. */
export function describeListenError(thrown: unknown, where: { host: string; port: number }): ErrorShape {
  return shapeOf(listenCodes, 'listen-failed', thrown, { ...where, address: where.host })
}

const lookupCodes = new Map<string, ErrorCode>([
  ['ENOTFOUND', 'name-not-found'],
  ['ENODATA', 'name-not-found'],
  ['EINVAL', 'host-malformed'],
])

/** Of a name that could not be looked up. `EAI_AGAIN` and the like are failures of the name server. */
export function describeLookupError(thrown: unknown, host: string): ErrorShape {
  return shapeOf(lookupCodes, 'name-lookup-failed', thrown, { host })
}
