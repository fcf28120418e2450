import type { ExportFormat } from '../../contract/schemas/capture-transfer.ts'

const endings: Readonly<Record<ExportFormat, string>> = {
  wirebench: '.wirebench',
  pcapng: '.pcapng',
  jsonl: '.jsonl',
  hexdump: '.txt',
  csv: '.csv',
  raw: '.bin',
  'wire-log': '.log',
}

/** What the file of an export is called where nobody said it. Not safe for a disk yet. */
export function exportFileName(captureName: string, format: ExportFormat): string {
  return `${captureName.replaceAll(/[/\\:]/g, '-')}${endings[format]}`
}
