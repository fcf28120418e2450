import type { LatestMessage } from '../../../src-main/contract/schemas/capture.ts'

export type LatestColumn = 'messageId' | 'direction' | 'count' | 'ratePerSecond' | 'lastTime'

/** How rows are ordered; null as the identifiers first came, which never moves a row. */
export type LatestOrder = { readonly by: LatestColumn; readonly descending: boolean } | null

/** What tells a row from all others. */
export function latestKey({ direction, messageId }: LatestMessage): string {
  return `${direction} ${messageId === null ? 'none' : `id ${messageId}`}`
}

/** The next order when the head of a column is pressed: numbers begin with the greatest, a third press ends it. */
export function nextOrder(order: LatestOrder, by: LatestColumn): LatestOrder {
  const first = by === 'count' || by === 'ratePerSecond' || by === 'lastTime'
  if (order?.by !== by) return { by, descending: first }
  return order.descending === first ? { by, descending: !first } : null
}

/** The rows whose identifier holds the filter, upper and lower case alike, in the order wanted. */
export function shownLatest(
  latest: readonly LatestMessage[],
  filter: string,
  order: LatestOrder,
): readonly LatestMessage[] {
  const wanted = filter.trim().toLowerCase()
  const fitting =
    wanted === '' ? latest : latest.filter(({ messageId }) => (messageId ?? '').toLowerCase().includes(wanted))
  if (order === null) return fitting
  const sign = order.descending ? -1 : 1
  return [...fitting].sort((one, other) => sign * compare(one, other, order.by))
}

function compare(one: LatestMessage, other: LatestMessage, by: LatestColumn): number {
  switch (by) {
    case 'messageId':
      return (one.messageId ?? '').localeCompare(other.messageId ?? '', 'en', { numeric: true })
    case 'direction':
      return one.direction.localeCompare(other.direction, 'en')
    case 'count':
      return one.count - other.count
    case 'ratePerSecond':
      return one.ratePerSecond - other.ratePerSecond
    case 'lastTime':
      return one.row.timeNs - other.row.timeNs
  }
}
