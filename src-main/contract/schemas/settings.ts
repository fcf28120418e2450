import * as v from 'valibot'
import { captureViewName } from './capture.ts'
import { captureLimits } from './capture-keeping.ts'
import { folderPath } from './profile.ts'

/** How bright the window is: as the system says, or always the one. */
export const themeChoice = v.picklist(['system', 'light', 'dark'])
export type ThemeChoice = v.InferOutput<typeof themeChoice>

/** Width or height of a pane in CSS pixels. The window shows it within what there is room for. */
const paneLengthPx = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))

const foldedFolders = v.pipe(v.array(folderPath), v.maxLength(2000))

/** The groups of values that the inspector shows of bytes. */
export const valueGroupName = v.picklist([
  'integers',
  'bits',
  'floats',
  'times',
  'texts',
  'identifiers',
  'variable-lengths',
  'notations',
  'digests',
])
export type ValueGroupName = v.InferOutput<typeof valueGroupName>

const valueGroups = v.pipe(v.array(valueGroupName), v.maxLength(32))

/** What a person sets by using the window: kept in the data folder, the same for all windows on it. */
export const settings = v.object({
  theme: v.optional(themeChoice, 'system'),
  sidebarWidthPx: v.optional(paneLengthPx, 252),
  sidebarHidden: v.optional(v.boolean(), false),
  /** Folders of profiles whose content is not shown. */
  foldedFolders: v.optional(foldedFolders, []),
  /** The same of saved messages. */
  foldedMessageFolders: v.optional(foldedFolders, []),
  /** The same of structures. */
  foldedStructureFolders: v.optional(foldedFolders, []),
  inspectorWidthPx: v.optional(paneLengthPx, 372),
  inspectorHidden: v.optional(v.boolean(), false),
  /** Groups of values whose rows the inspector does not show, nor work out. */
  foldedValueGroups: v.optional(valueGroups, ['bits', 'identifiers', 'variable-lengths', 'notations', 'digests']),
  composerHeightPx: v.optional(paneLengthPx, 264),
  /** The view in which the traffic of a session or capture is opened: the one chosen last. */
  trafficView: v.optional(captureViewName, 'records'),
  /** The chart of rates above the traffic. */
  chartShown: v.optional(v.boolean(), false),
  chartHeightPx: v.optional(paneLengthPx, 148),
  captureLimits: v.optional(captureLimits, {}),
})
export type Settings = v.InferOutput<typeof settings>

/** New values for some of the settings; those left out stay. */
export const settingsPatch = v.object({
  theme: v.exactOptional(themeChoice),
  sidebarWidthPx: v.exactOptional(paneLengthPx),
  sidebarHidden: v.exactOptional(v.boolean()),
  foldedFolders: v.exactOptional(foldedFolders),
  foldedMessageFolders: v.exactOptional(foldedFolders),
  foldedStructureFolders: v.exactOptional(foldedFolders),
  inspectorWidthPx: v.exactOptional(paneLengthPx),
  inspectorHidden: v.exactOptional(v.boolean()),
  foldedValueGroups: v.exactOptional(valueGroups),
  composerHeightPx: v.exactOptional(paneLengthPx),
  trafficView: v.exactOptional(captureViewName),
  chartShown: v.exactOptional(v.boolean()),
  chartHeightPx: v.exactOptional(paneLengthPx),
  captureLimits: v.exactOptional(captureLimits),
})
export type SettingsPatch = v.InferOutput<typeof settingsPatch>

/** What holds until a person sets something else. */
export const defaultSettings: Settings = v.parse(settings, {})
