import { overlayWords } from '../strings/shell.ts'

let place: HTMLElement | null = null

/**
 * Where menus and tooltips are drawn: at the end of the page, above everything and out of every clipped or contained box,
 * as a landmark of its own so that nothing on the page stands outside one.
 */
export function overlayPlace(): HTMLElement {
  if (place?.isConnected !== true) {
    place = document.createElement('div')
    place.setAttribute('role', 'region')
    place.setAttribute('aria-label', overlayWords.place)
    document.body.append(place)
  }
  return place
}
