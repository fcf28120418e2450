import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A few steps below normal: behind a browser that has work to do, before what runs in the background. */
export const politePriority = 5

/** What lowering the priority needs of the system; tests put in their own. */
export interface PrioritySystem {
  /** Ids that together make up this process: of its threads where each has a priority of its own. */
  ids(): readonly number[]
  setPriority(id: number, priority: number): void
}

const thisProcess: PrioritySystem = {
  ids: () => (process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid]),
  setPriority,
}

/**
 * Lets the browser go first where it shares a short processor with this process: at full speed the window stays
 * responsive, and nothing is lost, because a peer is only read from as fast as there is time for. False where the system
 * does not permit it; everything then works all the same.
 */
export function lowerPriority(system: PrioritySystem = thisProcess): boolean {
  try {
    for (const id of system.ids()) system.setPriority(id, politePriority)
    return true
  } catch {
    // A thread that ended meanwhile, or a system that forbids it: responsiveness is then the scheduler's alone.
    return false
  }
}
