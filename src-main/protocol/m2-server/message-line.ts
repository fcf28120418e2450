/** Messages of the server, written as Python's `json.dumps` does (seed-systems 3.3): ", " and ": ", ASCII, floats by `repr`. */
import { pythonNumber } from '../json/python-number.ts'

/** The values of a message by key, written already. */
export type WrittenMembers = Readonly<Record<string, string>>

const terminator = '\r\n'

/** `{"id": "NAME", …}` with its terminator. Keys are written as they are: plain ASCII. */
export function messageLine(id: string, members: WrittenMembers = {}): string {
  let text = `{"id": "${id}"`
  for (const [key, value] of Object.entries(members)) text += `, "${key}": ${value}`
  return `${text}}${terminator}`
}

export const writtenFlag = (value: boolean): string => (value ? 'true' : 'false')

/** An integer of Python: without a point. */
export const writtenWhole = (value: number | bigint): string => String(value)

/** A float of Python: always with a point or an exponent. */
export function writtenReal(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0.0' : `${value}.0`
  const magnitude = Math.abs(value)
  // Here JavaScript and Python write the same; beyond they differ in when the exponent begins.
  return magnitude >= 1e-4 && magnitude < 1e15 ? String(value) : pythonNumber(value.toExponential())
}

/** A text of printable ASCII. */
export const writtenText = (value: string): string => JSON.stringify(value)

export const writtenList = (values: readonly string[]): string => `[${values.join(', ')}]`

export const writtenWholes = (values: readonly number[]): string => writtenList(values.map(writtenWhole))

export const writtenReals = (values: readonly number[]): string => writtenList(values.map(writtenReal))
