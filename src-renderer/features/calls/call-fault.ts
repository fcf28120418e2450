import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import { sentParameters, type CallDraft } from './call-draft.ts'

/** What is wrong with a call and where it was entered. */
export interface CallFault {
  readonly error: ErrorShape
  readonly place:
    | { readonly part: 'command' }
    | { readonly part: 'kind' }
    /** A row of the form, by its index among all rows. */
    | { readonly part: 'parameter'; readonly index: number }
    /** A character of the JSON or of the pairs; null when it is not known which. */
    | { readonly part: 'text'; readonly position: number | null }
    | { readonly part: 'call' }
}

/** The place of an error of `call.start` or `call.preview`, by what its data names. */
export function faultOf(error: ErrorShape, draft: CallDraft): CallFault {
  return { error, place: placeOf(error, draft) }
}

function placeOf({ code, data }: ErrorShape, draft: CallDraft): CallFault['place'] {
  if (code === 'command-required') return { part: 'command' }
  if (code === 'call-kind-impossible') return { part: 'kind' }
  if (code !== 'call-parameters-malformed' && code !== 'call-parameter-malformed') return { part: 'call' }
  if (draft.notation !== 'form') {
    // Positions are counted from 1.
    return { part: 'text', position: typeof data.position === 'number' ? data.position - 1 : null }
  }
  const sent = sentParameters(draft)
  // Two of one name are told apart by their place.
  const atPlace = typeof data.index === 'number' ? sent[data.index] : undefined
  const wrong = atPlace ?? sent.findLast(({ name }) => name === data.name)
  return wrong === undefined ? { part: 'call' } : { part: 'parameter', index: draft.parameters.indexOf(wrong) }
}
