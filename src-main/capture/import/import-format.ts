import { WirebenchError } from '../../contract/errors.ts'
import type { ImportFormat } from '../../contract/schemas/capture-transfer.ts'
import { HexdumpReader } from '../../protocol/hexdump-reader/hexdump-reader.ts'
import { packetFormatOf } from '../../protocol/packet-files/packet-file-reader.ts'
import { beginsLikeCapture } from '../file-header.ts'
import type { ImportSource } from './import-source.ts'

/** As much of a file as shows of what kind it is. */
const beginningBytes = 64 * 1024

/** Of what kind a file is, by its content. Errors: `import-unknown-format`, `file-unreadable`. */
export async function formatOf(source: ImportSource): Promise<ImportFormat> {
  const beginning = await source.read(0, beginningBytes)
  if (beginsLikeCapture(beginning)) return 'wirebench'
  const packetFormat = packetFormatOf(beginning)
  if (packetFormat !== null) return packetFormat
  if (isHexdump(beginning)) return 'hexdump'
  throw new WirebenchError('import-unknown-format', { file: source.fileName, reason: hintOf(beginning) })
}

/** Plain hex is taken for a dump only when somebody says so: it could be any text. */
function isHexdump(beginning: Uint8Array): boolean {
  const reader = new HexdumpReader({ onBytes: () => undefined }, 0n)
  reader.acceptChunk(beginning)
  if (reader.problem === null && beginning.length < beginningBytes) reader.finish()
  return reader.hasOffsets && reader.rowCount > 0
}

function hintOf(beginning: Uint8Array): string | null {
  if (beginning.length === 0) return 'It is empty.'
  if (beginning[0] === 0x1f && beginning[1] === 0x8b) return 'It is compressed with gzip: unpack it first.'
  if (beginning[0] === 0x28 && beginning[1] === 0xb5 && beginning[2] === 0x2f)
    return 'It is compressed with zstd: unpack it first.'
  return null
}
