import { connect } from '../../src-main/contract/connect.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import { portMessage } from '../../src-main/contract/port-handover.ts'
import { createMessagePortWire } from '../../src-main/contract/wires/message-port-wire.ts'
import type { Link } from './link.ts'

const portTimeoutMs = 15_000

/**
 * Waits for the message port that the preload hands over and opens the link on it. Messages of other origins, of other
 * windows or without exactly one port are no such port. Must be called while the page is still loading, because the
 * preload posts once. Rejects with `host-gone` when no port comes.
 */
export function openElectronLink(timeoutMs = portTimeoutMs): Promise<Link> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => {
      window.removeEventListener('message', onMessage)
      reject(new WirebenchError('host-gone'))
    }, timeoutMs)

    function onMessage(event: MessageEvent<unknown>): void {
      if (event.source !== window || event.origin !== window.location.origin || event.data !== portMessage) return
      const [port, ...others] = event.ports
      if (port === undefined || others.length > 0) return
      window.clearTimeout(timer)
      window.removeEventListener('message', onMessage)
      resolve(connect(createMessagePortWire(port)))
    }

    window.addEventListener('message', onMessage)
  })
}
