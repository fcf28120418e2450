/** The thread that scripts run in. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ScriptRequest, ScriptThreadData, ScriptThreadMessage } from './script-messages.ts'
import { ScriptSandbox } from './script-sandbox.ts'

const tell = (message: ScriptThreadMessage): void => parentPort?.postMessage(message)

const { memoryBytes } = workerData as ScriptThreadData

void ScriptSandbox.make(memoryBytes).then((sandbox) => {
  parentPort?.on('message', (request: ScriptRequest) => tell({ kind: 'answered', reply: sandbox.answer(request) }))
  tell({ kind: 'ready' })
})
