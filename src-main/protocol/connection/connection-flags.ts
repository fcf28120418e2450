import type { ConnectionFlags } from '../../contract/schemas/session.ts'

/** What the flags are made of. */
export interface FlagFacts {
  /** A socket is trying to connect. */
  readonly isDialling: boolean
  /** TCP is connected, and the socket not closed yet. */
  readonly isAccepted: boolean
  /** TLS was asked for and is not done. */
  readonly isSecuring: boolean
  readonly cutOff: boolean
  /** A connection was usable, and this side has not ended it since. */
  readonly isWanted: boolean
}

/**
 * The flags of the seed clients. As theirs (seed-systems 2.2), `opened`, `accepted` and `connected` stay true after the
 * peer's FIN and go with the socket, while `cutOff` stays until the next connection; `shouldBeConnected` (3.2) tells a loss.
 */
export function flagsOf({ isDialling, isAccepted, isSecuring, cutOff, isWanted }: FlagFacts): ConnectionFlags {
  return {
    opened: isDialling || isAccepted,
    accepted: isAccepted,
    connected: isAccepted && !isSecuring,
    cutOff,
    shouldBeConnected: isWanted,
  }
}
