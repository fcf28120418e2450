import type { ConnectionProbes, HandshakeOptions, PreparedTls, ProbeRequest } from '../../engine/ports.ts'
import type { BannerFinding, ConnectFinding, HandshakeFinding } from '../../protocol/diagnosis/findings.ts'
import { NodePreparedTls } from '../tls/node-prepared-tls.ts'
import { probeHandshake } from './handshake-probe.ts'
import { probeBanner, probeConnect } from './plain-probes.ts'

/** The doctor's eyes on sockets of Node. */
export class NodeProbes implements ConnectionProbes {
  connect(request: ProbeRequest): Promise<ConnectFinding> {
    return probeConnect(request)
  }

  banner(request: ProbeRequest, waitMs: number): Promise<BannerFinding> {
    return probeBanner(request, waitMs)
  }

  handshake(request: ProbeRequest, tls: PreparedTls, options: HandshakeOptions): Promise<HandshakeFinding> {
    if (!(tls instanceof NodePreparedTls)) throw new TypeError('TLS was not prepared by NodeTlsProvider')
    return probeHandshake(request, tls, options)
  }
}
