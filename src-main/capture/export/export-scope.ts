import type { CaptureScope } from '../../contract/schemas/capture-filter.ts'
import type { Direction } from '../../contract/schemas/common.ts'

/** Tells what lies in a scope. */
export class ExportScope {
  readonly #scope: CaptureScope
  readonly #connections: ReadonlySet<number> | null

  constructor(scope: CaptureScope) {
    this.#scope = scope
    this.#connections = scope.connections === null ? null : new Set(scope.connections)
  }

  /** Everything lies in it. */
  static isEverything(scope: CaptureScope): boolean {
    return Object.values(scope).every((condition) => condition === null)
  }

  hasEvent(connection: number, timeNs: number): boolean {
    return this.hasTime(timeNs) && (this.#connections === null || this.#connections.has(connection))
  }

  hasTime(timeNs: number): boolean {
    const { fromNs, toNs } = this.#scope
    return (fromNs === null || timeNs >= fromNs) && (toNs === null || timeNs <= toNs)
  }

  /** A chunk or message of so many bytes. */
  hasBytes(direction: Direction, connection: number, timeNs: number, byteCount: number): boolean {
    const { direction: only, minimumBytes, maximumBytes } = this.#scope
    return (
      (only === null || only === direction) &&
      (minimumBytes === null || byteCount >= minimumBytes) &&
      (maximumBytes === null || byteCount <= maximumBytes) &&
      this.hasEvent(connection, timeNs)
    )
  }
}
