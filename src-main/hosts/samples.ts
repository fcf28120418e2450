import type { CollectionContentInput } from '../contract/schemas/collection.ts'
import type { StructureContentInput } from '../contract/schemas/structure.ts'

const folder = 'Echo (sample)'

/** What can be sent to the echo server of the first run: a text, JSON, and a sequence that uses what came back. */
export const sampleEntries: readonly CollectionContentInput[] = [
  {
    name: 'Hello',
    folder,
    notes: 'One line of text. The echo server sends it back.',
    item: { kind: 'message', message: { content: { mode: 'text', text: 'Hello', lineEnding: 'lf' } } },
  },
  {
    name: 'Reading as JSON',
    folder,
    notes: 'A JSON document. The number of the reading goes up with every sending.',
    item: {
      kind: 'message',
      message: {
        content: {
          mode: 'json',
          text: '{\n  "id": "reading",\n  "number": {{$counter readings}},\n  "value": 21.5\n}',
          lineEnding: 'lf',
        },
      },
    },
  },
  {
    name: 'Ask, wait, answer',
    folder,
    notes: 'Sends a ticket, waits until it comes back, takes its number out of the echo, and sends that.',
    item: {
      kind: 'sequence',
      steps: [
        {
          kind: 'send',
          message: { content: { mode: 'text', text: 'ticket {{$counter tickets start=100}}', lineEnding: 'lf' } },
        },
        {
          kind: 'wait',
          condition: { kind: 'regular-expression', pattern: 'ticket (\\d+)\\n' },
          timeoutMs: 5_000,
          captures: [{ name: 'ticket', from: { kind: 'group', group: 1 } }],
        },
        {
          kind: 'send',
          message: { content: { mode: 'text', text: 'got {{$captured ticket}}', lineEnding: 'lf' } },
        },
      ],
    },
  },
]

/** A small header as devices have it: a kind, a length and a counted payload. */
export const sampleStructure: StructureContentInput = {
  name: 'Sample packet',
  notes: 'A packet with a header: its kind, how many bytes follow, and those bytes.',
  definition: {
    name: 'sample_packet',
    byteOrder: 'big',
    alignment: 'packed',
    enums: [
      {
        name: 'packet_kind',
        values: [
          { name: 'HELLO', value: '1' },
          { name: 'DATA', value: '2' },
        ],
      },
    ],
    fields: [
      { name: 'kind', type: { kind: 'enum', enum: 'packet_kind', integer: 'u8' } },
      { name: 'flags', type: { kind: 'integer', integer: 'u8' } },
      { name: 'length', notes: 'Bytes of the payload.', type: { kind: 'integer', integer: 'u16' } },
      { name: 'payload', type: { kind: 'bytes', length: { field: 'length' } } },
    ],
  },
}
