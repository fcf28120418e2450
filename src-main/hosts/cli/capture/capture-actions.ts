import type { OptionTable } from '../command-line.ts'
import type { CaptureAction } from './capture-action.ts'
import { annotateAction } from './annotate-action.ts'
import { compareAction } from './compare-action.ts'
import { exportAction } from './export-action.ts'
import { checkAction } from './check-action.ts'
import { importAction } from './import-action.ts'
import { listAction } from './list-action.ts'
import { searchAction } from './search-action.ts'
import { showAction } from './show-action.ts'
import { emptyTrashAction, removeAction, restoreAction, trashAction } from './trash-actions.ts'

/** Every action of `wirebench capture`, in the order of the help. */
export const captureActions: readonly CaptureAction[] = [
  listAction,
  showAction,
  searchAction,
  compareAction,
  annotateAction,
  exportAction,
  importAction,
  checkAction,
  removeAction,
  restoreAction,
  trashAction,
  emptyTrashAction,
]

/** The options of all actions together. */
export const captureOptions: OptionTable = Object.assign(
  {},
  ...captureActions.map(({ options }) => options),
) as OptionTable

/** What `wirebench capture --help` prints. */
export const captureHelp = `wirebench capture ACTION [OPTIONS] [--data-dir DIR]

Looks at what was recorded in the data folder. Where an ID is asked for, the path of a capture file
will do: wirebench capture show ./x.wirebench

${captureActions.map(({ usage, help }) => [`  ${usage}`, ...help.map((line) => `        ${line}`), ''].join('\n')).join('\n')}`
