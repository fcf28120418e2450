/** Plays a conversation with a machine of calls: what goes in, in order, and what came out. */
import { toErrorShape, type ErrorShape } from '../../../contract/errors.ts'
import { callSettings, type CallSettingsInput } from '../../../contract/schemas/call-settings.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { M2SequenceGenerator } from '../../m2/m2-sequence.ts'
import * as v from 'valibot'
import type { CallDraft, CallEffect, CallInput, CallMachine, SequenceSource } from '../call-inputs.ts'
import { createCallMachine } from '../create-call-machine.ts'

export interface CallPlay {
  readonly machine: CallMachine
  /** Accepts one input at the time of `at`. */
  accept(input: CallInput): readonly CallEffect[]
  call(number: number, command: string | null, parameters?: string, more?: Partial<CallDraft>): readonly CallEffect[]
  batch(...drafts: readonly CallDraft[]): readonly CallEffect[]
  /** Bytes that follow what was received before. */
  receive(bytes: Uint8Array): readonly CallEffect[]
  /** Moves the clock. */
  wait(byMs: number): void
}

export const draft = (command: string | null, parameters = '', more: Partial<CallDraft> = {}): CallDraft => ({
  kind: 'call',
  command,
  parameters: parameters === '' ? null : json(parameters),
  componentName: '',
  ...more,
})

export function json(text: string) {
  const document = parseJsonDocument(text)
  if (!document.ok) throw new Error(document.error.message)
  return document.root
}

export function playCalls(
  settings: CallSettingsInput,
  {
    timeoutMs = null,
    sequence = new M2SequenceGenerator(),
  }: { timeoutMs?: number | null; sequence?: SequenceSource } = {},
): CallPlay {
  const machine = createCallMachine(v.parse(callSettings, settings), sequence)
  let nowMs = 1000
  let streamOffset = 0
  let batchNumber = 0
  const accept = (input: CallInput): readonly CallEffect[] => machine.accept(input, nowMs)
  return {
    machine,
    accept,
    call: (number, command, parameters, more) =>
      accept({ kind: 'call', isBatch: false, calls: [{ number, timeoutMs, draft: draft(command, parameters, more) }] }),
    batch: (...drafts) =>
      accept({
        kind: 'call',
        isBatch: true,
        calls: drafts.map((each) => ({ number: ++batchNumber, timeoutMs, draft: each })),
      }),
    receive(bytes) {
      const offset = streamOffset
      streamOffset += bytes.length
      return accept({ kind: 'received', bytes, streamOffset: offset })
    },
    wait(byMs) {
      nowMs += byMs
    },
  }
}

/** What is written, as one run of bytes each. */
export function writes(effects: readonly CallEffect[]): readonly Uint8Array[] {
  return effects.flatMap((effect) => (effect.kind === 'write' ? [effect.bytes] : []))
}

/** Bytes of hex with any white space. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0))

/** Effects in short lines, for scripts: `called 1 {...}`, `write 1 19`, `answer 1 result {...}`, `reply 1 ack {...}`, `failed 1 call-timeout`. */
export function told(effects: readonly CallEffect[]): readonly string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'called':
        return `called ${effect.number} ${effect.requestText}${effect.expectsReply ? '' : ' (no reply)'}`
      case 'write':
        return `write ${effect.numbers.join(',')} ${effect.bytes.length}`
      case 'replied': {
        const { kind, mark, text } = effect.reply
        return `${effect.ends ? 'answer' : 'reply'} ${effect.number} ${kind}${mark === null ? '' : ` (${mark})`} ${text}`
      }
      case 'failed':
        return `failed ${effect.number} ${effect.error.code}`
      case 'incoming':
        return `${effect.entry} ${effect.correlation ?? '-'} ${effect.reply.text}`
      case 'malformed':
        return `malformed ${effect.error.code} ${effect.streamOffset}+${effect.byteCount}`
      case 'end-connection':
        return 'end-connection'
      case 'wake-at':
        return `wake-at ${effect.atMs ?? 'never'}`
    }
  })
}

/** What an input is refused with, or null when it is not. */
export function refusal(act: () => unknown): ErrorShape | null {
  try {
    act()
    return null
  } catch (error) {
    return toErrorShape(error)
  }
}
