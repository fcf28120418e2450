import type { FilePlan } from './send-file-form.ts'

/** What a plan comes to. Chunks of a chunk rate may have a fraction, which is averaged over time (seed-systems 4.3). */
export interface SendEstimate {
  readonly unit: 'bytes' | 'lines'
  readonly rate: number
  readonly chunkItems: number
  readonly intervalMs: number
  /** Null while it is not known how many items there are. */
  readonly chunkCount: number | null
  readonly totalMs: number | null
}

/** Null when the plan has no rate. `itemCount` is how many bytes or lines the file has; null when that is not known. */
export function estimateSending(
  { unit, rate, chunkSize, chunkRate }: FilePlan,
  itemCount: number | null,
): SendEstimate | null {
  if (rate === null) return null
  const chunkItems = chunkSize ?? (chunkRate === null ? Math.max(1, rate / 1000) : rate / chunkRate)
  return {
    unit,
    rate,
    chunkItems,
    intervalMs: (chunkItems / rate) * 1000,
    chunkCount: itemCount === null ? null : Math.ceil(itemCount / chunkItems),
    totalMs: itemCount === null ? null : (itemCount / rate) * 1000,
  }
}

/** Lines through LF; what stands behind the last one is a line too. */
export function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let index = bytes.indexOf(0x0a); index >= 0; index = bytes.indexOf(0x0a, index + 1)) count += 1
  return bytes.length === 0 || bytes.at(-1) === 0x0a ? count : count + 1
}
