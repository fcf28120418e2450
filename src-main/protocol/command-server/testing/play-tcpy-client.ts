import * as v from 'valibot'
import { commandTable, type CommandTable } from '../../../contract/schemas/command-table.ts'
import { commandServerSettings, type CommandServerSettings } from '../../../contract/schemas/server-kinds.ts'
import { formatJson } from '../../json/format-json.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { messagePackOfJson } from '../../msgpack/of-json.ts'
import { compileTable } from '../compiled-table.ts'
import { TcpyClientMachine, type TcpyClientEffect, type TcpyClientInput } from '../tcpy-client-machine.ts'
import { readTcpyMessage } from '../tcpy-request.ts'

/** Commands of the recorded exchanges: seed-systems 1.2 and 6.1.12. `add` answers 3, whatever is added. */
export const recordedCommands: CommandTable = v.parse(commandTable, {
  commands: [
    {
      name: 'add',
      parameters: [{ name: 'x' }, { name: 'y' }],
      action: { kind: 'reply', template: '{"solution": 3}' },
    },
    { name: 'boom', action: { kind: 'error', message: 'boom happened' } },
    { name: 'nope', action: { kind: 'error', message: 'nope', extraTemplate: '{"code": 42}' } },
    { name: 'nothing', action: { kind: 'steps', steps: [] } },
    { name: 'raw', acceptsOthers: true, action: { kind: 'reply', template: '{{$request}}', raw: true } },
    { name: 'list', action: { kind: 'reply', template: '[1, 2]' } },
    { name: 'overwrite', action: { kind: 'reply', template: '{"success": "maybe", "a": 1}' } },
    {
      name: 'chat',
      action: {
        kind: 'steps',
        steps: [
          { kind: 'send', template: '{"prompt": "?"}' },
          { kind: 'expect', requiredKeys: ['say'] },
          { kind: 'send', template: '{"echo": {{$received.say}}, "n": 1}' },
          { kind: 'expect', timeoutMs: 500 },
        ],
        template: '{"final": {{$received}}}',
      },
    },
    {
      name: 'hang-up',
      action: { kind: 'steps', steps: [{ kind: 'send', template: '{"last": true}' }, { kind: 'finish' }] },
    },
    { name: 'slow', delayMs: 1000, action: { kind: 'reply', template: '{"n": {{$count}}}' } },
    { name: 'script', parameters: [{ name: 'x' }], action: { kind: 'script', source: 'return parameters' } },
    { name: 'huge', action: { kind: 'reply', template: '{"n": 99999999999999999999}' } },
    { name: 'unreadable', action: { kind: 'reply', template: '{' } },
  ],
  scriptLimits: { timeMs: 20_000 },
} satisfies v.InferInput<typeof commandTable>)

/** A frame with this JSON, in the flavour of tcpy, as hex. */
export function frameOf(json: string): Uint8Array {
  const document = parseJsonDocument(json)
  if (!document.ok) throw new Error(document.error.message)
  const payload = messagePackOfJson(document.root, 'tcpy')
  if (!payload.ok) throw new Error(payload.error.message)
  return framed(payload.bytes)
}

/** A frame with this payload. */
export function framed(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + payload.length)
  new DataView(frame.buffer).setUint32(0, payload.length)
  frame.set(payload, 4)
  return frame
}

/** The payload of a frame as JSON. */
export function jsonOfFrame(frame: Uint8Array): string {
  const message = readTcpyMessage(frame.subarray(4))
  return message.kind === 'value' ? formatJson(message.value, 'compact') : `invalid: ${message.reason}`
}

/** One client whose requests get a worker as soon as the test says so, or at once. */
export class PlayedTcpyClient {
  /** Everything that was written, write by write. */
  readonly writes: Uint8Array[] = []
  readonly #machine: TcpyClientMachine
  readonly #getsWorkers: boolean

  constructor(
    settings: v.InferInput<typeof commandServerSettings> = {},
    { table = recordedCommands, getsWorkers = true } = {},
  ) {
    const commands = compileTable(table)
    const complete: CommandServerSettings = v.parse(commandServerSettings, settings)
    this.#getsWorkers = getsWorkers
    this.#machine = new TcpyClientMachine(1, complete, {
      find: (name) => commands.get(name) ?? null,
      count: () => 1,
    })
  }

  receive(...frames: readonly Uint8Array[]): string[] {
    return frames.flatMap((bytes) => this.feed({ kind: 'received', bytes }))
  }

  /** What the machine does with an input, told line by line. */
  feed(input: TcpyClientInput): string[] {
    const effects = this.#machine.accept(input)
    const isSubmitted = effects.some(({ kind }) => kind === 'submit')
    const told = effects.map((effect) => this.#tell(effect))
    return isSubmitted && this.#getsWorkers ? [...told, ...this.feed({ kind: 'started' })] : told
  }

  #tell(effect: TcpyClientEffect): string {
    switch (effect.kind) {
      case 'write':
        this.writes.push(effect.bytes)
        return `write ${jsonOfFrame(effect.bytes)}`
      case 'wake-after':
        return effect.delayMs === null ? 'no wake' : `wake ${effect.delayMs}`
      case 'hold':
        return effect.isHeld ? 'hold' : 'go on reading'
      case 'run-script':
        return `script ${effect.source} ${formatJson(effect.parameters, 'compact')}`
      case 'problem':
        return `problem ${effect.error.code} ${String(effect.error.data.missingBytes ?? effect.error.data.reason ?? effect.error.data.length)}`
      default:
        return effect.kind
    }
  }
}
