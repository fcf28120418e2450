import * as v from 'valibot'
import { expect, test } from 'vitest'
import { collectionContent } from '../contract/schemas/collection.ts'
import type { MessageSource } from '../contract/schemas/message.ts'
import { structureContent } from '../contract/schemas/structure.ts'
import { composeMessage } from '../protocol/message/compose-message.ts'
import type { ComposeContext } from '../protocol/message/composition.ts'
import { layoutStructure } from '../protocol/struct/layout-structure.ts'
import { sampleEntries, sampleStructure } from './samples.ts'

const context: ComposeContext = {
  framing: { kind: 'raw' },
  structure: () => null,
  variable: () => null,
  captured: (name) => (name === 'ticket' ? '100' : null),
  counter: () => null,
  nowUnixNs: 0n,
  random: (byteCount) => new Uint8Array(byteCount),
  uuid: () => '',
  file: () => {
    throw new Error('No sample sends a file')
  },
  nextSequenceId: 1,
  maskSecrets: false,
}

function composed(message: MessageSource): unknown {
  const composition = composeMessage(message, context)
  return composition.ok ? new TextDecoder().decode(composition.bytes) : composition.error
}

test('every sample can be sent', () => {
  const messages = sampleEntries
    .map((entry) => v.parse(collectionContent, entry).item)
    .flatMap((item) =>
      item.kind === 'message'
        ? [item.message]
        : item.steps.flatMap((step) => (step.kind === 'send' ? [step.message] : [])),
    )
  expect(messages.map(composed)).toEqual([
    'Hello\n',
    '{"id":"reading","number":1,"value":21.5}\n',
    'ticket 100\n',
    'got 100\n',
  ])
})

test('the sample structure has a layout', () => {
  const { definition } = v.parse(structureContent, sampleStructure)
  expect(layoutStructure(definition, () => null)).toMatchObject({ ok: true })
})
