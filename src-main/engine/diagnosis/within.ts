import type { CancelSignal } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { Clock } from '../ports.ts'

export type Timed<Value> = { readonly value: Value; readonly isLate: false } | { readonly isLate: true }

/**
 * Waits for something that cannot be stopped, for so long at most. Rejects with `cancelled` when the signal is given. What
 * comes later is left aside.
 */
export function within<Value>(
  waiting: Promise<Value>,
  { clock, timeoutMs, signal }: { clock: Clock; timeoutMs: number; signal: CancelSignal },
): Promise<Timed<Value>> {
  return new Promise((resolve, reject) => {
    const forget = (): void => {
      stopTimer()
      signal.removeEventListener('abort', onAbort)
    }
    const onAbort = (): void => {
      forget()
      reject(new WirebenchError('cancelled'))
    }
    const stopTimer = clock.wakeAfter(timeoutMs, () => {
      forget()
      resolve({ isLate: true })
    })
    signal.addEventListener('abort', onAbort)
    waiting.then(
      (value) => {
        forget()
        resolve({ value, isLate: false })
      },
      (thrown: unknown) => {
        forget()
        reject(thrown instanceof Error ? thrown : new WirebenchError('internal', { reason: String(thrown) }))
      },
    )
  })
}
