import { WirebenchError } from '../../contract/errors.ts'
import type { OpenedWireLogFiles, WireLogFile, WireLogFiles, WireLogPlace } from '../ports.ts'

/** Files of wire logs in memory, which take nothing while the test says so. */
export class PlayedWireLogFiles implements WireLogFiles {
  readonly contents = new Map<string, Uint8Array>()
  readonly places: WireLogPlace[] = []
  openFiles = 0
  isFull = false

  open(place: WireLogPlace): Promise<OpenedWireLogFiles> {
    if (this.isFull) return Promise.reject(this.#failure(place.fileNames[0] ?? ''))
    this.places.push(place)
    const files = place.fileNames.map((name) => this.#file(`${place.folder ?? ''}/${name}`))
    return Promise.resolve({
      files,
      close: () => {
        this.openFiles -= files.length
        return Promise.resolve()
      },
    })
  }

  /** As it would be read with an editor, one entry for each file. */
  texts(): Record<string, string> {
    return Object.fromEntries(
      [...this.contents].map(([path, bytes]) => [path, new TextDecoder('latin1').decode(bytes)]),
    )
  }

  #file(path: string): WireLogFile {
    this.openFiles++
    this.contents.set(path, new Uint8Array(0))
    return {
      path,
      append: (bytes) => {
        if (this.isFull) return Promise.reject(this.#failure(path))
        this.contents.set(path, Buffer.concat([this.#bytesOf(path), bytes]))
        return Promise.resolve()
      },
      tail: (maximumBytes) => Promise.resolve(this.#bytesOf(path).subarray(-maximumBytes)),
    }
  }

  #bytesOf(path: string): Uint8Array {
    return this.contents.get(path) ?? new Uint8Array(0)
  }

  #failure(file: string): WirebenchError {
    return new WirebenchError('disk-full', { file })
  }
}
