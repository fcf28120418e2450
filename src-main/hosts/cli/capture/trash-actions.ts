import { exitCodes } from '../exit-codes.ts'
import { isoTimeNs } from '../send/exchange-report.ts'
import type { CaptureAction } from './capture-action.ts'
import { captureLine, captureRow, shown } from './capture-text.ts'

const keptCapture = { what: 'ID', least: 1, most: 1 } as const

/** `wirebench capture remove ID`. */
export const removeAction: CaptureAction = {
  name: 'remove',
  usage: 'remove ID',
  help: ['moves a capture to the trash of the data folder, from where restore brings it back for 30 days'],
  options: {},
  operands: keptCapture,
  plan:
    (_, [captureId = '']) =>
    async ({ link, report }) => {
      await link.call('capture.remove', { captureId })
      await report.result({ event: 'removed', captureId }, `Removed ${captureId}.`)
      return exitCodes.asExpected
    },
}

/** `wirebench capture restore ID`. */
export const restoreAction: CaptureAction = {
  name: 'restore',
  usage: 'restore ID',
  help: ['brings a capture back from the trash'],
  options: {},
  operands: keptCapture,
  plan:
    (_, [captureId = '']) =>
    async ({ link, report }) => {
      const summary = await link.call('capture.restore', { captureId })
      await report.result(captureLine(summary), captureRow(summary))
      return exitCodes.asExpected
    },
}

/** `wirebench capture trash`. */
export const trashAction: CaptureAction = {
  name: 'trash',
  usage: 'trash',
  help: ['what is in the trash: identifier, when it was removed, bytes on disk, name'],
  options: {},
  operands: null,
  plan:
    () =>
    async ({ link, report }) => {
      for (const { captureId, name, startedAtUnixUs, fileBytes, removedAtUnixUs } of await link.call(
        'capture.trash',
        {},
      )) {
        const removedAt = isoTimeNs(removedAtUnixUs, 0)
        const startedAt = isoTimeNs(startedAtUnixUs, 0)
        await report.result(
          { event: 'trashed', captureId, name, startedAt, removedAt, fileBytes },
          [captureId, removedAt, `${fileBytes} bytes`, shown(name)].join('\t'),
        )
      }
      return exitCodes.asExpected
    },
}

/** `wirebench capture empty-trash`. */
export const emptyTrashAction: CaptureAction = {
  name: 'empty-trash',
  usage: 'empty-trash [ID ...]',
  help: ['deletes these captures of the trash for good, all of them when none is named, and says what that freed'],
  options: {},
  operands: { what: 'ID', least: 0, most: 10_000 },
  plan:
    (_, captureIds) =>
    async ({ link, report }) => {
      const chosen = captureIds.length === 0 ? null : [...captureIds]
      const { freedBytes } = await link.call('capture.empty-trash', { captureIds: chosen })
      await report.result({ event: 'emptied', freedBytes }, `Freed ${freedBytes} bytes.`)
      return exitCodes.asExpected
    },
}
