import type { ErrorShape } from '../contract/errors.ts'
import type { Clock } from '../engine/ports.ts'
import type { RuleStructures } from '../protocol/reply-rules/compiled-rules.ts'

/** What all local servers of a host have in common. */
export interface ServerSources {
  readonly clock: Clock
  /** Structures of the library, for reply rules; left out where there is none. */
  readonly structures?: RuleStructures
}

/** What the behaviours of one server have besides their clients. */
export interface BehaviourTools extends ServerSources {
  /** A client did something against the protocol: counted, told and kept as the last problem of the server. */
  onProblem(connection: number, error: ErrorShape): void
  /** What `activity` or `ruleCounts` answer has changed. */
  onActivity(): void
}
