import { host, misuse, quoted, text, withReason, type CatalogueEntry } from './error-entries.ts'

/** What can go wrong with captures, with searching, comparing, exporting and importing them. */
export const captureErrors = {
  'capture-not-found': misuse((d) => `The capture ${text(d.captureId)} does not exist. It may have been deleted.`),
  'capture-in-use': misuse(
    () => 'The capture is still being written. Close its session first, in the Wirebench that has it open.',
  ),
  'capture-malformed': host((d) => withReason(`${text(d.file)} is not a readable Wirebench capture.`, d)),
  'capture-newer': misuse(
    (d) =>
      `${text(d.file)} was written by a newer Wirebench (format ${text(d.found)}; this one reads up to ${text(d.supported)}). Update Wirebench to open it.`,
  ),
  'capture-read-only': misuse(
    (d) => `${text(d.file)} is opened where it lies and is not changed. Import it to give it a name, notes and tags.`,
  ),
  'window-out-of-range': misuse((d) => withReason('The requested part of the capture does not exist.', d)),
  'filter-not-applicable': misuse(
    (d) => `The view ${text(d.view)} shows all bytes. Choose the timeline to filter its rows.`,
  ),
  'search-not-found': misuse(() => 'This search was closed. Begin it again.'),
  'comparison-not-found': misuse(() => 'This comparison was closed. Begin it again.'),
  'job-not-found': misuse(() => 'This job does not exist any more.'),
  'upload-not-found': misuse(() => 'This file was given up. Choose it again.'),
  'export-impossible': misuse((d) => withReason(`The capture cannot be written as ${text(d.format)}.`, d)),
  'file-exists': misuse((d) => `${text(d.file)} exists already. Choose another name, or allow replacing it.`),
  'import-unknown-format': misuse((d) =>
    withReason(
      `${quoted(d.file)} is no file that can be imported. Say of what kind it is, or import it as raw bytes.`,
      d,
    ),
  ),
  'import-damaged': host((d) =>
    withReason(`${quoted(d.file)} is damaged at byte ${text(d.offset)}. What stands before it was imported.`, d),
  ),
} as const satisfies Record<string, CatalogueEntry>
