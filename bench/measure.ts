import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Memory and processor time of a process, from /proc (Linux). */
export interface ProcessUse {
  /** Resident memory that belongs to the process alone, without mapped files, in bytes. */
  readonly anonymousBytes: number
  readonly cpuSeconds: number
}

const clockTicksPerSecond = 100

export function readProcessUse(processId: number): ProcessUse {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8')
  const anonymousKiB = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]
  const fields = readFileSync(`/proc/${processId}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { anonymousBytes: Number(anonymousKiB) * 1024, cpuSeconds: ticks / clockTicksPerSecond }
}

/** Samples the memory of a process while something runs; tells how far it rose above the start. */
export class MemoryWatch {
  readonly #processId: number
  readonly #startBytes: number
  readonly #timer: NodeJS.Timeout
  #highestBytes: number

  constructor(processId: number, intervalMs = 100) {
    this.#processId = processId
    this.#startBytes = this.#highestBytes = readProcessUse(processId).anonymousBytes
    this.#timer = setInterval(() => this.#sample(), intervalMs)
  }

  stop(): { readonly startBytes: number; readonly growthBytes: number } {
    this.#sample()
    clearInterval(this.#timer)
    return { startBytes: this.#startBytes, growthBytes: this.#highestBytes - this.#startBytes }
  }

  #sample(): void {
    this.#highestBytes = Math.max(this.#highestBytes, readProcessUse(this.#processId).anonymousBytes)
  }
}

export function describeMachine(): string {
  const processors = cpus()
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0)
  return `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memoryGiB} GiB, Node ${process.versions.node}, ${process.platform}`
}

export const megabytesPerSecond = (bytes: number, elapsedMs: number): number => bytes / 1000 / elapsedMs

/** The value below which a share of the values lies, such as 0.99 for p99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
