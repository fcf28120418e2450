import * as v from 'valibot'
import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { SocketAddress } from '../../../src-main/contract/schemas/common.ts'
import { wireLogSettings, type WireLogSettings } from '../../../src-main/contract/schemas/wire-log.ts'
import {
  parseWireLogTemplate,
  remotePairText,
  wireLogRecordBytes,
} from '../../../src-main/protocol/wire-log/wire-log-template.ts'
import { lastingStorage } from '../../state/window-storage.ts'
import { wireLogWords as words } from '../../strings/wire-log.ts'
import type { FieldError } from '../../ui/field-error.ts'

/** What was typed into the form, as it was typed. */
export interface WireLogTexts {
  readonly rx: boolean
  readonly tx: boolean
  readonly arrangement: 'together' | 'apart'
  readonly place: 'files' | 'memory'
  readonly name: string
  /** Empty: beside the captures. */
  readonly folder: string
  readonly temporary: boolean
  readonly template: string
}

export type WireLogField = 'directions' | 'name' | 'folder' | 'template'
export type WireLogErrors = Partial<Record<WireLogField, FieldError>>
export type WireLogReading =
  { readonly ok: true; readonly settings: WireLogSettings } | { readonly ok: false; readonly errors: WireLogErrors }

const usual = v.parse(wireLogSettings, {})
export const usualTemplate = usual.template
export const rawTemplate = '%(data)b'

export const firstTexts: WireLogTexts = {
  rx: usual.rx,
  tx: usual.tx,
  arrangement: usual.samed ? 'together' : 'apart',
  place: usual.filed ? 'files' : 'memory',
  name: usual.name,
  folder: '',
  temporary: usual.temporary,
  template: usualTemplate,
}

/** Reads the form; what cannot be is told by its field. */
export function readWireLogForm(texts: WireLogTexts): WireLogReading {
  const { rx, tx, arrangement, place, template } = texts
  const filed = place === 'files'
  const name = texts.name.trim()
  const folder = texts.folder.trim()
  const errors: WireLogErrors = {}
  if (!rx && !tx) errors.directions = { message: words.directionMissing }
  if (filed && !/^[\w.-]{1,80}$/.test(name)) errors.name = { message: words.nameWrong }
  const parsed = parseWireLogTemplate(template)
  if (!parsed.ok) errors.template = parsed.error
  else if (template === '') errors.template = { message: words.templateHint }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    settings: {
      rx,
      tx,
      samed: arrangement === 'together',
      filed,
      template,
      name: filed ? name : usual.name,
      folder: filed && !texts.temporary && folder !== '' ? folder : null,
      temporary: filed && texts.temporary,
    },
  }
}

/** The field that an error of the engine is about; null when it is about none. */
export function fieldOfError({ code }: ErrorShape): WireLogField | null {
  if (code === 'wire-log-template-malformed') return 'template'
  return code === 'file-unwritable' || code === 'data-folder-unwritable' ? 'folder' : null
}

/** A record as it would be logged; null while the template is malformed. */
export function previewRecord({ rx, template }: WireLogTexts, remote: SocketAddress | null): Uint8Array | null {
  const parsed = parseWireLogTemplate(template)
  if (!parsed.ok) return null
  const who = remotePairText(remote ?? { address: '127.0.0.1', port: 41_320 })
  return wireLogRecordBytes(parsed.template, { dx: rx ? 'Rx' : 'Tx', who, data: sample })
}

const sample = new TextEncoder().encode('This is the message.\r\n')
const storageKey = 'wire-log-form'

/** What the form begins with: what was begun last in this browser. */
export function keptTexts(): WireLogTexts {
  const stored = v.safeParse(storedTexts, lastingStorage.read(storageKey))
  return stored.success ? stored.output : firstTexts
}

export function keepTexts(texts: WireLogTexts): void {
  lastingStorage.write(storageKey, { ...texts })
}

const storedText = v.pipe(v.string(), v.maxLength(4096))
const storedTexts = v.object({
  rx: v.boolean(),
  tx: v.boolean(),
  arrangement: v.picklist(['together', 'apart']),
  place: v.picklist(['files', 'memory']),
  name: storedText,
  folder: storedText,
  temporary: v.boolean(),
  template: storedText,
})
