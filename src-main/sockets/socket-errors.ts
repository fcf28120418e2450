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

/** Of a dial to `remote` that did not connect. */
export function describeDialError(thrown: unknown, remote: { address: string; port: number }): ErrorShape {
  return shapeOf(dialCodes, 'connection-failed', thrown, { address: remote.address, port: remote.port })
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
