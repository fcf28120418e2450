import type { Box } from './toast-place.ts'

/** What a person presses, writes in or moves. Rows of tables are none: they scroll. */
const controls =
  'a[href], button, input, select, textarea, [contenteditable="true"], [role="option"], [role="slider"], [role="separator"][tabindex], [role="tab"], [role="treeitem"], [role="menuitem"]'

/**
 * The boxes of all controls that can be used now, as far as they are in sight: what is scrolled away does not count, nor what
 * lies behind a modal dialog, nor what stands in `except`.
 */
export function controlsInSight(except: Element): Promise<readonly Box[]> {
  const scope = [...document.querySelectorAll('[aria-modal="true"]')].at(-1) ?? document
  const candidates = [...scope.querySelectorAll(controls)].filter(
    (control) => !except.contains(control) && control.checkVisibility({ visibilityProperty: true }),
  )
  if (candidates.length === 0) return Promise.resolve([])
  // It knows what is clipped by whatever scrolls, and asks for no layout in between.
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      observer.disconnect()
      resolve(entries.filter(({ isIntersecting }) => isIntersecting).map(({ intersectionRect }) => intersectionRect))
    })
    for (const candidate of candidates) observer.observe(candidate)
  })
}
