import type { ErrorShape } from '../../../contract/errors.ts'
import type { CallReply } from '../../../contract/schemas/call.ts'
import { formatJson } from '../../../protocol/json/format-json.ts'
import type { JsonNode } from '../../../protocol/json/json-node.ts'
import { parseJsonDocument } from '../../../protocol/json/parse-json.ts'
import type { Report } from '../report.ts'

/** What is printed of a reply that is no answer. */
export type InterimEvent = 'ack' | 'noack' | 'message'

/** Milliseconds with three decimals. */
const shortMs = (elapsedMs: number): number => Math.round(elapsedMs * 1000) / 1000

/** Prints calls: with `--json` the lines other programs rely on, every number exact; else for people. */
export class CallReport {
  readonly #report: Report

  constructor(report: Report) {
    this.#report = report
  }

  /** The answer that ended a call; `text` is all of it, as JSON. */
  async answer({ isError, message, elapsedMs }: CallReply, text: string): Promise<void> {
    if (this.#report.json) {
      await this.#report.raw(
        `{"event":"reply","ok":${!isError},"result":${lineOf(text)},"elapsedMs":${shortMs(elapsedMs)}}\n`,
      )
      return
    }
    await this.#report.raw(`${prettyOf(text)}\n`)
    if (isError) await this.#report.note(message === null ? 'This is an error.' : `Error: ${message}`)
  }

  /** Something of the peer that came before the answer. */
  async interim(event: InterimEvent, text: string, elapsedMs: number): Promise<void> {
    if (this.#report.json) {
      await this.#report.raw(`{"event":"${event}","result":${lineOf(text)},"elapsedMs":${shortMs(elapsedMs)}}\n`)
    } else {
      await this.#report.note(`${event} after ${shortMs(elapsedMs)} ms: ${text}`)
    }
  }

  /** The peer sent what is no message. It may not be the answer, so the call goes on. */
  async problem({ code, message }: ErrorShape): Promise<void> {
    await this.#report.note(`${message} [${code}]`)
  }

  /** What is never answered went out. */
  async sent(byteCount: number): Promise<void> {
    await this.#report.event({ event: 'sent', byteCount }, `Sent, ${byteCount} bytes. No reply belongs to it.`)
  }
}

/** A document on one line that every reader takes: what is no JSON, as NaN, becomes a string. */
function lineOf(text: string): string {
  const document = parseJsonDocument(text)
  if (!document.ok) return JSON.stringify(text)
  const isStrict = !document.remarks.some(({ code }) => code === 'special-number')
  return formatJson(isStrict ? document.root : withoutSpecials(document.root), 'compact')
}

function prettyOf(text: string): string {
  const document = parseJsonDocument(text)
  return document.ok ? formatJson(document.root, 'pretty') : text
}

function withoutSpecials(node: JsonNode): JsonNode {
  switch (node.kind) {
    case 'special':
      return { kind: 'string', value: node.text, start: node.start, end: node.end }
    case 'array':
      return { ...node, elements: node.elements.map(withoutSpecials) }
    case 'object':
      return { ...node, members: node.members.map((member) => ({ ...member, value: withoutSpecials(member.value) })) }
    default:
      return node
  }
}
