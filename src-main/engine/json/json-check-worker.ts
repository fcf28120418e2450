/** The thread that checks run in: one request in, one reply out, in order. */
import { parentPort } from 'node:worker_threads'
import type { JsonCheckRequest } from '../../contract/schemas/json-check.ts'
import { SchemaChecker } from './schema-check.ts'

const checker = new SchemaChecker()

parentPort?.on('message', (request: JsonCheckRequest) => {
  parentPort?.postMessage({ kind: 'checked', reply: checker.check(request) })
})
parentPort?.postMessage({ kind: 'ready' })
