import type { SearchState } from '../../../src-main/contract/schemas/search.ts'
import { formatCount } from '../../format/quantities.ts'
import { searchWords as words } from '../../strings/search.ts'
import type { FoundPlace, SearchNote } from './traffic-search.svelte.ts'

/** How much was looked through, in whole percent; 100 only when everything was. */
export function percentOf(state: SearchState | null): number {
  if (state === null || state.totalBytes === 0) return state?.complete === true ? 100 : 0
  const percent = Math.floor((state.scannedBytes / state.totalBytes) * 100)
  return state.complete ? 100 : Math.min(99, percent)
}

/** Which place was gone to: `3 of 1,204`; empty where that is not known. */
export function positionText(current: FoundPlace | null, state: SearchState | null): string {
  const number = current?.number ?? null
  if (number === null || state === null || state.hitCount === 0) return ''
  return words.position(formatCount(number + 1), formatCount(state.hitCount))
}

/** What there is to say of a search, in one line. */
export function stateText(state: SearchState | null, note: SearchNote | null, isLooking: boolean): string {
  if (state === null) return ''
  const sentences = [countText(state), progressText(state), isLooking ? words.looking : noteText(note, state)]
  return sentences.filter(Boolean).join(' · ')
}

function countText({ hitCount, complete, stopped }: SearchState): string {
  if (hitCount > 0) return words.found(formatCount(hitCount))
  return complete || stopped ? words.nothing : words.nothingYet
}

function progressText(state: SearchState): string {
  if (state.complete) return ''
  const percent = percentOf(state)
  return state.stopped || state.error !== null ? words.stopped(percent) : words.lookedThrough(percent)
}

function noteText(note: SearchNote | null, state: SearchState): string {
  switch (note) {
    case 'wrapped-to-begin':
      return words.wrappedToBegin
    case 'wrapped-to-end':
      return words.wrappedToEnd
    case 'hidden-by-filter':
      return words.hiddenByFilter
    case 'nothing':
      return state.hitCount > 0 ? words.nothing : ''
    case null:
      return ''
  }
}
