import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a request was not let in; null when it was. */
export type Refusal = 'host' | 'origin' | 'token' | null

/** A new token of 256 bits as 43 characters that need no escaping in a URL or a cookie. */
export function createToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Lets in only who was given the token, and no page of another origin.
 *
 * Rules: `Host` must be one of the names this server is reached by, exactly, so that a foreign name that resolves here
 * (DNS rebinding) gets nothing. An `Origin`, where there is one, must be this very server; a WebSocket must have one.
 * The token comes as `?token=` or, after the first answer, in a cookie named with the port, because cookies do not
 * keep the servers of one machine apart. A `?token=` that is there must be right, whatever the cookie says.
 */
export class AccessGuard {
  readonly #tokenHash: Buffer
  readonly #cookieName: string
  readonly #hosts: ReadonlySet<string>
  readonly #token: string

  /** @param hosts allowed values of `Host`, lower case, with the port */
  constructor(token: string, port: number, hosts: Iterable<string>) {
    this.#token = token
    this.#tokenHash = sha256(token)
    this.#cookieName = `wirebench-${port}`
    this.#hosts = new Set(hosts)
  }

  /** Judges a request; `webSocket` for an upgrade. */
  judge(request: IncomingMessage, query: URLSearchParams, webSocket: boolean): Refusal {
    const { host, origin, cookie } = request.headers
    if (host === undefined || countHeader(request, 'host') !== 1 || !this.#hosts.has(host.toLowerCase())) return 'host'
    if (origin === undefined ? webSocket : origin !== `http://${host.toLowerCase()}`) return 'origin'
    const given = query.getAll('token')
    const allowed = given.length > 0 ? given.every((token) => this.#isToken(token)) : this.#hasCookie(cookie)
    return allowed ? null : 'token'
  }

  /** The value of `Set-Cookie` that lets the same browser in again. */
  cookie(): string {
    return `${this.#cookieName}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`
  }

  #hasCookie(header: string | undefined): boolean {
    return (header ?? '').split(';').some((pair) => {
      const [name, value] = splitOnce(pair.trim(), '=')
      return name === this.#cookieName && this.#isToken(value)
    })
  }

  /** Compares hashes of equal length in constant time. */
  #isToken(candidate: string): boolean {
    return timingSafeEqual(sha256(candidate), this.#tokenHash)
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function countHeader(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
