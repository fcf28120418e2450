import type {
  Dialer,
  DialOptions,
  ReceiveSink,
  ResolvedAddress,
  StreamHandle,
  StreamHandlers,
} from '../engine/ports.ts'
import { NodeStream } from './node-stream.ts'

/** Dials TCP and TLS with Node, receiving straight into the sink's memory. */
export class NodeDialer implements Dialer {
  dial(
    remote: ResolvedAddress & { readonly port: number },
    options: DialOptions,
    sink: () => ReceiveSink,
    handlers: StreamHandlers,
  ): StreamHandle {
    return new NodeStream(remote, options, sink, handlers)
  }
}
