import {
  optionCode,
  optionsByteCount,
  padded,
  textOption,
  writeOptions,
  writeUint16,
  writeUint32,
  type PcapngOption,
} from './pcapng-options.ts'

const blockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  interfaceStatistics: 5,
  decryptionSecrets: 0x0a,
} as const

const byteOrderMagic = 0x1a2b3c4d
/** `LINKTYPE_RAW`: packets begin with their IPv4 or IPv6 header. */
const linkTypeRaw = 101
/** No packet is cut. */
const snapLength = 0x40000
/** `TLSK`: lines of an NSS key log. */
const secretsTypeTls = 0x544c534b
/** Times count 10^-9 s. */
const nanosecondResolution = 9

/** What a section says of itself. */
export interface SectionFacts {
  readonly program: string
  readonly system: string
  readonly hardware: string
  readonly comment: string
}

/** The block that begins the file. Its length is given as not known, as other blocks follow while it is written. */
export function sectionHeaderBlock({ program, system, hardware, comment }: SectionFacts): Uint8Array {
  const body = new Uint8Array(16)
  writeUint32(body, 0, byteOrderMagic)
  writeUint16(body, 4, 1)
  body.fill(0xff, 8)
  return block(blockType.sectionHeader, body, [
    textOption(optionCode.comment, comment),
    textOption(optionCode.sectionHardware, hardware),
    textOption(optionCode.sectionSystem, system),
    textOption(optionCode.sectionProgram, program),
  ])
}

/** The one interface: raw IP, times in nanoseconds. */
export function interfaceBlock(name: string, description: string): Uint8Array {
  const body = new Uint8Array(8)
  writeUint16(body, 0, linkTypeRaw)
  writeUint32(body, 4, snapLength)
  return block(blockType.interfaceDescription, body, [
    textOption(optionCode.interfaceName, name),
    textOption(optionCode.interfaceDescription, description),
    { code: optionCode.interfaceTimeResolution, value: Uint8Array.of(nanosecondResolution) },
  ])
}

/** Whole lines of a TLS key log. Stands before the packets that they open. */
export function secretsBlock(lines: Uint8Array): Uint8Array {
  const body = new Uint8Array(8 + padded(lines.length))
  writeUint32(body, 0, secretsTypeTls)
  writeUint32(body, 4, lines.length)
  body.set(lines, 8)
  return block(blockType.decryptionSecrets, body, [])
}

/** What is said of the interface when everything was written. */
export function statisticsBlock(
  time: { readonly high: number; readonly low: number },
  comments: readonly string[],
): Uint8Array {
  const body = new Uint8Array(12)
  writeUint32(body, 4, time.high)
  writeUint32(body, 8, time.low)
  return block(
    blockType.interfaceStatistics,
    body,
    comments.map((comment) => textOption(optionCode.comment, comment)),
  )
}

/** Type, length, body, options, length. */
function block(type: number, body: Uint8Array, options: readonly PcapngOption[]): Uint8Array {
  const length = 12 + body.length + optionsByteCount(options)
  const bytes = new Uint8Array(length)
  writeUint32(bytes, 0, type)
  writeUint32(bytes, 4, length)
  bytes.set(body, 8)
  writeOptions(bytes, 8 + body.length, options)
  writeUint32(bytes, length - 4, length)
  return bytes
}
