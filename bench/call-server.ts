/**
 * A child process with the JSON-RPC server of the workbench and its capture, which answers `add` with `{"solution":3}`. Argument: the data
 * folder. Prints {"port"}.
 */
import { completeServerDefinition } from '../src-main/contract/schemas/server.ts'
import { openKeepingEngine } from '../src-main/hosts/cli/open-engine.ts'

const workbench = await openKeepingEngine(process.argv[2] ?? '')
const { link } = workbench
const definition = completeServerDefinition({
  kind: 'jsonrpc',
  name: 'bench',
  table: {
    commands: [
      {
        name: 'add',
        parameters: [{ name: 'x' }, { name: 'y' }],
        action: { kind: 'reply', template: '{"solution":3}' },
      },
    ],
  },
})
const { serverId } = await link.call('server.create', { definition })
const { address } = await link.call('server.start', { serverId })
process.stdout.write(`${JSON.stringify({ port: address?.port ?? 0 })}\n`)
process.stdin.resume().on('close', () => void workbench.close().then(() => process.exit(0)))
