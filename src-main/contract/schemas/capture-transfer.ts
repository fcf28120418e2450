import * as v from 'valibot'
import { captureScope } from './capture-filter.ts'
import { directionName, identifier, wholeNumber } from './common.ts'
import { framingSettings } from './framing.ts'

const filePath = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096))

/** What a capture can be written as. */
export const exportFormat = v.picklist([
  /** A copy of the data file as it is, which every Wirebench opens. */
  'wirebench',
  /** Packets for Wireshark and tshark: TCP/IP headers are synthesized. */
  'pcapng',
  /** One JSON object a line: events and chunks, or messages. */
  'jsonl',
  /** Offset, hex and text, a chunk or message after the other; `text2pcap` and `xxd -r` read it. */
  'hexdump',
  /** A row per message. */
  'csv',
  /** The bytes of one direction, nothing else. */
  'raw',
  /** As hio logs its wire. */
  'wire-log',
])
export type ExportFormat = v.InferOutput<typeof exportFormat>

export const exportOptions = v.object({
  format: exportFormat,
  /** Only what lies in the scope; everything when left out. `wirebench` refuses one. */
  scope: v.optional(captureScope, {}),
  /** `jsonl`, `hexdump`, `csv`: messages as the framing cuts them instead of chunks; null for chunks. */
  framing: v.optional(v.nullable(v.object({ sent: framingSettings, received: framingSettings })), null),
  /** `raw`: which direction; both in the order of the capture when null. */
  direction: v.optional(v.nullable(directionName), null),
  /** `pcapng`: put the key log of the TLS connections into the file, when there is one. */
  includesTlsSecrets: v.optional(v.boolean(), false),
})
export type ExportOptions = v.InferOutput<typeof exportOptions>
export type ExportOptionsInput = v.InferInput<typeof exportOptions>

/** Where an export goes. */
export const exportTarget = v.variant('kind', [
  /** A file of the engine's machine. An existing one is replaced only if `overwrite` says so. */
  v.object({ kind: v.literal('path'), path: filePath, overwrite: v.optional(v.boolean(), false) }),
  /** To be taken by the window from `/downloads/ID`. */
  v.object({ kind: v.literal('download') }),
])
export type ExportTarget = v.InferOutput<typeof exportTarget>

export const importFormat = v.picklist(['wirebench', 'pcapng', 'pcap', 'hexdump', 'raw'])
export type ImportFormat = v.InferOutput<typeof importFormat>

export const importOptions = v.object({
  /** Found out from the content when null. */
  format: v.optional(v.nullable(importFormat), null),
  /** Name of the capture; the file's when null. */
  name: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))), null),
  /** `raw` and `hexdump` without directions: whose bytes they are. */
  direction: v.optional(directionName, 'received'),
  /**
   * `pcap`, `pcapng`: which end counts as this side (its bytes are `sent`): the one that opened the connection, or the
   * one with this port.
   */
  localPort: v.optional(v.nullable(v.pipe(wholeNumber, v.maxValue(65_535))), null),
})
export type ImportOptions = v.InferOutput<typeof importOptions>
export type ImportOptionsInput = v.InferInput<typeof importOptions>

/** Where an import comes from: a file of the engine's machine, or one that a window brought with `upload.*`. */
export const importSource = v.variant('kind', [
  v.object({ kind: v.literal('path'), path: filePath }),
  v.object({ kind: v.literal('upload'), uploadId: identifier }),
])
export type ImportSource = v.InferOutput<typeof importSource>

/** Most bytes of one piece of an upload. */
export const maximumUploadPieceBytes = 1024 * 1024

export { filePath }
