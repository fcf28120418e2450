import { toErrorShape, type ErrorShape } from '../../contract/errors.ts'
import type { KeyLogState } from '../../contract/schemas/tls.ts'
import type { KeyLogFile, KeyLogFiles } from '../ports.ts'

/**
 * The keys of the handshakes of one session, in a file beside its capture from the first line on. Off until it is asked for.
 * Owned by the session, which closes it.
 */
export class SessionKeyLog {
  readonly #files: KeyLogFiles
  readonly #captureId: string
  readonly #onChanged: () => void
  #isOn = false
  #file: KeyLogFile | null = null
  #path: string | null = null
  #lineCount = 0
  #error: ErrorShape | null = null
  /** Lines are written one after another. */
  #writing: Promise<void> = Promise.resolve()

  /** `onChanged`: the state is another one. */
  constructor(files: KeyLogFiles, captureId: string, onChanged: () => void) {
    this.#files = files
    this.#captureId = captureId
    this.#onChanged = onChanged
  }

  state(): KeyLogState {
    return { isOn: this.#isOn, path: this.#path, lineCount: this.#lineCount, error: this.#error }
  }

  /** Counts from now on, also for a handshake that is under way when it is turned off. */
  turn(isOn: boolean): void {
    this.#isOn = isOn
    if (isOn) this.#error = null
  }

  /** Takes the lines of one handshake; null while it is off. */
  sink(): ((line: Uint8Array) => void) | null {
    if (!this.#isOn) return null
    return (line) => {
      if (this.#isOn) this.#append(line.slice())
    }
  }

  /** What was taken is written, then the file is closed. */
  async close(): Promise<void> {
    this.#isOn = false
    await this.#writing
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  #append(line: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#write(line))
  }

  async #write(line: Uint8Array): Promise<void> {
    try {
      this.#file ??= await this.#files.open(this.#captureId)
      await this.#file.append(line)
      this.#path = this.#file.path
      this.#lineCount += 1
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
    this.#onChanged()
  }
}
