import type { Clock } from './clock.ts'

/** Smaller writes say more about waiting than about the disk. */
const leastBytes = 64 * 1024
const weightOfNewest = 0.2

/** How fast the disk takes what one capture writes, waiting for its turn included. */
export class WriteRate {
  readonly #clock: Clock
  #beganNs = 0
  #nsPerByte = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Of late; infinite when it is not known. */
  get bytesPerSecond(): number {
    return 1e9 / this.#nsPerByte
  }

  begin(): void {
    this.#beganNs = this.#clock.monotonicNs()
  }

  end(byteCount: number): void {
    if (byteCount < leastBytes) return
    const nsPerByte = (this.#clock.monotonicNs() - this.#beganNs) / byteCount
    this.#nsPerByte += this.#nsPerByte === 0 ? nsPerByte : (nsPerByte - this.#nsPerByte) * weightOfNewest
  }
}
