import { connect } from '../../src-main/contract/connect.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import { createWebSocketWire, type WebSocketLike } from '../../src-main/contract/wires/websocket-wire.ts'
import type { Link } from './link.ts'

/**
 * Opens the link to the host that served this page, over a WebSocket to `/wire`. The cookie that came with the page
 * opens it; the token is taken out of the address bar, where it could be read or copied by mistake. Rejects with
 * `host-gone` when the host does not answer or refuses.
 */
export function openWebLink(): Promise<Link> {
  const page = new URL(window.location.href)
  if (page.searchParams.has('token')) {
    page.searchParams.delete('token')
    window.history.replaceState(window.history.state, '', page)
  }
  return linkOverSocket(new WebSocket(wireAddress(page)))
}

/** The address of the wire that belongs to a page. */
export function wireAddress(page: URL): string {
  const address = new URL('/wire', page)
  address.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}

/** What `linkOverSocket` needs besides what the wire needs: to be told when the socket opens. */
interface OpeningSocket extends WebSocketLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
}

/** Resolves with the link once the socket is open. */
export function linkOverSocket(socket: OpeningSocket): Promise<Link> {
  const wire = createWebSocketWire(socket)
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(connect(wire)))
    wire.onClose(() => reject(new WirebenchError('host-gone')))
  })
}
