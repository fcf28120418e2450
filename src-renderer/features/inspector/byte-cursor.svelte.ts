import type { CursorMovement } from '../traffic/row-selection.ts'

/** The cursor and the selection within a record. Every getter is reactive. */
export class ByteCursor {
  #length = $state(0)
  #anchor = $state(0)
  #offset = $state(0)

  /** Offset of the byte the cursor stands on. */
  get offset(): number {
    return this.#offset
  }

  /** First byte of the selection. */
  get from(): number {
    return Math.min(this.#anchor, this.#offset)
  }

  /** End of the selection, exclusive; one byte when nothing more is selected. */
  get to(): number {
    return this.#length === 0 ? 0 : Math.max(this.#anchor, this.#offset) + 1
  }

  /** Bytes selected; 0 when the cursor only stands somewhere. */
  get selectedBytes(): number {
    return this.#anchor === this.#offset ? 0 : this.to - this.from
  }

  /** Takes the length of the record; cursor and selection stay within it. */
  resize(length: number): void {
    this.#length = length
    this.#anchor = this.#within(this.#anchor)
    this.#offset = this.#within(this.#offset)
  }

  /** Selects `byteCount` bytes from an offset, with the cursor on the first; 0 or 1 only places the cursor. */
  select(offset: number, byteCount: number): void {
    this.#anchor = this.#within(offset + Math.max(1, byteCount) - 1)
    this.#offset = this.#within(offset)
  }

  moveTo(offset: number, extend: boolean): void {
    this.#offset = this.#within(offset)
    if (!extend) this.#anchor = this.#offset
  }

  move(movement: CursorMovement, rowBytes: number, pageRows: number, extend: boolean): void {
    const inRow = this.#offset % rowBytes
    const steps: Readonly<Record<CursorMovement, number>> = {
      left: -1,
      right: 1,
      up: -rowBytes,
      down: rowBytes,
      'page-up': -rowBytes * pageRows,
      'page-down': rowBytes * pageRows,
      'row-start': -inRow,
      'row-end': rowBytes - 1 - inRow,
      first: -this.#offset,
      last: this.#length,
    }
    this.moveTo(this.#offset + steps[movement], extend)
  }

  #within(offset: number): number {
    return Math.max(0, Math.min(offset, this.#length - 1))
  }
}
