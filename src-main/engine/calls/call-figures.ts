import type { CallStatistics } from '../../contract/schemas/call.ts'
import { LatencyHistogram } from '../../protocol/command-rpc/latency/latency-histogram.ts'
import type { CallRecord } from './call-record.ts'

/** Commands that figures are kept of; further ones take the place of the one that was called first. */
const mostCommands = 500

interface CommandFigures {
  callCount: number
  okCount: number
  errorCount: number
  failedCount: number
  readonly latency: LatencyHistogram
}

/** How many calls of each command there were, how they ended and how long their answers took. */
export class CallFigures {
  readonly #commands = new Map<string | null, CommandFigures>()

  began(command: string | null): void {
    this.#figuresOf(command).callCount += 1
  }

  ended({ command, ok, answer }: CallRecord): void {
    const figures = this.#commands.get(command)
    // Cleared meanwhile.
    if (figures === undefined) return
    if (answer === null) {
      figures.failedCount += 1
      return
    }
    if (ok === true) figures.okCount += 1
    else figures.errorCount += 1
    figures.latency.record(answer.elapsedMs)
  }

  clear(): void {
    this.#commands.clear()
  }

  /** In the order in which they were called first. */
  list(): CallStatistics[] {
    return [...this.#commands].map(([command, { latency, ...counts }]) => ({
      command,
      ...counts,
      latency: latency.summary(),
    }))
  }

  #figuresOf(command: string | null): CommandFigures {
    const known = this.#commands.get(command)
    if (known !== undefined) return known
    const latency = new LatencyHistogram()
    const figures = { callCount: 0, okCount: 0, errorCount: 0, failedCount: 0, latency }
    this.#commands.set(command, figures)
    if (this.#commands.size > mostCommands) {
      const [first] = this.#commands.keys()
      if (first !== undefined) this.#commands.delete(first)
    }
    return figures
  }
}
