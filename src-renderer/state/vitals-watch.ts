import type { Link } from '../../src-main/contract/connect.ts'
import type { HostVitals } from '../../src-main/contract/schemas/host.ts'

const vitalsIntervalMs = 2000

/** Asks for memory and disk every two seconds while the window is seen, until the answered function is called. */
export function watchVitals(link: Link, take: (vitals: HostVitals | null) => void): () => void {
  const ask = async (): Promise<void> => {
    if (document.hidden || link.gone) return
    try {
      take(await link.call('host.vitals', {}))
    } catch {
      // The status bar then says that it does not know; a lost link has its own banner.
      take(null)
    }
  }
  const timer = setInterval(() => void ask(), vitalsIntervalMs)
  void ask()
  return () => clearInterval(timer)
}
