import { describeError } from '../../contract/errors.ts'
import type { FileDamage } from '../../protocol/packet-files/file-packet.ts'

/** The sentence of `import-damaged`: where a file is damaged, and that what stands before was imported. */
export function damageNote(file: string, { offset, reason }: FileDamage): string {
  return describeError('import-damaged', { file, offset, reason }).message
}
