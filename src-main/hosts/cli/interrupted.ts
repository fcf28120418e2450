import type { CliIo } from './cli-io.ts'

export interface Interruption {
  /** Resolves when the user has asked to end, also when that was before. */
  wait(): Promise<void>
  /** Stops listening. */
  forget(): void
}

/** Listens for the wish to end, from now on. */
export function interrupted(io: CliIo): Interruption {
  let tell: () => void = () => undefined
  const asked = new Promise<void>((resolve) => (tell = resolve))
  const forget = io.onInterrupt(() => tell())
  return { wait: () => asked, forget }
}
