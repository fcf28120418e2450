import type { ServerFault, ServerFaultKind, ServerFaults } from '../../contract/schemas/server-faults.ts'

/** The faults of a server, each found by its kind. */
export type FaultTable = { readonly [Kind in ServerFaultKind]?: Extract<ServerFault, { kind: Kind }> }

export function faultTable({ faults }: ServerFaults): FaultTable {
  return Object.fromEntries(faults.map((fault) => [fault.kind, fault]))
}

/**
 * How often each kind of fault was done. What counts: a client for `refuse`, `cut-message`, `stall`, `half-close` and `reset`; a
 * message for `mute`, `drop`, `garbage`, `delay`, `throttle` and `split`; a flipped bit; messages that `coalesce` let out
 * together, also when it was one alone.
 */
export class FaultTally {
  readonly #counts = new Map<ServerFaultKind, number>()

  add(kind: ServerFaultKind, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times)
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}
