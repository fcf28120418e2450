import * as v from 'valibot'
import {
  framingSettings,
  type FramingSettings,
  type FramingSettingsInput,
} from '../../../src-main/contract/schemas/framing.ts'
import type { DecoderSettings } from '../../../src-main/contract/schemas/interpretation.ts'

/** A protocol that many peers speak: how it frames and what its messages hold. */
export interface FramingPreset {
  readonly name: string
  readonly framing: FramingSettings
  readonly decoder: DecoderSettings
}

const automatic: DecoderSettings = { kind: 'automatic' }

function preset(name: string, framing: FramingSettingsInput, decoder: DecoderSettings = automatic): FramingPreset {
  return { name, framing: v.parse(framingSettings, framing), decoder }
}

/** What can be started from, in the order of the picker. */
export const framingPresets: readonly FramingPreset[] = [
  preset('Lines that end with LF', { kind: 'lf' }),
  preset('Lines that end with CR LF', { kind: 'crlf' }),
  preset('Texts that end with NUL', { kind: 'delimiter', delimiterHex: '00' }),
  preset('JSON lines', { kind: 'json-lines' }),
  preset('JSON-RPC behind Content-Length (language servers)', { kind: 'content-length' }, { kind: 'json' }),
  preset('M2 (ts_m2com)', { kind: 'm2' }),
  preset('tcpy', { kind: 'tcpy' }),
  preset('Length in 2 bytes, big endian (DNS over TCP)', { kind: 'length-prefix', field: 'u16be' }),
  preset('Length in 4 bytes, big endian', { kind: 'length-prefix', field: 'u32be' }),
  preset('Length in 4 bytes, little endian', { kind: 'length-prefix', field: 'u32le' }),
  preset('Length as varint (Protocol Buffers)', { kind: 'length-prefix', field: 'varint' }),
  preset('Modbus TCP', { kind: 'length-prefix', field: 'u16be', bytesBeforeField: 4 }),
  preset('TPKT (RFC 1006, S7, RDP)', {
    kind: 'length-prefix',
    field: 'u16be',
    bytesBeforeField: 2,
    valueCounts: 'frame',
  }),
  preset('STX … ETX', { kind: 'markers', startHex: '02', endHex: '03' }),
  preset('DLE STX … DLE ETX', { kind: 'markers', startHex: '1002', endHex: '1003', escape: { byte: 0x10 } }),
  preset('HDLC-like (7E, escape 7D)', {
    kind: 'markers',
    startHex: '7e',
    endHex: '7e',
    escape: { byte: 0x7d, xor: 0x20 },
  }),
  preset('HL7 MLLP', { kind: 'markers', startHex: '0b', endHex: '1c0d' }, { kind: 'text', encoding: 'utf-8' }),
]
