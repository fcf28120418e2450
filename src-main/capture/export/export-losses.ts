import type { Direction } from '../../contract/schemas/common.ts'

/** Counts what an export met that could not be read. */
export class ExportLosses {
  damagedBytes = 0
  damagedStretches = 0
  /** Bytes at the end of the data file that are no whole record. */
  tailBytes = 0
  readonly missingBytes: Record<Direction, number> = { sent: 0, received: 0 }

  get isWhole(): boolean {
    return this.damagedStretches === 0 && this.tailBytes === 0
  }

  notes(): readonly string[] {
    const { damagedBytes, damagedStretches, tailBytes, missingBytes } = this
    const notes: string[] = []
    if (damagedStretches > 0) {
      notes.push(
        `${damagedBytes} bytes of the capture file in ${damagedStretches} places could not be read: at least ` +
          `${missingBytes.sent} sent and ${missingBytes.received} received bytes are left out.`,
      )
    }
    if (tailBytes > 0)
      notes.push(`The last ${tailBytes} bytes of the capture file are no whole record: they are left out.`)
    return notes
  }
}
