import { Peer } from './peer.ts'

interface Request {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
}

/**
 * Speaks JSON-RPC 2.0, one document a line, in the simplest way: `add` adds, anything else is not found, notifications are
 * taken. A batch gets its answers as one, last first, as a server may. The method `ask` makes it call `confirm` itself with the id
 * 77, and answer `ask` with what it got.
 */
export const startJsonRpcPeer = (): Promise<Peer> => {
  let begun = ''
  let asking: number | undefined
  const answerTo = ({ id, method, params }: Request): object | null => {
    if (id === undefined) return null
    const { x = 0, y = 0 } = { ...(params as { x?: number; y?: number } | undefined) }
    if (method === 'add') return { jsonrpc: '2.0', id, result: { sum: x + y, at: id } }
    return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }
  }
  return Peer.start({
    onBytes: (socket, bytes) => {
      const lines = (begun + Buffer.from(bytes).toString('utf8')).split('\n')
      begun = lines.pop() ?? ''
      const say = (document: unknown): void => void socket.write(`${JSON.stringify(document)}\n`)
      for (const line of lines) {
        const request = JSON.parse(line) as Request | Request[]
        if (Array.isArray(request)) {
          say(request.flatMap((one) => answerTo(one) ?? []).reverse())
        } else if (request.method === 'ask') {
          asking = request.id
          say({ jsonrpc: '2.0', id: 77, method: 'confirm', params: { text: 'Go on?' } })
        } else if (request.method === undefined) {
          say({ jsonrpc: '2.0', id: asking, result: { confirmed: request.result } })
        } else {
          const answer = answerTo(request)
          if (answer !== null) say(answer)
        }
      }
    },
  })
}
