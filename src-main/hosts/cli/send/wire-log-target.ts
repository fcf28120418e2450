import { rename } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Link } from '../../../contract/connect.ts'
import { WirebenchError, type ErrorShape } from '../../../contract/errors.ts'

/**
 * The file of `--wire-log`. While it is written it has a name of its own beside that file, as wire logs have; complete, it takes
 * the name that was asked for, in place of what had it before.
 */
export class WireLogTarget {
  readonly #file: string
  #path: string | null = null
  #error: ErrorShape | null = null

  constructor(file: string) {
    this.#file = resolve(file)
  }

  /** Logs everything of a session from now on. Errors: `disk-full`, `file-unwritable`. */
  async begin(link: Link, sessionId: string): Promise<void> {
    const name = `wire-log-${process.pid}`
    const settings = { folder: dirname(this.#file), name }
    const { wireLog } = await link.call('session.set-wire-log', { sessionId, settings })
    this.#path = wireLog?.paths[0] ?? null
    link.subscribe('host.notice', null, ({ error }) => {
      const isAboutLog = typeof error?.data.file === 'string' && basename(error.data.file).startsWith(name)
      if (isAboutLog) this.#error = error
    })
  }

  /** The log is closed. Errors: what of it could not be written, `file-unwritable`. */
  async conclude(): Promise<void> {
    if (this.#path === null) return
    if (this.#error !== null) throw WirebenchError.fromShape(this.#error)
    try {
      await rename(this.#path, this.#file)
    } catch (error) {
      const reason = `${error instanceof Error ? error.message : String(error)}.`
      throw new WirebenchError('file-unwritable', { file: this.#file, reason }, { cause: error })
    }
  }
}
