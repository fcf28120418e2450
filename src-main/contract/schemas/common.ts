import * as v from 'valibot'
import { isErrorCode, type ErrorCode } from '../errors.ts'

/** A whole number that JavaScript holds exactly, zero or more. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** A TCP port that can be dialled: 1 to 65535. */
export const portNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))

/** A TCP port to listen on: 0 asks for any free one. */
export const listenPortNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535))

/** An identifier made by Wirebench: safe as a file name. */
export const identifier = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,79}$/))

export const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array)

/** Names that no record of values can have: they reach for prototypes, and a record leaves them out. */
export const prototypeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Texts by name, null for those to be removed. Refuses `prototypeNames`, which a record drops without a word. */
export const namedTexts = v.pipe(
  v.custom<Readonly<Record<string, string | null>>>(
    (input) =>
      typeof input !== 'object' || input === null || !Object.keys(input).some((key) => prototypeNames.has(key)),
    `No value can be named ${[...prototypeNames].join(' or ')}`,
  ),
  v.record(v.string(), v.nullable(v.string())),
)

export const emptyObject = v.strictObject({})

export const errorShape = v.object({
  code: v.custom<ErrorCode>((input) => typeof input === 'string' && isErrorCode(input)),
  kind: v.picklist(['LocalMisuse', 'PeerViolation', 'HostFailure']),
  message: v.string(),
  data: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
})

export const directionName = v.picklist(['sent', 'received'])
export type Direction = v.InferOutput<typeof directionName>

/** One end of a TCP connection. */
export const socketAddress = v.object({ address: v.string(), port: wholeNumber, family: v.picklist(['ipv4', 'ipv6']) })
export type SocketAddress = v.InferOutput<typeof socketAddress>
