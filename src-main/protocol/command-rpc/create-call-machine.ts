import { WirebenchError } from '../../contract/errors.ts'
import type { CallSettings } from '../../contract/schemas/call-settings.ts'
import type { CallMachine, SequenceSource } from './call-inputs.ts'
import { TcpyCallMachine } from './tcpy/tcpy-machine.ts'

/**
 * The calls of one new connection. `sequence` gives the numbers of M2 commands; the other protocols count for themselves or not at all.
 */
export function createCallMachine(settings: CallSettings, _sequence: SequenceSource): CallMachine {
  switch (settings.protocol) {
    case 'tcpy':
      return new TcpyCallMachine(settings)
    case 'm2':
    case 'jsonrpc':
      throw new WirebenchError('call-kind-impossible', { protocol: settings.protocol, kind: 'call' })
  }
}
