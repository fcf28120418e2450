import type { FileAccess } from '../file-access.ts'
import { nodeFileAccess } from '../node-file-access.ts'

type Operation = Exclude<keyof FileAccess, 'watch'>

interface Fault {
  readonly operation: Operation
  readonly path: RegExp
  readonly code: string
  remaining: number
}

/** The real disk, with faults put in: a full disk, a folder without permission, a file held by another program. */
export class FaultyDisk implements FileAccess {
  /** Names of the files that were put in place, in order. */
  readonly renamed: string[] = []
  readonly #faults: Fault[] = []

  /** Lets an operation fail on paths that match, so many times. */
  fail(operation: Operation, code: string, path = /./, times = Number.POSITIVE_INFINITY): void {
    this.#faults.push({ operation, path, code, remaining: times })
  }

  mend(): void {
    this.#faults.length = 0
  }

  list: FileAccess['list'] = (folder) => this.#run('list', folder, () => nodeFileAccess.list(folder))
  stamp: FileAccess['stamp'] = (path) => this.#run('stamp', path, () => nodeFileAccess.stamp(path))
  read: FileAccess['read'] = (path, limit) => this.#run('read', path, () => nodeFileAccess.read(path, limit))
  writeNew: FileAccess['writeNew'] = (path, bytes, access) =>
    this.#run('writeNew', path, () => nodeFileAccess.writeNew(path, bytes, access))
  claim: FileAccess['claim'] = (path, text) => this.#run('claim', path, () => nodeFileAccess.claim(path, text))
  touch: FileAccess['touch'] = (path) => this.#run('touch', path, () => nodeFileAccess.touch(path))
  remove: FileAccess['remove'] = (path) => this.#run('remove', path, () => nodeFileAccess.remove(path))
  makeFolder: FileAccess['makeFolder'] = (folder) =>
    this.#run('makeFolder', folder, () => nodeFileAccess.makeFolder(folder))
  syncFolder: FileAccess['syncFolder'] = (folder) =>
    this.#run('syncFolder', folder, () => nodeFileAccess.syncFolder(folder))
  watch: FileAccess['watch'] = (folder, onEvent, onFailed) => nodeFileAccess.watch(folder, onEvent, onFailed)

  rename: FileAccess['rename'] = async (from, to) => {
    await this.#run('rename', to, () => nodeFileAccess.rename(from, to))
    this.renamed.push(to.split('/').at(-1) ?? to)
  }

  async #run<Result>(operation: Operation, path: string, work: () => Promise<Result>): Promise<Result> {
    const fault = this.#faults.find((one) => one.operation === operation && one.remaining > 0 && one.path.test(path))
    if (fault === undefined) return work()
    fault.remaining--
    throw Object.assign(new Error(`${fault.code}: simulated, ${operation} '${path}'`), { code: fault.code })
  }
}
