import { WirebenchError } from '../../../contract/errors.ts'
import type { CallKind, CallProtocol, CallRequest } from '../../../contract/schemas/call-settings.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonNode } from '../../json/json-node.ts'
import type { CallDraft } from '../call-inputs.ts'
import { readFormParameters } from './form-parameters.ts'
import { readJsonParameters } from './json-parameters.ts'
import { readPairs } from './pairs.ts'

const kindsOf: Readonly<Record<CallProtocol, readonly CallKind[]>> = {
  tcpy: ['call', 'notification'],
  m2: ['call', 'event', 'telemetry'],
  jsonrpc: ['call', 'notification'],
}

/** The names of the protocols in sentences. */
const protocolNames: Readonly<Record<CallProtocol, string>> = { tcpy: 'tcpy', m2: 'M2', jsonrpc: 'JSON-RPC' }

/**
 * Reads a call as it was asked for. Errors: `call-kind-impossible`, `command-required` (a command of white space, or null anywhere but in
 * tcpy), and those of the parameters: `call-parameters-malformed` with `position` (from 1, in UTF-16 units) where the text has one, and
 * `reason`; `call-parameter-malformed` with `name`, `reason` and, in a text, `position`, in a form, `index`.
 */
export function readCallDraft(request: CallRequest, protocol: CallProtocol): CallDraft {
  const { kind, command, componentName } = request
  if (!kindsOf[protocol].includes(kind)) {
    throw new WirebenchError('call-kind-impossible', { protocol: protocolNames[protocol], kind })
  }
  if (command === null ? protocol !== 'tcpy' : command.trim() === '') throw new WirebenchError('command-required')
  return { kind, command, parameters: readParameters(request, protocol), componentName }
}

/** The parameters of a request as indented JSON, empty for none: for the switch between notations. Errors: those of the parameters. */
export function parametersAsJsonText(request: CallRequest, protocol: CallProtocol): string {
  const parameters = readParameters(request, protocol)
  return parameters === null ? '' : formatJson(parameters, 'pretty')
}

function readParameters({ parameters }: CallRequest, protocol: CallProtocol): JsonNode | null {
  switch (parameters.notation) {
    case 'form':
      return readFormParameters(parameters.parameters, parameters.positional, protocol)
    case 'json':
      return readJsonParameters(parameters.text, protocol)
    case 'pairs':
      return readPairs(parameters.text)
  }
}
