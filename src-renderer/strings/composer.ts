import type {
  ComputedEncoding,
  ComputedValue,
  JsonStyle,
  MessageMode,
} from '../../src-main/contract/schemas/message.ts'

/** Words of the ways to write a message. */
export const messageWords = {
  modes: [
    { value: 'text', label: 'Text' },
    { value: 'hex', label: 'Hex' },
    { value: 'base64', label: 'Base64' },
    { value: 'file', label: 'File' },
    { value: 'json', label: 'JSON' },
    { value: 'structure', label: 'Structure' },
    { value: 'm2', label: 'M2' },
    { value: 'msgpack', label: 'MessagePack' },
  ] satisfies readonly { value: MessageMode; label: string }[],
  otherModes: 'Other ways to write it',
  more: 'More...',
  editor: {
    text: 'Message as text',
    hex: 'Message as hex',
    base64: 'Message as Base64',
    json: 'Message as JSON',
    msgpack: 'Message as MessagePack',
  },
  placeholder: {
    text: 'Text to send. Escapes: \\n \\r \\t \\0 \\x1b \\u00e9. A line break is sent as the line ending. {{name}} stands for a variable.',
    hex: 'Hex to send, for example 2A 49 44 4E 3F 0A or 0x2a, 0x49',
    base64: 'Base64 to send, for example KklETj8K',
    json: '{"command": "status", "id": 1}',
    msgpack: '{"id": 1, "data": {"$hex": "00 ff"}}',
  },
  encoding: 'Text encoding',
  encodingSearch: 'Search encodings',
  encodingNone: 'No encoding has these words.',
  exact: 'Sent exactly as written',
  shown: {
    text: 'text',
    hex: 'hex',
    base64: 'Base64',
    file: 'file',
    json: 'JSON',
    structure: 'structure',
    m2: 'M2 message',
    msgpack: 'MessagePack',
  } satisfies Record<MessageMode, string>,
  leftMalformed: (left: string, present: string): string =>
    `The ${left} has an error and was left as it is. This is the ${present} of what it stood for before.`,
  setAside: (mode: string): string => `The ${mode} that stood here was set aside.`,
  addFraming: 'Add framing',
  computedFields: (count: number): string => (count === 0 ? 'Computed fields' : `Computed fields (${count})`),
  save: 'Save...',
  saveTitle: 'Save the message to the collection',
  repeat: 'Repeat...',
  openedFrom: (name: string): string => `Saved as "${name}"`,
  emptyLine: '(empty)',
} as const

export const composerEditorWords = { offers: 'Placeholders' } as const

export const fileWords = {
  path: 'Path of the file',
  hint: 'A file on the machine where the Wirebench engine runs. It is read when the message is sent.',
  choose: 'Choose file…',
  drop: 'Or drop a file onto the editor. What is chosen or dropped is copied to the data folder as it is now.',
  dropHere: 'Drop the file to send it',
  handingOver: (name: string): string => `Copying ${name}…`,
  several: (name: string): string => `Only one file can be the message: ${name} was taken.`,
} as const

export const jsonWords = {
  style: 'How the JSON goes out',
  styles: [
    { value: 'as-written', label: 'As written' },
    { value: 'compact', label: 'Compact' },
    { value: 'pretty', label: 'Pretty' },
    { value: 'python', label: 'Like Python' },
  ] satisfies readonly { value: JsonStyle; label: string }[],
  format: 'Format',
  schema: 'Schema',
  schemaOn: 'Schema, in use',
  schemaTitle: 'JSON Schema of the message',
  schemaHint: 'A JSON Schema (2020-12): keys and values are offered while writing, and what does not fit is listed.',
  schemaLabel: 'JSON Schema',
  loadSchema: 'Load from a file...',
  removeSchema: 'Remove the schema',
  use: 'Use the schema',
  problems: 'Problems of the JSON',
  fits: 'The JSON fits the schema.',
  incomplete: 'There may be more problems than these.',
  required: 'required',
} as const

export const structureWords = {
  structure: 'Structure',
  choose: 'Choose a structure...',
  more: 'More for structures of the message',
  makeNew: 'New structure…',
  pasteC: 'Paste C declarations…',
  edit: 'Edit the structure…',
  empty: 'There are no structures yet',
  emptyText:
    'Structures are made in the structure library, or pasted there as C declarations. Then they can be filled in here.',
  chooseText: 'Choose the structure whose fields you want to fill in.',
  gone: 'This structure is no longer in the library. What was filled in is kept.',
  fields: 'Fields of the structure',
  offset: 'Offset',
  bytes: 'Bytes',
  type: 'Type',
  value: 'Value',
  field: 'Field',
  zero: 'zero',
  addElement: (name: string): string => `Add an element to ${name}`,
  removeElement: (name: string): string => `Remove the last element of ${name}`,
  elementUnknown: 'An element cannot be added here: its fields are known once there is one.',
  clear: 'Clear all values',
  bits: (offset: number, width: number): string => `bits ${offset} to ${offset + width - 1}`,
} as const

export const m2Words = {
  type: 'Message type',
  types: [
    { value: 'command', label: 'Command' },
    { value: 'event', label: 'Event' },
    { value: 'telemetry', label: 'Telemetry' },
  ],
  name: 'Name',
  component: 'Component',
  details: 'Details as a JSON object',
  sequence: 'Next sequence number',
  set: 'Set',
  sequenceError: 'Enter a whole number from 1 to 2147483647.',
  last: (id: number): string => (id < 0 ? 'none was sent yet' : `last sent: ${id}`),
} as const

export const messagePackWords = {
  flavour: 'Flavour',
  flavours: [
    { value: 'modern', label: 'MessagePack' },
    { value: 'tcpy', label: 'As tcpy writes it' },
  ],
} as const

export const computedWords = {
  region: 'Computed fields',
  add: 'Add a field',
  empty: 'Lengths, checksums, counters and times worked out when the message is sent.',
  place: 'Place',
  places: [
    { value: 'append', label: 'Add at the end' },
    { value: 'insert', label: 'Put in at byte' },
    { value: 'overwrite', label: 'Write over from byte' },
  ],
  offset: 'Byte',
  value: 'Value',
  values: [
    { value: 'length', label: 'Length' },
    { value: 'checksum', label: 'Checksum' },
    { value: 'counter', label: 'Counter' },
    { value: 'time', label: 'Time' },
    { value: 'random', label: 'Random bytes' },
    { value: 'variable', label: 'Variable' },
    { value: 'captured', label: 'Captured value' },
  ] satisfies readonly { value: ComputedValue['kind']; label: string }[],
  encoding: 'Written as',
  plain: 'As it is',
  decimal: 'Decimal digits',
  hexDigits: 'Hex digits',
  width: 'Digits',
  from: 'From byte',
  to: 'Up to byte',
  toEnd: 'end',
  added: 'Plus',
  algorithm: 'Algorithm',
  name: 'Name',
  start: 'Start',
  step: 'Step',
  unit: 'Unit',
  byteCount: 'Bytes',
  up: (field: number): string => `Move field ${field} up`,
  down: (field: number): string => `Move field ${field} down`,
  remove: (field: number): string => `Remove field ${field}`,
  of: (field: number, label: string): string => `${label} of field ${field}`,
  row: (field: number): string => `Computed field ${field}`,
  custom: 'Field of your own',
} as const

/** How a number can be written, for a list. */
export const binaryEncodings: readonly {
  value: Extract<ComputedEncoding, { kind: 'binary' }>['type']
  label: string
}[] = [
  { value: 'u8', label: '8 bits' },
  { value: 'u16be', label: '16 bits, big endian' },
  { value: 'u16le', label: '16 bits, little endian' },
  { value: 'u24be', label: '24 bits, big endian' },
  { value: 'u24le', label: '24 bits, little endian' },
  { value: 'u32be', label: '32 bits, big endian' },
  { value: 'u32le', label: '32 bits, little endian' },
  { value: 'u64be', label: '64 bits, big endian' },
  { value: 'u64le', label: '64 bits, little endian' },
  { value: 'f32be', label: 'float, big endian' },
  { value: 'f32le', label: 'float, little endian' },
  { value: 'f64be', label: 'double, big endian' },
  { value: 'f64le', label: 'double, little endian' },
]

export const previewWords = {
  asHex: 'The same bytes as hex',
  more: (count: string): string => `... ${count} bytes ...`,
  framing: 'framing',
  secret: 'secret',
  parts: (content: string, framing: string): string => `${content} of content, ${framing} of framing`,
} as const

export const saveWords = {
  name: 'Name',
  folder: 'Folder',
  folderHint: 'Names joined by slashes; empty for the top.',
  tags: 'Tags',
  tagsHint: 'Words to find it by, with commas between.',
  save: 'Save',
  update: (name: string): string => `Save over "${name}"`,
  asNew: 'Save as a new entry',
  saved: (name: string): string => `Saved "${name}" to the collection.`,
  nameEmpty: 'Enter a name.',
  folderMalformed: 'A folder name is empty.',
  tooManyTags: 'At most 20 tags of up to 40 characters each.',
} as const

export const repeatWords = {
  title: 'Send repeatedly',
  interval: 'Interval',
  count: 'How often',
  countHint: 'Empty: until it is stopped.',
  jitter: 'Jitter',
  jitterHint: 'Each sending is up to so much earlier or later.',
  start: 'Start',
  intervalError: 'Enter a time from 1 ms to 24 hours.',
  jitterError: 'Enter a time from 0 ms to 24 hours.',
  countError: 'Enter a whole number from 1 to 1000000000, or nothing.',
  stop: 'Stop',
  dismiss: 'Take it away',
  region: 'Run',
  sent: (sent: string, planned: string | null): string =>
    planned === null ? `${sent} sent` : `${sent} of ${planned} sent`,
  late: (median: string, worst: string): string => `late by ${median} (at most ${worst})`,
  round: (round: number, step: number, steps: number): string => `round ${round}, step ${step} of ${steps}`,
  states: { running: 'Running', paused: 'Paused', done: 'Done', stopped: 'Stopped', failed: 'Failed' },
} as const
