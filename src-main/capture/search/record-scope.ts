import type { CaptureScope } from '../../contract/schemas/capture-filter.ts'

/** The conditions of a scope, ready to be asked for every record or message. */
export class RecordScope {
  readonly fromNs: number
  readonly toNs: number
  readonly #connections: ReadonlySet<number> | null
  readonly #minimumBytes: number
  readonly #maximumBytes: number
  readonly #wantsSent: boolean
  readonly #wantsReceived: boolean

  constructor(scope: CaptureScope) {
    this.fromNs = scope.fromNs ?? 0
    this.toNs = scope.toNs ?? Number.POSITIVE_INFINITY
    this.#connections = scope.connections === null ? null : new Set(scope.connections)
    this.#minimumBytes = scope.minimumBytes ?? 0
    this.#maximumBytes = scope.maximumBytes ?? Number.POSITIVE_INFINITY
    this.#wantsSent = scope.direction !== 'received'
    this.#wantsReceived = scope.direction !== 'sent'
  }

  /** Bytes of this stream can be in the scope. */
  hasStream(connection: number, isSent: boolean): boolean {
    return (isSent ? this.#wantsSent : this.#wantsReceived) && (this.#connections?.has(connection) ?? true)
  }

  /** A chunk or message is in the scope. */
  has(connection: number, isSent: boolean, length: number, timeNs: number): boolean {
    return (
      length >= this.#minimumBytes &&
      length <= this.#maximumBytes &&
      timeNs >= this.fromNs &&
      timeNs <= this.toNs &&
      this.hasStream(connection, isSent)
    )
  }

  /** An event is in the scope: it has no direction and no length. */
  hasEvent(connection: number, timeNs: number): boolean {
    return timeNs >= this.fromNs && timeNs <= this.toNs && (this.#connections?.has(connection) ?? true)
  }
}
