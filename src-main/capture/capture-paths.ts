import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { identifier } from '../contract/schemas/common.ts'

const dataSuffix = '.wirebench'
const markSuffix = '.live'

/** Where the files of one capture stand. */
export interface CapturePaths {
  readonly fileName: string
  readonly data: string
  readonly index: string
  /** The facts that may change: name, notes, tags, origin. */
  readonly facts: string
  /** Facts that were not understood when others were to be kept. */
  readonly damagedFacts: string
  /** How it is cut into messages and read. */
  readonly interpretation: string
  /** The keys of its TLS connections, where they were asked for. */
  readonly keyLog: string
  /** There while the capture is being written. */
  readonly mark: string
  /** In the trash: a limit put it there, no person. */
  readonly limited: string
  /** The capture is a file outside of the data folder: nothing is written, moved or removed there. */
  readonly isForeign: boolean
}

export function capturePaths(folder: string, captureId: string): CapturePaths {
  return pathsOf(folder, captureId, `${captureId}${dataSuffix}`, false)
}

/** Where the files of a capture file elsewhere stand, whatever its name. */
export function foreignCapturePaths(folder: string, fileName: string): CapturePaths {
  const stem = fileName.endsWith(dataSuffix) ? fileName.slice(0, -dataSuffix.length) : fileName
  return pathsOf(folder, stem, fileName, true)
}

function pathsOf(folder: string, stem: string, fileName: string, isForeign: boolean): CapturePaths {
  return {
    fileName,
    data: join(folder, fileName),
    index: join(folder, `${stem}.index`),
    facts: join(folder, `${stem}.json`),
    damagedFacts: join(folder, `${stem}.json.damaged`),
    interpretation: join(folder, `${stem}.interpretation.json`),
    keyLog: join(folder, `${stem}.keys`),
    mark: join(folder, `${stem}${markSuffix}`),
    limited: join(folder, `${stem}.limited`),
    isForeign,
  }
}

export function isCaptureId(captureId: string): boolean {
  return v.is(identifier, captureId)
}

/** The capture that a file name belongs to, or null when it is no data file with a usable name. */
export function captureIdOf(fileName: string): string | null {
  if (!fileName.endsWith(dataSuffix)) return null
  const captureId = fileName.slice(0, -dataSuffix.length)
  return isCaptureId(captureId) ? captureId : null
}

/** The capture that a file beside a data file belongs to, or null when it is none. */
export function captureIdOfSideFile(fileName: string): string | null {
  const captureId =
    /^([^.]*)\.(?:index|json|json\.damaged|interpretation\.json|keys|limited)$/.exec(fileName)?.[1] ?? ''
  return isCaptureId(captureId) ? captureId : null
}

/** The capture that the name of a mark belongs to, or null when it is no mark. */
export function captureIdOfMark(fileName: string): string | null {
  if (!fileName.endsWith(markSuffix)) return null
  const captureId = fileName.slice(0, -markSuffix.length)
  return isCaptureId(captureId) ? captureId : null
}

/** A number from 0 to below 1 that nobody can foretell. */
export const chance = (): number => randomInt(0x1_0000_0000) / 0x1_0000_0000

const suffixLetters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A name that sorts by time: `20261120-100217-201-k3f9` (UTC, milliseconds, four letters by chance from `random`). */
export function makeCaptureId(unixMicroseconds: number, random: () => number): string {
  const iso = new Date(Math.floor(unixMicroseconds / 1000)).toISOString()
  const [day, time] = iso.split('T') as [string, string]
  const [seconds, milliseconds] = time.replace('Z', '').split('.') as [string, string]
  let suffix = ''
  for (let at = 0; at < 4; at++) suffix += suffixLetters.charAt(Math.floor(random() * suffixLetters.length))
  return `${day.replaceAll('-', '')}-${seconds.replaceAll(':', '')}-${milliseconds}-${suffix}`
}

/** The time in a capture's identifier, as Unix time in microseconds; 0 when it has none. */
export function timeOfCaptureId(captureId: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d{3})-/.exec(captureId)
  if (parts === null) return 0
  const [year, month, day, hours, minutes, seconds, milliseconds] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Math.max(0, Date.UTC(year, month - 1, day, hours, minutes, seconds, milliseconds) * 1000)
}
