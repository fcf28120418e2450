/**
 * A child process with a workbench that runs an echo server. Arguments: data folder, whether it is recorded (true or false).
 * Prints {"port"}; ends with its input, and says {"clients","recordedBytes"} then.
 */
import { composeEngine } from '../src-main/hosts/compose-engine.ts'
import { completeServerDefinition } from '../src-main/contract/schemas/server.ts'

const [, , dataFolder = '', recorded = ''] = process.argv
const composed = await composeEngine({
  dataFolder,
  capabilities: { kind: 'cli', nativeFileDialogs: false, secretStorage: 'none' },
  version: '0.0.0-bench',
  workbench: false,
})
const { handlers } = composed.engine
const { signal } = new AbortController()
const definition = completeServerDefinition({ kind: 'echo', name: 'Echo', isRecorded: recorded === 'true' })
const { serverId } = await handlers['server.create']({ definition }, { signal })
const { address } = await handlers['server.start']({ serverId }, { signal })
process.stdout.write(`${JSON.stringify({ port: address?.port })}\n`)

process.stdin.resume().on('end', () => void end())

async function end(): Promise<void> {
  const { totalClients } = await handlers['server.stop']({ serverId }, { signal })
  const [capture] = await handlers['capture.list']({}, { signal })
  const recordedBytes = (capture?.totals.receivedBytes ?? 0) + (capture?.totals.sentBytes ?? 0)
  process.stdout.write(`${JSON.stringify({ clients: totalClients, recordedBytes })}\n`)
  await composed.close()
}
