import type { ValueGroupName } from '../../src-main/contract/schemas/settings.ts'

/** Words of the values that the inspector shows of bytes. */
export const byteValueWords = {
  groups: {
    integers: 'Integers',
    bits: 'Byte and bits',
    floats: 'Floating point',
    times: 'Times',
    texts: 'Text',
    identifiers: 'Identifiers and addresses',
    'variable-lengths': 'Variable length',
    notations: 'To be pasted elsewhere',
    digests: 'Checksums and hashes',
  } satisfies Readonly<Record<ValueGroupName, string>>,
  type: 'Type',
  value: 'Value',
  littleEndian: 'Little endian',
  bigEndian: 'Big endian',
  copy: (name: string, order: string | null, value: string): string =>
    order === null ? `Copy ${name}: ${value}` : `Copy ${name}, ${order.toLowerCase()}: ${value}`,
  copied: 'Copied',
  bit: (number: number): string => `Bit ${number}`,
  bits: 'Bits, the highest first',
  flipped: (hex: string, decimal: string): string => `With the flipped bits: ${hex}, ${decimal}`,
  flipHint: 'Flip bits to see what the byte would be. Nothing is changed or sent.',
  flipBack: 'Flip back',
  selectionBegins: (shown: string): string => `The first ${shown} of the selection`,
  notations: {
    hex: 'hex',
    base64: 'base64',
    'base64-url': 'base64url',
    'c-array': 'C array',
    escaped: 'escaped text',
    literal: 'string literal',
  },
  digestsOf: {
    selection: (bytes: string): string => `Of the ${bytes} that are selected`,
    whole: (bytes: string): string => `Of all ${bytes}; select some for theirs`,
  },
  digestsOfFrame: 'Checksums are of bytes as they stand in the stream. Show the frame with its escapes to get them.',
  compute: (bytes: string): string => `Work out for ${bytes}`,
  computing: (done: string, total: string): string => `${done} of ${total}`,
  progress: 'Bytes looked at',
  cancel: 'Cancel',
  cancelled: 'Cancelled.',
  cutShort: (bytes: string): string => `The capture ends earlier: these are of ${bytes}.`,
} as const
