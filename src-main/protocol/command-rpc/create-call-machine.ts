import type { CallSettings } from '../../contract/schemas/call-settings.ts'
import type { CallMachine, SequenceSource } from './call-inputs.ts'
import { JsonRpcCallMachine } from './json-rpc/json-rpc-machine.ts'
import { M2CallMachine } from './m2/m2-machine.ts'
import { TcpyCallMachine } from './tcpy/tcpy-machine.ts'

/**
 * The calls of one new connection. `sequence` gives the numbers of M2 commands; JSON-RPC counts for itself, and tcpy not at all.
 */
export function createCallMachine(settings: CallSettings, sequence: SequenceSource): CallMachine {
  switch (settings.protocol) {
    case 'tcpy':
      return new TcpyCallMachine(settings)
    case 'm2':
      return new M2CallMachine(sequence)
    case 'jsonrpc':
      return new JsonRpcCallMachine(settings)
  }
}
